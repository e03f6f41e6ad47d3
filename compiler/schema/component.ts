import type { FlumeVersion, PropertyDefinitions } from "./property.ts";

/** What a definition describes. Interceptors and selectors are parts of a source, serializers of a sink. */
export type DefinitionKind =
  | "source"
  | "channel"
  | "sink"
  | "interceptor"
  | "selector"
  | "sink-processor"
  | "serializer";

/**
 * One Flume component: its names, its properties, and (added in the same file) how it is planned.
 * Adding a component is adding one such file below `compiler/components/`.
 */
export interface ComponentDefinition {
  readonly kind: DefinitionKind;
  /** Names usable as `type`, any case (`SourceType` and its siblings); the first is the one to write. */
  readonly aliases: readonly string[];
  /** Full class name, case-sensitive when Flume loads it. */
  readonly className: string;
  readonly since: FlumeVersion;
  readonly description: string;
  readonly properties: PropertyDefinitions;
}

/** Checks a definition's shape at compile time and returns it unchanged. */
export function defineComponent<const D extends ComponentDefinition>(definition: D): D {
  return definition;
}
