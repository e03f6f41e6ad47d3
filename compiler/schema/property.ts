/**
 * How a value is cut into a list. `whitespace` is `split("\\s+")`, `space` is `split(" ")` (a tab or a second blank
 * makes a wrong name), `comma` is `,` with blanks around; `from` names the property that holds the separator.
 */
export type ListSeparator = "whitespace" | "space" | "comma" | { readonly from: string };

/** What a value of a property may be; one entry feeds resolving, linting, completion, hover, docs and planning. */
export type PropertyType =
  /** `pattern` is what the whole value must match. */
  | { readonly kind: "string"; readonly pattern?: RegExp }
  /** `Boolean.parseBoolean`: "true" in any case is true, everything else silently false. */
  | { readonly kind: "boolean" }
  /** Counts by being there, without a value (`--no-reload-conf`). */
  | { readonly kind: "switch" }
  /** `Integer.parseInt`, `Long.parseLong` or `Short.parseShort` after a trim. */
  | {
      readonly kind: "integer";
      readonly java: "short" | "int" | "long";
      readonly min?: number;
      readonly max?: number;
    }
  | { readonly kind: "number"; readonly min?: number; readonly max?: number }
  | {
      readonly kind: "enum";
      readonly values: readonly EnumValue[];
      readonly ignoreCase?: boolean;
      /** Other values are possible too: a class name, or whatever the library behind it knows. */
      readonly open?: boolean;
    }
  | { readonly kind: "host" }
  | { readonly kind: "port" }
  /** `host:port,host:port`. */
  | { readonly kind: "host-port-list" }
  | { readonly kind: "path" }
  | { readonly kind: "url" }
  | { readonly kind: "charset" }
  | { readonly kind: "regex" }
  | { readonly kind: "class-name" }
  | {
      readonly kind: "list";
      readonly separator: ListSeparator;
      readonly of?: PropertyType;
    }
  /** The name or names of components of the same agent. */
  | {
      readonly kind: "reference";
      readonly to: "channel" | "sink" | "source";
      readonly many: boolean;
      readonly separator?: "whitespace" | "space";
    }
  /** The names of parts that are configured below this very key (`interceptors = i1 i2`, `interceptors.i1.type`). */
  | { readonly kind: "part-names"; readonly separator: "whitespace" | "space" }
  /** The type of a part: an alias or a class name of this kind, looked up in the registry. */
  | { readonly kind: "part-type" }
  /** A name space of keys that somebody else reads (`kafka.producer.*`); the values are strings. */
  | { readonly kind: "open" };

/** One allowed value of an enumerated property. */
export interface EnumValue {
  readonly value: string;
  readonly meaning: string;
}

/** A Flume release, `1.0` to `1.11`, or `2.0` for what is only in the development line after it. */
export type FlumeVersion = `1.${number}` | "2.0";

/**
 * What Flume does with a value that it cannot use. `removed`: drops the component (or, for a part, its owner);
 * `default`: goes on with the default; `ignored`: goes on as if the property were absent; `kept`: takes it as it
 * stands; `later`: starts, and fails with the first event; otherwise the value that it uses instead.
 */
export type Consequence = "removed" | "default" | "ignored" | "kept" | "later" | { readonly uses: string };

/** Said of a property or value that flafkac cannot carry out: `build` stops with it instead of meeting it at run time. */
export interface Refusal {
  /** The values that are fine, as the schema spells them, all others being refused; without it every value is. */
  readonly except?: readonly string[];
  /** It is its absence that is refused. */
  readonly absent?: true;
  /** Only where this property is also in force: written at all, or having one of these values. */
  readonly when?: PropertyCondition;
  /** Why not, and the way out. A whole sentence. */
  readonly why: string;
}

/** Another property that is written, or has one of these values (its default counts), as the schema spells them. */
export interface PropertyCondition {
  readonly property: string;
  readonly values?: readonly string[];
}

