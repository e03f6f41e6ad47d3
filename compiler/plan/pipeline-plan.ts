import type { RuntimeSymbol } from "../emit/import-list.ts";
import type { Literal } from "../emit/literal.ts";

/** Where something is written: a line of the configuration, or words such as `--set` for what is in no file. */
export type Place = number | string;

/** Where an option's value comes from: a place of the configuration, Flume's default, or flafkac itself. */
export type Origin =
  | { readonly from: "written"; readonly place: Place }
  | { readonly from: "default" }
  | { readonly from: "flafkac" };

/** A value that is known at run time only: an environment variable, or the file named by `<variable>_FILE`. */
export interface LookUp {
  readonly variable: string;
  /** What stands in when the variable is not set (`${env:X:-fallback}`); absent: the program does not start. */
  readonly fallback?: string;
  /** It replaces the value of a secret property; that value is in no emitted file. */
  readonly secret: boolean;
  /** The id of the component, and the property of it that needs the value. */
  readonly component: string;
  readonly property: string;
}

/** The value of an option of a run-time component, as plain data. */
export type PlanValue =
  | { readonly kind: "literal"; readonly value: Literal }
  /** Text and look-ups, put together at the program's start, then read as `as`. */
  | {
      readonly kind: "look-up";
      readonly parts: readonly (string | LookUp)[];
      readonly as: "string" | "integer" | "boolean" | "comma list";
      /** For an integer: multiplied with this, to get from Flume's unit to the run time's. */
      readonly times?: number;
      /** For an integer, before it is multiplied: the least that it may be, and the greatest where there is one. */
      readonly range?: readonly number[];
    }
  | { readonly kind: "options"; readonly options: readonly PlanOption[] }
  | { readonly kind: "list"; readonly values: readonly PlanValue[] }
  /** A function or class of the run time, handed over (`symbol`), called (`call`) or constructed (`new`). */
  | {
      readonly kind: "runtime";
      readonly use: "symbol" | "call" | "new";
      readonly symbol: RuntimeSymbol;
      readonly args: readonly PlanValue[];
    }
  /** A text with values of the event's headers in it, empty where a header is missing: a function of the event. */
  | { readonly kind: "template"; readonly parts: readonly (string | { readonly header: string })[] };

/** One option of a run-time component. */
export interface PlanOption {
  readonly name: string;
  readonly value: PlanValue;
  readonly origin: Origin;
  /** What a reader should know beside it: the unit, or why. flafkac's own words. */
  readonly note?: string;
}

/** A run-time component and the options it is constructed with, after its context. */
export interface Construction {
  readonly symbol: RuntimeSymbol;
  /** What its variable is called where it is the only one of its role: `listener`, `records`, `producer`. */
  readonly role: string;
  readonly options: readonly PlanOption[];
  /** Arguments after the options. */
  readonly more?: readonly PlanValue[];
  /** One or two sentences on what it does here, in flafkac's own words, for its doc comment. */
  readonly says: string;
}

/** What sources, channels and sinks have in common. */
export interface PlannedComponent {
  /** The variable of its context in the emitted program: `source1`. Generated, never the configuration's text. */
  readonly id: string;
  readonly name: string;
  /** The type as written. */
  readonly type: string;
  /** The line of the type. */
  readonly line: Place;
  /** Lines of the properties that a run-time error may be about, by modern name. */
  readonly lines: readonly (readonly [string, Place])[];
  /** What it is, in a few words for the header comment: `netcat, 127.0.0.1:44444`. */
  readonly summary: string;
  readonly construction: Construction;
}

/** What an interceptor does to an event; all of this release set one header. */
export interface PlannedInterceptor {
  readonly name: string;
  readonly type: string;
  readonly line: Place;
  readonly header: string;
  /** The header's value: fixed, the time in milliseconds, or what this machine is called. */
  readonly value:
    | { readonly kind: "fixed"; readonly value: PlanValue }
    | { readonly kind: "time" }
    | { readonly kind: "host"; readonly as: "name" | "address" };
  /** Leave a header alone that is already there. */
  readonly keepExisting: boolean;
}

