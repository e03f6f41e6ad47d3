import type { ComponentDefinition, DefinitionKind } from "./component.ts";
import type { FlumeVersion } from "./property.ts";

/** A component that Flume has and whose schema is still to come: its names, so that it is not called unknown. */
export interface PendingComponent {
  readonly kind: DefinitionKind;
  readonly aliases: readonly string[];
  readonly className: string;
  readonly since: FlumeVersion;
  readonly removedIn?: FlumeVersion;
}

/** What the text of a `type` property leads to. */
export type LookUp =
  | { readonly found: "definition"; readonly definition: ComponentDefinition; readonly by: "alias" | "class" }
  /**
   * A class name of Flume's whose letters differ in case. Flume's validation lets it pass, then the class cannot be
   * loaded, and that ends the load of the whole file.
   */
  | {
      readonly found: "wrong-case";
      readonly className: string;
      readonly definition: ComponentDefinition | undefined;
      readonly pending: PendingComponent | undefined;
    }
  /** The class itself, where Flume wants the `$Builder` inside it. */
  | {
      readonly found: "missing-builder";
      readonly className: string;
      readonly definition: ComponentDefinition | undefined;
      readonly pending: PendingComponent | undefined;
    }
  /** Flume has it, its schema is still to come. */
  | { readonly found: "pending"; readonly pending: PendingComponent; readonly by: "alias" | "class" }
  /** A class of somebody else: Flume loads it from a plugin. */
  | { readonly found: "custom-class"; readonly className: string }
  /** `org.apache.flume.…`, but no release of Flume has such a class. */
  | {
      readonly found: "no-such-flume-class";
      readonly className: string;
      readonly nearest: string | undefined;
    }
  /** Neither a name of Flume's nor a class name. */
  | { readonly found: "unknown"; readonly nearest: string | undefined };
