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
  /**
   * A function or class of the run time: handed over (`symbol`), called (`call`), constructed (`new`), or wrapped in a
   * function that calls it each time it is asked (`later`).
   */
  | {
      readonly kind: "runtime";
      readonly use: "symbol" | "call" | "new" | "later";
      readonly symbol: RuntimeSymbol;
      readonly args: readonly PlanValue[];
    }
  /** A regular expression of JavaScript. */
  | { readonly kind: "regex"; readonly source: string }
  /** The context of the component itself: `sink1`. */
  | { readonly kind: "context" }
  /** A function of a record as it was fetched: these headers of the event that it would be. */
  | { readonly kind: "headers of records"; readonly of: HeadersRead }
  /** A text with values of the event in it: a function of the event. */
  | {
      readonly kind: "template";
      readonly parts: readonly TemplatePart[];
      /** Header values are made harmless for a path: none can add a folder or leave one. */
      readonly path?: true;
    };

/** A part of a template: text, a header (empty where it is missing), the event's time, what this machine is called, or a look-up. */
export type TemplatePart = string | HeaderText | TimeText | HostText | LookedUpText;

/** `%{name}`. */
export interface HeaderText {
  readonly header: string;
}

/** `%Y-%m-%d`: letters that stand for parts of a time, and the text between them. */
export interface TimeText {
  readonly time: string;
  /** The event's header `timestamp`, or the clock of this machine. */
  readonly of: "event" | "clock";
  /** Time zone and rounding; the arguments of `TimeEscapes` after the pattern. */
  readonly options: readonly PlanOption[];
}

/** `${env:NAME}`: the same for every event, known when the program has started. */
export interface LookedUpText {
  readonly lookUp: PlanValue;
}

/** `%[fqdn]`. */
export interface HostText {
  readonly host: "localhost" | "ip" | "fqdn";
}

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
  /** Objects with a variable of their own that are arguments before the options, as a file system. */
  readonly helpers?: readonly PlannedHelper[];
  readonly options: readonly PlanOption[];
  /** Arguments after the options. */
  readonly more?: readonly PlanValue[];
  /** One or two sentences on what it does here, in flafkac's own words, for its doc comment. */
  readonly says: string;
}

/** An object that a component is constructed with. */
export interface PlannedHelper {
  readonly role: string;
  readonly value: PlanValue;
  /** For its doc comment. */
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
  readonly value:
    | Exclude<PlannedInterceptor["value"], { kind: "host" }>
    | { readonly kind: "sender" }
    | RecordHeaderValue;
  /** A header of this name that the event came with (`PlannedFetch.valueFormat`) stays as it is. */
  readonly keepExisting?: true;
  /** The interceptor, or undefined for what the source itself knows. */
  readonly by?: { readonly name: string; readonly line: Place };
}

/** What a Kafka record knows of itself. A record may have no key, and not every header of the record that is asked for. */
export interface RecordHeaderValue {
  readonly kind: "record";
  readonly of:
    | "timestamp"
    | "topic"
    | "partition"
    | "offset"
    | "key"
    /** The last header of this name. */
    | { readonly recordHeader: string };
}

