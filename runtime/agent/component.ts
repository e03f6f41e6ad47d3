import { ChannelCounter, type Counter, SinkCounter, SourceCounter } from "./counters.ts";
import { Log, type LogOutput } from "./log.ts";
import { StartError } from "./start-error.ts";

/** Flume's kinds of components that have counters and a life cycle. */
export type ComponentKind = "source" | "channel" | "sink";

/** Where a component stands in the configuration. */
export interface ComponentOptions {
  /** As written: `netcat`, or a class name. */
  readonly type: string;
  /** The line of its `type`; or text such as `--set` where no file has it. */
  readonly line: number | string;
  /** Lines of the properties that may be to blame, by their names. */
  readonly lines: Readonly<Record<string, number | string>>;
}

/** What a component's mechanisms know of it: name, place in the configuration, log and counters. */
export class Component<C extends Counter = Counter> {
  readonly kind: ComponentKind;
  readonly name: string;
  readonly type: string;
  /** `agent1.conf:6`: the line of the type. */
  readonly place: string;
  readonly log: Log;
  readonly counters: C;
  readonly #file: string;
  readonly #lines: ReadonlyMap<string, number | string>;

  constructor(
    kind: ComponentKind,
    name: string,
    file: string,
    options: ComponentOptions,
    output: LogOutput,
    counters: C,
  ) {
    this.kind = kind;
    this.name = name;
    this.type = options.type;
    this.#file = file;
    this.#lines = new Map(Object.entries(options.lines));
    this.place = this.#at(options.line);
    this.log = new Log(output, name, this.place);
    this.counters = counters;
  }

  /** `agent1.conf:8`: the line of a property, or of the component's type where the property is not written. */
  placeOf(property: string): string {
    const line = this.#lines.get(property);
    return line === undefined ? this.place : this.#at(line);
  }

  /** To throw from `start()`: one clear line that names this component and the line of `property`. */
  startError(reason: string, property?: string): StartError {
    return new StartError(this.name, property === undefined ? this.place : this.placeOf(property), reason);
  }

  #at(line: number | string): string {
    return typeof line === "number" ? `${this.#file}:${line}` : line;
  }
}

/** A source's context. */
export type SourceComponent = Component<SourceCounter>;
/** A channel's context. */
export type ChannelComponent = Component<ChannelCounter>;
/** A sink's context. */
export type SinkComponent = Component<SinkCounter>;

/** A context outside an agent: for tests, and tools that use one mechanism alone. */
export function componentOf(
  kind: "source",
  name: string,
  file: string,
  options: ComponentOptions,
  output: LogOutput,
): SourceComponent;
export function componentOf(
  kind: "channel",
  name: string,
  file: string,
  options: ComponentOptions,
  output: LogOutput,
): ChannelComponent;
export function componentOf(
  kind: "sink",
  name: string,
  file: string,
  options: ComponentOptions,
  output: LogOutput,
): SinkComponent;
export function componentOf(
  kind: ComponentKind,
  name: string,
  file: string,
  options: ComponentOptions,
  output: LogOutput,
): Component {
  if (kind === "source") return new Component(kind, name, file, options, output, new SourceCounter());
  if (kind === "channel") return new Component(kind, name, file, options, output, new ChannelCounter());
  return new Component(kind, name, file, options, output, new SinkCounter());
}
