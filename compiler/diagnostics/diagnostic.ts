import type { Span } from "../../grammar/text/span.ts";

/**
 * error: Flume drops or refuses it, or it cannot work at run time.
 * warning: Flume takes it in silence but it does nothing, or hardly what was meant.
 * info: worth knowing.
 */
export type Severity = "error" | "warning" | "info";

/** Replace `span` with `newText`; an empty span inserts. */
export interface TextEdit {
  readonly span: Span;
  readonly newText: string;
}

/** A way out that a tool can apply. Safe: what the agent does afterwards is what was surely meant. */
export interface Fix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly TextEdit[];
  /** Takes the byte order mark away, which stands before offset 0 and so in no range. */
  readonly removesByteOrderMark?: true;
}

/** Another place that belongs to the finding. */
export interface RelatedPlace {
  readonly message: string;
  readonly span: Span;
}

/** One finding about one place of a configuration. Never carries the value of a secret property. */
export interface Diagnostic {
  /** The rule that found it: also its file name and its page, for example `unknown-property`. */
  readonly code: string;
  readonly severity: Severity;
  /** What is wrong, why it matters (what Flume does with it), what to do. One to three sentences. */
  readonly message: string;
  readonly span: Span;
  readonly agent?: string;
  /** `sources.source1` style path of the component. */
  readonly component?: string;
  /** The property's name below the component, for example `kafka.topic`. */
  readonly property?: string;
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly Fix[];
  /** The key of the `--set` that it is about: its range is then the end of the file. */
  readonly override?: string;
  /** Whatever its severity: `flafkac build` has nothing to emit for this and must refuse. */
  readonly stopsBuild?: boolean;
}