/** How records come out of Kafka: the consumer of a Kafka source, or of the sinks of a Kafka channel. */
export interface PlannedFetch {
  /** A `KafkaConsumer`. */
  readonly construction: Construction;
  /**
   * `body`: a record's value is the event's body. `flumeEvent`: it is an `AvroFlumeEvent`, and the event starts with
   * the headers in it, whatever they are.
   */
  readonly valueFormat: "body" | "flumeEvent";
  /** Whether events start with those headers; a pass takes them away where nobody looks at any. */
  readonly keepsFlumeHeaders: boolean;
  /** `the topic calls_placed`: what is read, for comments and for sentences about delivery. */
  readonly what: string;
  /** The consumer group, for the same. */
  readonly group: string;
  /** Records that cannot be read, or never be put (`--on-poison`): the program stops, they are left out, or they go to this topic. */
  readonly poison: "stop" | "skip" | { readonly deadLetterTopic: string };
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

/**
 * A source with all that happens to its events before they reach a channel.
 *
 * For delivery: `acknowledges` says whether a sender is told what was taken. A source of `record`s (`fetch` is there
 * then) takes nothing for delivered by itself: it commits an offset once every required channel of the event has
 * delivered it, which is what a sink behind a memory channel confirms, and the brokers behind a Kafka channel. So
 * nothing of it is lost in a memory channel, whatever `PlannedChannel.durable` says; what a crash repeats is what was
 * read and not yet committed. Only what an optional channel has no room for passes it by.
 */
export interface PlannedSource extends PlannedComponent {
  readonly kind: "source";
  /** What one event of it is: a slice of a chunk, as its `put` gets it, or a record of a batch that was fetched. */
  readonly unit: "line" | "datagram" | "record";
  /** Present for records: `construction` is the `KafkaSource` around this consumer. */
  readonly fetch?: PlannedFetch;
  /** The headers of each event: those of the source, and what the interceptors come to. */
  readonly headers: readonly PlannedHeader[];
  /** Says OK for each event, so that the sender knows what was taken. */
  readonly acknowledges: boolean;
  /** Interceptors that still run for each event; a pass makes headers of those whose outcome is known. */
  readonly interceptors: readonly PlannedInterceptor[];
  readonly selector: PlannedSelector;
}

/**
 * A channel, and the form in which it keeps its events.
 *
 * For delivery: an event in a memory channel is lost when the program is killed, unless its source commits offsets
 * (see `PlannedSource`); `capacity` is how many at most, and undefined for a Kafka channel, which holds what the topic
 * holds. An event in a Kafka channel is as safe as `topic.acks` makes it (-1: all replicas in sync, the default; 1:
 * while the partition's leader lives; 0: nobody knows). A netcat source before it says OK only once all its required
 * channels have the line, Kafka's acknowledgement included, so with acks 1 or -1 an OK survives the program.
 */
export interface PlannedChannel extends PlannedComponent {
  readonly kind: "channel";
  /**
   * `events`: objects with headers and body, in memory; `records`: bytes in memory, already encoded as the one sink
   * sends them; `passed`: nothing is held, the sink takes from the source's consumer (`fuse-fetched`); `topic`: Kafka.
   */
  readonly form: "events" | "records" | "passed" | "topic";
  /** Events that it holds at most; undefined where nothing but a server bounds it. */
  readonly capacity: PlanValue | undefined;
  /** Events survive the end of the program. */
  readonly durable: boolean;
  /** Present for a Kafka channel. */
  readonly topic?: PlannedTopic;
}

/** The two sides of a Kafka channel. `construction` of the channel is the side that is put into. */
export interface PlannedTopic {
  readonly topic: PlanValue;
  /** What sends the events that are put: a `KafkaProducer`. */
  readonly producer: Construction;
  readonly acks: -1 | 0 | 1;
  /** The headers of an event that go into the topic, or decide where in it. */
  readonly readsHeaders: HeadersRead;
  /** What the channel's sinks take from. */
  readonly fetch: PlannedFetch;
  /** The headers of the events that its sinks take, besides those in an `AvroFlumeEvent`. */
  readonly headers: readonly PlannedHeader[];
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

/** How a sink gets its events. */
export type SinkInput =
  /** Batches of events out of its channel. */
  | { readonly kind: "events" }
  /** Record batches out of its channel, as it sends them; all go to this topic. */
  | { readonly kind: "encoded"; readonly topic: PlanValue }
  /**
   * What the consumer of this source or Kafka channel has fetched; offsets are committed once the sink has delivered.
   * `records`: as it came, with no object an event; `events`: made into events on the way.
   */
  | { readonly kind: "fetched"; readonly from: string; readonly as: "records" | "events" };

/** How a sink is constructed where it can take records as they were fetched. */
export interface FetchedForm {
  readonly construction: Construction;
  /** Headers that its options look up in a record by themselves. */
  readonly readsHeaders: readonly string[];
  /** An option more, for headers that it is handed whole: a `headers of records`. */
  readonly handedHeaders?: PlanOption;
}

/**
 * A sink, drained from one channel.
 *
 * For delivery: `safeAfter` is what its commit makes sure of, and so what an event's offset or room waits for.
 */
export interface PlannedSink extends PlannedComponent {
  readonly kind: "sink";
  /** The id of its channel. */
  readonly channel: string;
  /** Events of one transaction at most. */
  readonly batchSize: PlanValue;
  readonly readsHeaders: HeadersRead;
  /** Present where every event can be encoded when it arrives, whatever its headers. */
  readonly recordForm?: RecordForm;
  /** Present where it can take records as they were fetched; which headers it may read of them, a pass finds out. */
  readonly fetchedForm?: FetchedForm;
  readonly takes: SinkInput;
  /** What is certain about an event that the sink has delivered, as the end of a sentence. */
  readonly promise: string;
  /**
   * The same for programs. `replicas`: in the memory of every machine that keeps it (Kafka with acks=all, HDFS);
   * `leader`: of one machine (acks=1); `system`: with this machine's operating system (file_roll, the log);
   * `nowhere`: it may be lost or is thrown away (acks=0, null).
   */
  readonly safeAfter: "replicas" | "leader" | "system" | "nowhere";
  /** Events that it leaves out because it was told so (`--on-poison skip`), where there are any: `events that …`. */
  readonly leavesOut?: string;
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
