import type { ChalkInstance } from "chalk";
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import { summarize } from "../compiler/diagnostics/json-report.ts";
import { wrap } from "../compiler/emit/comments.ts";
import { LineIndex } from "../grammar/text/line-index.ts";
import type { Span } from "../grammar/text/span.ts";
import { codeFrame, paintOf } from "./code-frame.ts";
import { escapeText } from "./escape-text.ts";
import { coloursOf, type Terminal } from "./terminal.ts";

/** What was found in one file. */
export interface PrettyFile {
  readonly path: string;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly secrets: readonly Span[];
}

/** How it is printed. */
export interface PrettyOptions {
  readonly colours: ChalkInstance;
  /** In columns. */
  readonly width: number;
}

/** As the terminal has it: its colours, and its width within what reads well. */
export async function prettyOptions(terminal: Terminal): Promise<PrettyOptions> {
  const width = Math.min(Math.max(terminal.columns ?? 100, 40), 120);
  return { colours: await coloursOf(terminal), width };
}

/** The findings of one file as people read them, each with its frame; empty where there are none. */
export function prettyFile(file: PrettyFile, options: PrettyOptions): string {
  const lines = new LineIndex(file.text);
  return file.diagnostics.map((one) => `${prettyDiagnostic(file, lines, one, options)}\n\n`).join("");
}

function prettyDiagnostic(
  { path, secrets }: PrettyFile,
  lines: LineIndex,
  diagnostic: Diagnostic,
  { colours, width }: PrettyOptions,
): string {
  const { severity, code, span, message } = diagnostic;
  const { line, column } = lines.position(span.start);
  const paint = paintOf(severity, colours);
  const inFile = diagnostic.override === undefined;
  const place = colours.bold(inFile ? `${escapeText(path)}:${line}:${column}` : escapeText(path));
  const printed = [
    `${place}  ${paint(colours.bold(severity))}  ${colours.dim(code)}`,
    ...(inFile ? [codeFrame(lines, span, { colours, width, severity, secrets })] : []),
    indent(wrap(escapeText(message), width - 2).join("\n")),
  ];
  for (const related of relatedOf(diagnostic)) {
    const at = lines.position(related.span.start);
    printed.push(indent(colours.dim(`${at.line}:${at.column}  ${escapeText(related.message)}`)));
  }
  for (const { title, safe } of diagnostic.fixes?.slice(0, 1) ?? []) {
    const how = safe ? "--fix does it" : "--fix --unsafe does it";
    printed.push(indent(`${colours.green("Fix:")} ${escapeText(title)} ${colours.dim(`(${how})`)}`));
  }
  return printed.join("\n");
}

/** A long list of places says no more than its beginning. */
function relatedOf({ related = [] }: Diagnostic) {
  const most = 4;
  if (related.length <= most + 1) return related;
  const rest = related.length - most;
  return [...related.slice(0, most), { ...related[most]!, message: `and ${rest} more places from here on` }];
}

/** The last line: how much was found in how many files. */
export function prettySummary(
  files: readonly PrettyFile[],
  fixed: number,
  { colours }: PrettyOptions,
): string {
  const { errors, warnings, infos } = summarize(files.flatMap(({ diagnostics }) => diagnostics));
  const counts = [
    ...(errors > 0 ? [colours.red(count(errors, "error"))] : []),
    ...(warnings > 0 ? [colours.yellow(count(warnings, "warning"))] : []),
    ...(infos > 0 ? [colours.cyan(count(infos, "info"))] : []),
  ];
  const found = counts.length === 0 ? colours.green("nothing to complain about") : counts.join(", ");
  const done = fixed === 0 ? "" : `; ${count(fixed, "fix", "es")} applied`;
  return `${found} in ${count(files.length, "file")}${done}\n`;
}

function count(number: number, word: string, plural = "s"): string {
  return `${number} ${word}${number === 1 ? "" : plural}`;
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
