import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isatty } from "node:tty";
import {
  type ChannelComponent,
  type Component,
  type ComponentOptions,
  componentOf,
  type SinkComponent,
  type SourceComponent,
} from "./component.ts";
import { DataError } from "./data-error.ts";
import { type AgentParts, startParts, stopParts } from "./lifecycle.ts";
import { errorText, Log, LogOutput, writeAll } from "./log.ts";
import { MonitoringServer } from "./monitoring.ts";
import { type AgentOptions, parseAgentOptions, UsageError, usage } from "./options.ts";
import { StartError } from "./start-error.ts";

/** How an emitted program ends, after sysexits.h where that has a code. */
const EXIT = { delivered: 0, usage: 2, data: 65, fault: 70, undelivered: 75, cannotStart: 78 } as const;

/**
 * ms that the engine's compile jobs have before a program ends: one that needs a garbage collection while the process
 * exits waits for it for ever (nodejs/node#54918).
 */
const COMPILE_JOBS = 100;

/**
 * The program around the pipeline: command line, log, counters, signals, start and stop in Flume's order.
 * Every way out of it ends the process with a line in the log and a code that says which.
 */
export class Agent {
  readonly name: string;
  /** The configuration's file name, as it stands in every place: `agent1.conf`. */
  readonly file: string;
  readonly options: AgentOptions;
  readonly log: Log;
  readonly #output: LogOutput;
  readonly #components: Component[] = [];
  #state: "starting" | "running" | "stopping" = "starting";
  #stopRequested: (() => void) | undefined;
  /** What ends the program in order, because it cannot be read. */
  #dataError: DataError | undefined;

