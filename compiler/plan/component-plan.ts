import type { DefinitionKind } from "../schema/component.ts";
import type { ComponentReader } from "./component-reader.ts";
import type {
  Construction,
  FetchedForm,
  HeadersRead,
  Place,
  PlannedFetch,
  PlannedHeader,
  PlannedInterceptor,
  PlannedSelector,
  PlannedSink,
  PlannedTopic,
  PlanValue,
  RecordForm,
} from "./pipeline-plan.ts";

/** What the plan of a source, channel or sink has in common. */
export interface ComponentPart {
  readonly summary: string;
  readonly construction: Construction;
  /** Properties that a run-time error may be about; those that are written get their lines into the program. */
  readonly lines: readonly (readonly [string, Place])[];
}

/** A source without its interceptors and selector. */
export interface SourcePart extends ComponentPart {
  readonly unit: "line" | "datagram" | "record";
  readonly fetch?: PlannedFetch;
  /** Headers that the source itself gives each event. */
  readonly headers: readonly PlannedHeader[];
  readonly acknowledges: boolean;
}

/** A channel. */
export interface ChannelPart extends ComponentPart {
  readonly capacity: PlanValue | undefined;
  readonly durable: boolean;
  readonly topic?: PlannedTopic;
}

/** A sink. */
export interface SinkPart extends ComponentPart {
  readonly batchSize: PlanValue;
  readonly readsHeaders: HeadersRead;
  readonly recordForm?: RecordForm;
  readonly fetchedForm?: FetchedForm;
  readonly promise: string;
  readonly safeAfter: PlannedSink["safeAfter"];
  readonly leavesOut?: PlannedSink["leavesOut"];
}

/** An interceptor without its name and place. */
export type InterceptorPart = Pick<PlannedInterceptor, "header" | "value" | "keepExisting">;

/** A serializer, path manager or the like of a sink: an argument of the sink's constructor. */
export interface PlannedPart {
  readonly value: PlanValue;
  /** Of a serializer: what writes one event after the other into a file of HDFS. */
  readonly inFile?: PlanValue;
  /** Of a serializer that writes nothing but bodies: whether a newline follows each. */
  readonly bodies?: { readonly appendNewline: boolean };
  readonly readsHeaders?: HeadersRead;
  /** What it does, in a few words for comments. */
  readonly summary: string;
}

/** The planned parts of a sink; every kind that the sink's definition names with a default is there. */
export type PartsOf = (kind: DefinitionKind) => PlannedPart;

/** What the command line of a build decides, and no property of Flume's says. */
export interface BuildSettings {
  /** `--default-fs`: the file system of paths without a scheme; undefined: `fs.defaultFS` where the program runs. */
  readonly defaultFs: string | undefined;
  /** `--on-poison`: what happens to records that cannot be read. */
  readonly onPoison: PlannedFetch["poison"];
}

/** What holds where the command line says nothing: no file system is guessed, and nothing is left out. */
export const DEFAULT_SETTINGS: BuildSettings = { defaultFs: undefined, onPoison: "stop" };

/** How a component is planned: its definition's `plan`. Pure, and never called for a component with errors. */
export type ComponentPlan =
  | { readonly of: "source"; plan(source: ComponentReader): SourcePart }
  | { readonly of: "channel"; plan(channel: ComponentReader): ChannelPart }
  | { readonly of: "sink"; plan(sink: ComponentReader, parts: PartsOf): SinkPart }
  | { readonly of: "part"; plan(part: ComponentReader): PlannedPart }
  | { readonly of: "interceptor"; plan(interceptor: ComponentReader): InterceptorPart }
  | {
      readonly of: "selector";
      plan(selector: ComponentReader, channels: readonly string[]): PlannedSelector;
    };