/** One property of one component. Everything that any tool says about it comes from here. */
export interface PropertyDefinition {
  readonly type: PropertyType;
  /** What it does, in one or two sentences. */
  readonly description: string;
  /** The unit of a number, for example `ms`, `s`, `bytes`, `events`. */
  readonly unit?: string;
  /** The value that Flume uses when the property is absent, as it would be written. */
  readonly default?: string;
  /** The default in words, where it is no fixed value: `80 % of the JVM's heap`. */
  readonly defaultNote?: string;
  /** Flume drops the component without it. Written under one of its old names counts as written. */
  readonly required?: boolean;
  /** One of these in its place is enough; Flume drops the component where it and all of them are missing. */
  readonly requiredUnless?: readonly string[];
  /** Flume drops the component that has the other property (with one of these values) and not this one. */
  readonly requiredWith?: PropertyCondition;
  /** Flume drops the component that has both. */
  readonly forbiddenWith?: PropertyCondition & {
    /** Why, and the way out. A sentence without its full stop. */
    readonly why: string;
  };
  /** Flume looks at it only where the other property has one of these values. */
  readonly readWhen?: PropertyCondition;
  /** Flume looks at it only where the other property is absent. */
  readonly readUnless?: string;
  /** When it is required (or forbidden), in words, where that hangs on other properties. */
  readonly requiredWhen?: string;
  /** A limit that no type can say, in words: `1 to 24 where the unit is hour`. */
  readonly constraint?: string;
  /** Another property of the component whose value this one must not exceed; Flume drops the component otherwise. */
  readonly atMost?: string;
  /** A lower greatest value, where the other property has one of these values. */
  readonly maxWhen?: PropertyCondition & { readonly max: number };
  /** What the part of the key in place of a `<placeholder>` must look like. */
  readonly keyPattern?: RegExp;
  readonly since?: FlumeVersion;
  /** The release that no longer reads it. */
  readonly removedIn?: FlumeVersion;
  readonly deprecated?: {
    readonly since: FlumeVersion;
    /** The modern name; Flume ignores the old one when both are written, unless `wins` says otherwise. */
    readonly replacedBy?: string;
    /** The one that counts when both are written; the new one unless told. */
    readonly wins?: "old" | "new";
    /** Translates the old value where its meaning differs (`readSmallestOffset=true` → `earliest`). */
    readonly translate?: (value: string) => string;
    /** False where the modern name means the same but holds something else: a ZooKeeper is no broker. */
    readonly moves?: false;
    readonly note?: string;
  };
  /** Read by nothing: the guide's wrong names and keys that a Flume bug defeats; says why. */
  readonly noEffect?: string;
  /** Read, but a bug of Flume makes it do something else: says what. */
  readonly bug?: string;
  /** Where the bug shows: with the property, or, as here, for want of it. */
  readonly bugWhen?: "absent";
  /** A password or the like: never printed, never baked into emitted code. */
  readonly secret?: boolean;
  /**
   * Escape sequences are replaced for each event: `%{header}` alone, or those of the time (`%Y`) and of the machine
   * (`%[fqdn]`) too.
   */
  readonly interpolated?: "headers" | "headers-and-time";
  /** Not in Flume's user guide. */
  readonly undocumented?: boolean;
  /** For those who know Flume's inside. */
  readonly expert?: boolean;
  /** Wrong names under which Flume's user guide lists it: Flume reads none of them. */
  readonly guideNames?: readonly string[];
  /** Earlier names of the same thing that no release in use reads. */
  readonly formerNames?: readonly string[];
  /** The default that Flume's user guide claims, where the source says otherwise. */
  readonly guideDefault?: string;
  /** The environment variable that sets it too. */
  readonly environment?: string;
  /** What Flume does with a value it cannot parse, or that is out of range; absent: it drops the component. */
  readonly onInvalid?:
    | Consequence
    | { readonly unparsable?: Consequence; readonly outOfRange?: Consequence; readonly zero?: Consequence };
  /** Taken as it is by Flume, but flafkac's program cannot honour it: says what happens instead. */
  readonly notHere?: string;
  /** What `build` refuses. */
  readonly refusedByBuild?: Refusal;
}

/**
 * Properties of one component by name. Besides plain names there are two kinds of patterns: `<placeholder>` stands for
 * a part of the key (`serializers.<name>.type`; at the end also for what holds dots, `mapping.<value>`), and a
 * trailing `*` opens the name space below a prefix (`kafka.producer.*`).
 */
export type PropertyDefinitions = Readonly<Record<string, PropertyDefinition>>;
