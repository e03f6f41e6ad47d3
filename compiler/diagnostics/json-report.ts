import { LineIndex } from "../../grammar/text/line-index.ts";
import type { Span } from "../../grammar/text/span.ts";
import type { DeliveryLevel } from "../plan/guarantee.ts";
import type { Diagnostic, Severity } from "./diagnostic.ts";

/** A place in a file: the offset in UTF-16 units from 0, line and column from 1. */
export interface JsonPosition {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** From the first character to the one after the last. */
export interface JsonRange {
  readonly start: JsonPosition;
  readonly end: JsonPosition;
}

/** A finding as `--format json` prints it. What does not apply is null or empty, never left out. */
export interface JsonDiagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly agent: string | null;
  readonly component: string | null;
  readonly property: string | null;
  readonly range: JsonRange;
  readonly related: readonly { readonly message: string; readonly range: JsonRange }[];
  readonly fixes: readonly {
    readonly title: string;
    readonly safe: boolean;
    readonly edits: readonly { readonly range: JsonRange; readonly newText: string }[];
    /** Takes the byte order mark away, which stands before offset 0. */
    readonly removesByteOrderMark: boolean;
  }[];
}

/** What an agent delivers, as `--format json` prints it. */
export interface JsonDelivery {
  readonly agent: string;
  /** Null where it is known. */
  readonly unknown: string | null;
  readonly flows: readonly {
    readonly sources: readonly string[];
    readonly channel: string;
    readonly sinks: readonly string[];
    readonly level: DeliveryLevel;
    readonly sentence: string;
    readonly weaknesses: readonly {
      readonly level: DeliveryLevel;
      readonly may: string;
      readonly component: string;
      readonly property: string | null;
      /** The line to blame; null for what is in no line. */
      readonly line: number | null;
      readonly change: string;
    }[];
  }[];
}

/** How many findings there are of each severity. */
export interface Summary {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
}

/** The whole output of `--format json`. Its shape is stable: what is added later is added beside what is there. */
export interface JsonReport {
  readonly version: 1;
  readonly files: readonly {
    readonly path: string;
    readonly diagnostics: readonly JsonDiagnostic[];
    /** What each agent delivers. */
    readonly delivery: readonly JsonDelivery[];
  }[];
  readonly summary: Summary;
}

/** What was found in one file, and the text that its offsets count in. */
export interface FileFindings {
  readonly path: string;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly delivery: readonly JsonDelivery[];
}

/** The findings of all files, with lines and columns. */
export function jsonReport(files: readonly FileFindings[]): JsonReport {
  return {
    version: 1,
    files: files.map(({ path, text, diagnostics, delivery }) => ({
      path,
      diagnostics: jsonDiagnostics(text, diagnostics),
      delivery,
    })),
    summary: summarize(files.flatMap(({ diagnostics }) => diagnostics)),
  };
}

/** Counts findings by severity. */
export function summarize(diagnostics: readonly Diagnostic[]): Summary {
  const count = (severity: Severity) => diagnostics.filter((one) => one.severity === severity).length;
  return { errors: count("error"), warnings: count("warning"), infos: count("info") };
}

/** The findings of one file, with lines and columns. */
function jsonDiagnostics(text: string, diagnostics: readonly Diagnostic[]): readonly JsonDiagnostic[] {
  const lines = new LineIndex(text);
  const position = (offset: number): JsonPosition => ({ offset, ...lines.position(offset) });
  const range = ({ start, end }: Span): JsonRange => ({ start: position(start), end: position(end) });
  return diagnostics.map((one) => ({
    code: one.code,
    severity: one.severity,
    message: one.message,
    agent: one.agent ?? null,
    component: one.component ?? null,
    property: one.property ?? null,
    range: range(one.span),
    related: (one.related ?? []).map(({ message, span }) => ({ message, range: range(span) })),
    fixes: (one.fixes ?? []).map(({ title, safe, edits, removesByteOrderMark = false }) => ({
      title,
      safe,
      edits: edits.map(({ span, newText }) => ({ range: range(span), newText })),
      removesByteOrderMark,
    })),
  }));
}