  constructor(name: string, file: string, args: readonly string[] = process.argv.slice(2)) {
    this.name = name;
    this.file = file;
    this.options = optionsOrExit(args);
    const format = this.options.logFormat ?? (isatty(2) ? "text" : "json");
    this.#output = new LogOutput(this.options.logLevel, format);
    this.log = new Log(this.#output, name, file);
    // From here on nothing can fail in silence, not even the lines between here and run().
    process.on("uncaughtException", (error) => this.#fail(error));
    process.on("unhandledRejection", (error) => this.#fail(error));
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
      process.on(signal, () => this.#signal(signal));
  }

  /** A source of the configuration; its counters are in the monitoring from now on. */
  source(name: string, options: ComponentOptions): SourceComponent {
    return this.#add(componentOf("source", name, this.file, options, this.#output));
  }

  /** A channel of the configuration. */
  channel(name: string, options: ComponentOptions): ChannelComponent {
    return this.#add(componentOf("channel", name, this.file, options, this.#output));
  }

  /** A sink of the configuration. */
  sink(name: string, options: ComponentOptions): SinkComponent {
    return this.#add(componentOf("sink", name, this.file, options, this.#output));
  }

  /** Starts everything, runs until a signal, stops everything and ends the process. Never returns. */
  async run(parts: AgentParts): Promise<never> {
    const stop = new Promise<void>((resolve) => {
      this.#stopRequested = resolve;
    });
    const monitoring = await this.#startMonitoring();
    const drains: Promise<void>[] = [];
    let code: number = EXIT.delivered;
    try {
      await startParts(parts, (run) => drains.push(this.#watch(run())));
      const now = Date.now();
      for (const component of this.#components) component.counters.StartTime = now;
      if (this.#state === "starting") {
        this.#state = "running";
        this.log.info("running");
      }
      await stop;
    } catch (error) {
      // Another source may listen already: what it has acknowledged is delivered all the same.
      this.#state = "stopping";
      code = this.#report(error);
    }
    const { drainTimeout } = this.options;
    const { left, unanswered, unfinished, faults } = await stopParts(parts, drains, drainTimeout, this.log);
    if (code === EXIT.delivered && this.#dataError !== undefined) code = EXIT.data;
    await monitoring?.stop();
    const late = `stopped after ${drainTimeout / 1000} s with`;
    if (left > 0) this.log.error(`${late} ${left} events not delivered; they are lost`, { events: left });
    if (unanswered > 0) {
      this.log.error(`${late} ${unanswered} events that Kafka has not acknowledged; nobody was told OK`, {
        events: unanswered,
      });
    }
    if (code === EXIT.delivered && left + unanswered > 0) code = EXIT.undelivered;
    else if (code === EXIT.delivered && faults > 0) code = EXIT.fault;
    else if (code === EXIT.delivered && unfinished > 0) {
      this.log.warn(`${late} deliveries unfinished; Kafka keeps those events for the next start`);
    } else if (code === EXIT.delivered) this.log.info("stopped, everything delivered");
    await sleep(COMPILE_JOBS);
    process.exit(code);
  }

  #add<C extends Component>(component: C): C {
    this.#components.push(component);
    return component;
  }

  async #startMonitoring(): Promise<MonitoringServer | undefined> {
    if (this.options.metricsPort === undefined) return undefined;
    const server = new MonitoringServer(this.name, this.#components, () => this.#state === "running");
    try {
      const port = await server.start(this.options.metricsHost, this.options.metricsPort);
      this.log.info(`monitoring on http://${this.options.metricsHost}:${port}/`, { port });
      return server;
    } catch (error) {
      const at = `${this.options.metricsHost}:${this.options.metricsPort}`;
      return this.#fail(
        new StartError(this.name, "--metrics-port", `cannot listen on ${at}: ${errorText(error)}`),
      );
    }
  }

  /** A drain runs as long as its channel: one that ends on its own would leave a program that delivers nothing. */
  async #watch(drain: Promise<void>): Promise<void> {
    try {
      await drain;
    } catch (error) {
      if (!(error instanceof DataError)) this.#fail(error);
      this.#stopOver(error);
    }
    if (this.#state !== "stopping") this.#fail(new Error("a sink stopped taking events from its channel"));
  }

  /** Nothing is wrong with the rest: what the others have acknowledged is delivered, files are closed, groups are left. */
  #stopOver(error: DataError): void {
    // Several sinks of one consumer meet the same record.
    if (this.#dataError === undefined) this.#report(error);
    this.#dataError ??= error;
    this.#state = "stopping";
    this.#stopRequested?.();
  }

  #signal(signal: "SIGTERM" | "SIGINT" | "SIGHUP"): void {
    const number = signal === "SIGTERM" ? 15 : signal === "SIGINT" ? 2 : 1;
    if (this.#state === "stopping" || this.#stopRequested === undefined) {
      this.log.warn(`${signal}: ending at once`, this.#undelivered());
      process.exit(128 + number);
    }
    this.#state = "stopping";
    this.log.info(`${signal}: stopping; sources first, then the channels are delivered`);
    this.#stopRequested();
  }

  #fail(error: unknown): never {
    process.exit(this.#report(error));
  }

  /** One line for what ends the program, with a stack where the fault is its own. Returns the exit code. */
  #report(error: unknown): number {
    if (error instanceof StartError) {
      const { component, place, message } = error;
      this.#output.line("error", component, place, message);
      return EXIT.cannotStart;
    }
    if (error instanceof DataError) {
      const { component, place, message } = error;
      this.#output.line("error", component, place, message, this.#undelivered());
      return EXIT.data;
    }
    const stack = error instanceof Error ? error.stack : undefined;
    this.log.error(`unexpected fault: ${errorText(error)}`, { ...this.#undelivered(), stack });
    return EXIT.fault;
  }

  /** For the last line of a program that ends at once: how many events its channels hold, if any. */
  #undelivered(): { readonly events?: number } {
    let events = 0;
    for (const { counters } of this.#components)
      if (counters.Type === "CHANNEL") events += counters.ChannelSize;
    return events === 0 ? {} : { events };
  }
}

function optionsOrExit(args: readonly string[]): AgentOptions {
  const program = basename(process.argv[1] ?? "agent.ts");
  try {
    const options = parseAgentOptions(args);
    if (!options.help) return options;
    writeAll(1, usage(program));
    process.exit(EXIT.delivered);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    writeAll(2, `${program}: ${error.message}\n\n${usage(program)}`);
    process.exit(EXIT.usage);
  }
}
