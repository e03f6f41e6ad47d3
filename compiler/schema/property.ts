/** What a value of a property may be; one entry feeds resolving, linting, completion, hover, docs and planning. */
export type PropertyType =
  | { readonly kind: "string" }
  /** `Boolean.parseBoolean`: "true" in any case is true, everything else silently false. */
  | { readonly kind: "boolean" }
  /** `Integer.parseInt` or `Long.parseLong` after a trim. */
  | { readonly kind: "integer"; readonly java: "int" | "long"; readonly min?: number; readonly max?: number }
  | { readonly kind: "number"; readonly min?: number; readonly max?: number }
  | {
      readonly kind: "enum";
      readonly values: readonly EnumValue[];
      readonly ignoreCase?: boolean;
      readonly open?: boolean;
    }
  | { readonly kind: "host" }
  | { readonly kind: "port" }
  /** `host:port,host:port`. */
  | { readonly kind: "host-port-list" }
  | { readonly kind: "path" }
  | { readonly kind: "charset" }
  | { readonly kind: "regex" }
  | { readonly kind: "class-name" }
  | {
      readonly kind: "list";
      readonly separator: "whitespace" | "space" | "comma";
      readonly of?: PropertyType;
    }
  /** The name or names of components of the same agent. */
  | {
      readonly kind: "reference";
      readonly to: "channel" | "sink" | "source";
      readonly many: boolean;
      readonly separator?: "whitespace" | "space";
    };

/** One allowed value of an enumerated property. */
export interface EnumValue {
  readonly value: string;
  readonly meaning: string;
}

/** A Flume release, `1.2` to `1.11`. */
export type FlumeVersion = `1.${number}`;

/** One property of one component. Everything that any tool says about it comes from here. */
export interface PropertyDefinition {
  readonly type: PropertyType;
  /** What it does, in one or two sentences. */
  readonly description: string;
  /** The unit of a number, for example `ms`, `s`, `bytes`, `events`. */
  readonly unit?: string;
  /** The value that Flume uses when the property is absent, as it would be written. */
  readonly default?: string;
  readonly required?: boolean;
  readonly since?: FlumeVersion;
  /** The release that no longer reads it. */
  readonly removedIn?: FlumeVersion;
  readonly deprecated?: {
    readonly since: FlumeVersion;
    /** The modern name; Flume ignores the old one when both are written. */
    readonly replacedBy?: string;
    /** Translates the old value where its meaning differs (`readSmallestOffset=true` → `earliest`). */
    readonly translate?: (value: string) => string;
    readonly note?: string;
  };
  /** Read by nothing: the guide's wrong names and keys that a Flume bug defeats; says why. */
  readonly noEffect?: string;
  /** A password or the like: never printed, never baked into emitted code. */
  readonly secret?: boolean;
  /** Escape sequences such as `%{header}` or `%Y` are replaced for each event. */
  readonly interpolated?: "headers" | "headers-and-time";
  /** Not in Flume's user guide. */
  readonly undocumented?: boolean;
  /** What Flume does with a value it cannot parse; absent: it drops the component. */
  readonly onInvalid?: "default" | "ignored";
  /** Taken as it is by Flume, but flafkac's program cannot honour it: says what happens instead. */
  readonly notHere?: string;
}

/** Properties of one component by name; a trailing `*` opens the name space below a prefix (`kafka.producer.*`). */
export type PropertyDefinitions = Readonly<Record<string, PropertyDefinition>>;
