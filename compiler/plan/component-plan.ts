import type { DefinitionKind } from "../schema/component.ts";
import type { ComponentReader } from "./component-reader.ts";
import type {
  Construction,
  HeadersRead,
  Place,
  PlannedHeader,
  PlannedInterceptor,
  PlannedSelector,
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
  readonly unit: "line" | "datagram";
  /** Headers that the source itself gives each event. */
  readonly headers: readonly PlannedHeader[];
  readonly acknowledges: boolean;
}

/** A channel. */
export interface ChannelPart extends ComponentPart {
  readonly capacity: PlanValue;
  readonly durable: boolean;
}

/** A sink. */
export interface SinkPart extends ComponentPart {
  readonly batchSize: PlanValue;
  readonly readsHeaders: HeadersRead;
  readonly recordForm?: RecordForm;
  readonly promise: string;
}

/** An interceptor without its name and place. */
export type InterceptorPart = Pick<PlannedInterceptor, "header" | "value" | "keepExisting">;

/** A serializer, path manager or the like of a sink: an argument of the sink's constructor. */
export interface PlannedPart {
  readonly value: PlanValue;
  readonly readsHeaders?: HeadersRead;
  /** What it does, in a few words for comments. */
  readonly summary: string;
}

/** The planned parts of a sink; every kind that the sink's definition names with a default is there. */
export type PartsOf = (kind: DefinitionKind) => PlannedPart;

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
