import { type EscapePart, parseEscapeSequences } from "../../grammar/values/escape-sequence.ts";
import type { HeadersRead, PlanOption, TemplatePart } from "./pipeline-plan.ts";

/** How the time in a template is told: Flume's `useLocalTimeStamp`, `timeZone` and rounding. */
export interface TemplateTime {
  readonly of: "event" | "clock";
  readonly options: readonly PlanOption[];
}

/**
 * Cuts a text into what is the same for every event and what is not. Escapes of the time that stand together become
 * one part, with the text between them, so that the program makes them in one step.
 */
export function templateParts(text: string, time: TemplateTime): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  const escapes = parseEscapeSequences(text);
  escapes.forEach((piece, index) => {
    const last = parts.at(-1);
    const source = text.slice(piece.span.start, piece.span.end);
    if (typeof last === "object" && "time" in last && continuesTime(piece, escapes[index + 1])) {
      parts[parts.length - 1] = { ...last, time: last.time + source };
    } else {
      parts.push(partOf(piece, source, time));
    }
  });
  return parts;
}

/** Whether a part is time again, or plain text between two times. */
function continuesTime(piece: EscapePart, next: EscapePart | undefined): boolean {
  if (piece.kind === "time") return true;
  return piece.kind === "literal" && !piece.text.includes("%") && next?.kind === "time";
}

function partOf(part: EscapePart, source: string, { of, options }: TemplateTime): TemplatePart {
  switch (part.kind) {
    case "literal":
      return part.text;
    case "header":
      return { header: part.name };
    case "time":
      return { time: source, of, options };
    case "host":
      // Lint has refused what Flume does not know
      return { host: part.host ?? "localhost" };
  }
}

/** The headers that a template looks at. */
export function headersIn(parts: readonly TemplatePart[]): Exclude<HeadersRead, "all"> {
  const headers = parts.flatMap((part) => {
    if (typeof part === "string") return [];
    if ("header" in part) return [part.header];
    return "time" in part && part.of === "event" ? ["timestamp"] : [];
  });
  return [...new Set(headers)];
}
