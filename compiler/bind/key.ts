import type { LogicalText } from "../../grammar/properties/ast.ts";
import type { Span } from "../../grammar/text/span.ts";
import type { ComponentKind } from "./agent-model.ts";

/** A piece of a key or a value as Flume reads it, and where it stands. */
export interface Piece {
  readonly text: string;
  /** The place in the file of `text.slice(start, end)`. */
  rangeOf(start: number, end: number): Span;
}

/** `String.trim()` of Java: everything up to U+0020 goes, from both ends. */
export function trimmed(logical: LogicalText): Piece {
  return trimPiece({
    text: logical.flumeText,
    rangeOf: (start, end) => logical.rangeOfFlumeText(start, end),
  });
}

/** `String.trim()` on a text alone. */
export function trim(text: string): string {
  const [start, end] = trimBounds(text);
  return text.slice(start, end);
}

function trimPiece(piece: Piece): Piece {
  const [start, end] = trimBounds(piece.text);
  return slice(piece, start, end);
}

function trimBounds(text: string): [start: number, end: number] {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  return [start, end];
}

function slice(piece: Piece, start: number, end = piece.text.length): Piece {
  return {
    text: piece.text.slice(start, end),
    rangeOf: (from, to) => piece.rangeOf(start + from, start + to),
  };
}

/** The place of a whole piece. */
export function spanOf(piece: Piece): Span {
  return piece.rangeOf(0, piece.text.length);
}

/** A key cut as Flume cuts it (`FlumeConfiguration#addRawProperty`, `AgentConfiguration#parseConfigKey`). */
export type SplitKey =
  | { readonly form: "no-agent" }
  | { readonly form: "no-property"; readonly agent: Piece }
  | { readonly form: "list"; readonly agent: Piece; readonly kind: ComponentKind; readonly property: Piece }
  | {
      readonly form: "component";
      readonly agent: Piece;
      readonly kind: ComponentKind;
      readonly component: Piece;
      readonly property: Piece;
    }
  | { readonly form: "unbound"; readonly agent: Piece };

const kindsByList: ReadonlyMap<string, ComponentKind> = new Map([
  ["configfilters", "configfilter"],
  ["sources", "source"],
  ["sinks", "sink"],
  ["channels", "channel"],
  ["sinkgroups", "sinkgroup"],
]);

/** The word of each kind in a configuration file (`sources`, `sinkgroups`). */
export const listOfKind: Readonly<Record<ComponentKind, string>> = {
  source: "sources",
  channel: "channels",
  sink: "sinks",
  sinkgroup: "sinkgroups",
  configfilter: "configfilters",
};

/** Cuts a trimmed key at the dots that matter to Flume. */
export function splitKey(key: Piece): SplitKey {
  const firstDot = key.text.indexOf(".");
  if (firstDot <= 0) return { form: "no-agent" };
  const agent = slice(key, 0, firstDot);
  const rest = slice(key, firstDot + 1);
  if (rest.text === "") return { form: "no-property", agent };
  const listKind = kindsByList.get(rest.text);
  if (listKind !== undefined) return { form: "list", agent, kind: listKind, property: rest };
  const kindEnd = rest.text.indexOf(".");
  const kind = kindsByList.get(rest.text.slice(0, kindEnd));
  // The dot after the name is searched behind the name's first character, so that one may be a dot itself.
  const nameEnd = rest.text.indexOf(".", kindEnd + 2);
  if (kindEnd === -1 || kind === undefined || nameEnd === -1 || nameEnd + 1 === rest.text.length) {
    return { form: "unbound", agent };
  }
  const component = trimPiece(slice(rest, kindEnd + 1, nameEnd));
  return { form: "component", agent, kind, component, property: slice(rest, nameEnd + 1) };
}
