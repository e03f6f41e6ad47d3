import { splitList } from "../../grammar/values/list.ts";
import type { ListedName } from "./agent-model.ts";
import type { Piece } from "./key.ts";

/**
 * Cuts a list into names with their places, as Java's `split` does with this separator. The empty names that a second
 * blank makes of a list separated by single blanks are left out: nothing is called so.
 */
export function splitNames(value: Piece, separator: "whitespace" | "space"): readonly ListedName[] {
  return splitList(value.text, separator)
    .filter(({ text }) => text !== "")
    .map(({ text, start, end }) => ({ name: text, span: value.rangeOf(start, end) }));
}
