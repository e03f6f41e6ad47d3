import type { ListedName } from "./agent-model.ts";
import type { Piece } from "./key.ts";

/**
 * Cuts a list into names with their places. `whitespace` is Java's `split("\\s+")`; `space` its `split(" ")`, which
 * keeps a tab inside a name, and makes an empty name of each second blank (left out here: nothing is called so).
 */
export function splitNames(value: Piece, separator: "whitespace" | "space"): readonly ListedName[] {
  const name = separator === "space" ? /[^ ]+/g : /[^ \t\n\v\f\r]+/g;
  return [...value.text.matchAll(name)].map((match) => ({
    name: match[0],
    span: value.rangeOf(match.index, match.index + match[0].length),
  }));
}
