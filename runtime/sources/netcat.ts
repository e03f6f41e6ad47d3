import { createServer, type Server, type Socket } from "node:net";
import type { SourceComponent } from "../agent/component.ts";
import type { RunningSource } from "../agent/lifecycle.ts";
import { errorText } from "../agent/log.ts";
import { RepeatedWarning } from "../agent/repeated-warning.ts";
import { charsetOf } from "./charset.ts";
import type { PutLine } from "./line-splitter.ts";
import { listenError } from "./listen.ts";
import { type LinesStored, NetcatConnection, type NetcatSession, preparedOks } from "./netcat-connection.ts";

/** Flume's netcat properties. */
export interface NetcatOptions {
  /** An address or a name; what `localhost` means is decided before. */
  readonly host: string;
  readonly port: number;
  /** Characters (UTF-16 units) of a line, its newline included. */
  readonly maxLineLength: number;
  /** Whether `OK` is said for each line. `FAILED: …` is said in any case. */
  readonly ackEveryEvent: boolean;
  /** A Java charset name; bodies are UTF-8 whatever it is. */
  readonly encoding: string;
}

/** Lines over TCP, each an event: Flume 1.11's `NetcatSource`, its replies included. */
export class NetcatSource implements RunningSource {
  readonly #source: SourceComponent;
  readonly #options: NetcatOptions;
  readonly #put: PutLine;
  readonly #stored: LinesStored | undefined;
  readonly #connections = new Set<NetcatConnection>();
  readonly #refusals: RepeatedWarning;
  readonly #closings: RepeatedWarning;
  #server: Server | undefined;

  /**
   * `stored`, where there is one, tells when lines are safe: `OK` waits for that, while more lines are taken. Without it
   * a line is safe once it is put.
   */
  constructor(source: SourceComponent, options: NetcatOptions, put: PutLine, stored?: LinesStored) {
    this.#source = source;
    this.#options = options;
    this.#put = put;
    this.#stored = stored;
    this.#refusals = new RepeatedWarning(source.log, "lines refused");
    this.#closings = new RepeatedWarning(source.log, "connections closed for what they sent");
  }

  /** Where it listens once started; tells the port when 0 was asked for. */
  get port(): number {
    const address = this.#server?.address();
    return typeof address === "object" && address !== null ? address.port : this.#options.port;
  }

  /** Listens. Throws StartError with the line of `bind`, `port` or `encoding`. */
  async start(): Promise<void> {
    const { host, port, encoding } = this.#options;
    const charset = charsetOf(encoding);
    if (charset === undefined) {
      throw this.#source.startError(`unknown encoding ${JSON.stringify(encoding)}`, "encoding");
    }
    const session: NetcatSession = {
      source: this.#source,
      put: this.#put,
      charset,
      maxLineLength: this.#options.maxLineLength,
      oks: this.#options.ackEveryEvent ? preparedOks(charset) : undefined,
      stored: this.#stored,
      refusals: this.#refusals,
      closings: this.#closings,
    };
    // Half-open: who sends lines and closes its side still gets the replies.
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      this.#accept(socket, session),
    );
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => reject(listenError(this.#source, error, host, port)));
      server.listen(port, host, resolve);
    });
    server.removeAllListeners("error");
    server.on("error", (error) => this.#source.log.error(`cannot accept connections: ${errorText(error)}`));
    this.#source.log.info(`listening on ${host}:${this.port}`, { place: this.#source.placeOf("port") });
  }

  /** No new connections, nothing more is read; the replies to what is stored go out, then the sockets close. */
  async stop(): Promise<void> {
    this.#server?.close();
    await Promise.all([...this.#connections].map((connection) => connection.stop()));
    this.#refusals.flush();
    this.#closings.flush();
  }

  #accept(socket: Socket, session: NetcatSession): void {
    const connection = new NetcatConnection(session, socket);
    const counters = this.#source.counters;
    counters.OpenConnectionCount++;
    this.#connections.add(connection);
    socket.on("close", () => {
      counters.OpenConnectionCount--;
      this.#connections.delete(connection);
    });
  }
}