/** A header that each event of a source gets. */
export interface PlannedHeader {
  readonly header: string;
  readonly value: Exclude<PlannedInterceptor["value"], { kind: "host" }> | { readonly kind: "sender" };
  /** The interceptor, or undefined for what the source itself knows. */
  readonly by?: { readonly name: string; readonly line: Place };
}

/** Channels that one event goes into. */
export interface Branch {
  /** The event is in all of them, or it is not taken. */
  readonly required: readonly string[];
  /** The event goes in where there is room. */
  readonly optional: readonly string[];
}

/** Which channels an event goes into. */
export type PlannedSelector =
  | { readonly kind: "replicating"; readonly branch: Branch }
  | {
      readonly kind: "multiplexing";
      readonly header: string;
      readonly line: Place;
      /** Several header values may lead to the same branch. */
      readonly cases: readonly { readonly values: readonly string[]; readonly branch: Branch }[];
      /** For other values, and where the header is missing or blank. */
      readonly otherwise: Branch;
    };

/** A source with all that happens to its events before they reach a channel. */
export interface PlannedSource extends PlannedComponent {
  readonly kind: "source";
  /** What one event of it is, as its `put` gets it: a slice of a chunk. */
  readonly unit: "line" | "datagram";
  /** The headers of each event: those of the source, and what the interceptors come to. */
  readonly headers: readonly PlannedHeader[];
  /** Says OK for each event, so that the sender knows what was taken. */
  readonly acknowledges: boolean;
  /** Interceptors that still run for each event; a pass makes headers of those whose outcome is known. */
  readonly interceptors: readonly PlannedInterceptor[];
  readonly selector: PlannedSelector;
}

/** A channel, and the form in which it keeps its events. */
export interface PlannedChannel extends PlannedComponent {
  readonly kind: "channel";
  /** `events`: objects with headers and body; `records`: bytes, already encoded as the one sink sends them. */
  readonly form: "events" | "records";
  /** Events that it holds at most. */
  readonly capacity: PlanValue;
  /** Events survive the end of the program. */
  readonly durable: boolean;
}

/** Which headers a sink looks at. */
export type HeadersRead = "all" | readonly string[];

/** What a sink needs of a channel that keeps its events in the sink's own encoding. */
export interface RecordForm {
  /** The channel that takes the place of the memory channel. */
  readonly channel: RuntimeSymbol;
  /** The construction that takes the place of the sink's. */
  readonly sink: Construction;
  /** Options that the channel gets besides its own. */
  readonly channelOptions: readonly PlanOption[];
  /** Where all records go. */
  readonly topic: PlanValue;
  /** The sink's name for comments. */
  readonly sinkName: string;
}

/** A sink, drained from one channel. */
export interface PlannedSink extends PlannedComponent {
  readonly kind: "sink";
  /** The id of its channel. */
  readonly channel: string;
  /** Events of one transaction at most. */
  readonly batchSize: PlanValue;
  readonly readsHeaders: HeadersRead;
  /** Present where every event can be encoded when it arrives, whatever its headers. */
  readonly recordForm?: RecordForm;
  /** Present once it is joined with its channel: records go straight from there to this topic. */
  readonly fused?: { readonly topic: PlanValue };
  /** What is certain about an event that the sink has delivered, as the end of a sentence. */
  readonly promise: string;
}

/** The intermediate representation: an agent as run-time components, literal options, and how they are joined. */
export interface PipelinePlan {
  /** The agent's name in the configuration. */
  readonly agent: string;
  /** The agent's name as a file name. */
  readonly program: string;
  /** The configuration's file name, without its folder. */
  readonly file: string;
  readonly sources: readonly PlannedSource[];
  readonly channels: readonly PlannedChannel[];
  readonly sinks: readonly PlannedSink[];
  /** What the passes did, one sentence each. */
  readonly notes: readonly string[];
}
