import type { Span } from "../text/span.ts";

/** Text that is the same for every event. */
export interface LiteralPart {
  readonly kind: "literal";
  readonly text: string;
  readonly span: Span;
}

/** `%{name}`: the value of a header of the event, empty where it has none. */
export interface HeaderPart {
  readonly kind: "header";
  readonly name: string;
  readonly nameSpan: Span;
  readonly span: Span;
}

/** `%Y` and the like, from the header `timestamp`; Flume asks for that header even where it is not used (`%%`). */
export interface TimePart {
  readonly kind: "time";
  /** The character after `%`. One that is not in `TIME_LETTERS` becomes the empty string. */
  readonly letter: string;
  readonly span: Span;
}

/** `%[localhost]` and the like: the host that the agent runs on. Since Flume 1.7. */
export interface HostPart {
  readonly kind: "host";
  /** Undefined for a name that Flume does not know; it then throws for each event. */
  readonly host: HostName | undefined;
  /** As written: Flume does not mind upper and lower case. */
  readonly name: string;
  readonly nameSpan: Span;
  readonly span: Span;
}

/** What `%[…]` may name: the host's name, address, or fully qualified domain name. */
export type HostName = "localhost" | "ip" | "fqdn";

/** A part of a value in which Flume replaces escape sequences; the parts of a value follow each other. */
export type EscapePart = LiteralPart | HeaderPart | TimePart | HostPart;

/** The letters of `BucketPath.replaceShorthand` and what they stand for, for 2023-11-04 09:05:06.789 UTC. */
export const TIME_LETTERS: ReadonlyMap<string, { readonly meaning: string; readonly example: string }> =
  new Map([
    ["%", { meaning: "a percent sign", example: "%" }],
    ["a", { meaning: "day of the week, short", example: "Sat" }],
    ["A", { meaning: "day of the week", example: "Saturday" }],
    ["b", { meaning: "month's name, short", example: "Nov" }],
    ["B", { meaning: "month's name", example: "November" }],
    ["c", { meaning: "date and time", example: "Sat Nov 4 09:05:06 2023" }],
    ["d", { meaning: "day of the month, two digits", example: "04" }],
    ["D", { meaning: "month/day/year", example: "11/04/23" }],
    ["e", { meaning: "day of the month", example: "4" }],
    ["H", { meaning: "hour, 00 to 23", example: "09" }],
    ["I", { meaning: "hour, 01 to 12", example: "09" }],
    ["j", { meaning: "day of the year, three digits", example: "308" }],
    ["k", { meaning: "hour, 0 to 23", example: "9" }],
    ["l", { meaning: "hour, 1 to 12", example: "9" }],
    ["m", { meaning: "month, two digits", example: "11" }],
    ["M", { meaning: "minute", example: "05" }],
    ["n", { meaning: "month", example: "11" }],
    ["p", { meaning: "AM or PM", example: "AM" }],
    ["s", { meaning: "seconds since 1970, after rounding", example: "1699088706" }],
    ["S", { meaning: "second", example: "06" }],
    ["t", { meaning: "milliseconds since 1970, never rounded", example: "1699088706789" }],
    ["y", { meaning: "year, two digits", example: "23" }],
    ["Y", { meaning: "year", example: "2023" }],
    ["z", { meaning: "time zone", example: "+0000" }],
  ]);

/** The expression of Flume's `BucketPath`; `\w` is ASCII in Java and here. */
const ESCAPE_SEQUENCE = /%(?<letter>\w|%)|%\{(?<header>[\w.-]+)\}|%\[(?<host>\w+)\]/g;

/**
 * Cuts a value into what Flume's `BucketPath.escapeString` replaces and what it leaves: `%{…}` with a blank or
 * another character that it does not know, a `%` before nothing and the like are literal text. Spans are
 * offsets in `value`.
 */
export function parseEscapeSequences(value: string): EscapePart[] {
  const parts: EscapePart[] = [];
  let end = 0;
  for (const match of value.matchAll(ESCAPE_SEQUENCE)) {
    if (match.index > end) parts.push(literal(value, end, match.index));
    end = match.index + match[0].length;
    parts.push(sequence(match.groups!, { start: match.index, end }));
  }
  if (end < value.length) parts.push(literal(value, end, value.length));
  return parts;
}

function literal(value: string, start: number, end: number): LiteralPart {
  return { kind: "literal", text: value.slice(start, end), span: { start, end } };
}

function sequence({ letter, header, host }: Record<string, string | undefined>, span: Span): EscapePart {
  if (letter !== undefined) return { kind: "time", letter, span };
  const nameSpan = { start: span.start + 2, end: span.end - 1 };
  if (header !== undefined) return { kind: "header", name: header, nameSpan, span };
  return { kind: "host", host: hostName(host!), name: host!, nameSpan, span };
}

function hostName(name: string): HostName | undefined {
  const known: readonly HostName[] = ["localhost", "ip", "fqdn"];
  return known.find((host) => host === name.toLowerCase());
}
