/**
 * Where a comment behind a value begins: the place of a `#` at the beginning or after a blank. `strict`: also when no
 * blank follows it. `start` is where the blanks before it begin. Linear, however many blanks there are.
 */
export function trailingComment(text: string, strict: boolean): { start: number; hash: number } | undefined {
  for (let hash = text.indexOf("#"); hash !== -1; hash = text.indexOf("#", hash + 1)) {
    if (hash > 0 && !isBlank(text, hash - 1)) continue;
    if (!strict && !isBlank(text, hash + 1)) continue;
    let start = hash;
    while (start > 0 && isBlank(text, start - 1)) start--;
    return { start, hash };
  }
  return undefined;
}

/** The commas of a list, each run of them with the blanks around it. Linear. */
export function commaRuns(text: string): readonly { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  for (let comma = text.indexOf(","); comma !== -1; ) {
    let start = comma;
    while (start > 0 && isBlank(text, start - 1)) start--;
    let end = comma + 1;
    while (end < text.length && (text[end] === "," || isBlank(text, end))) end++;
    runs.push({ start, end });
    comma = text.indexOf(",", end);
  }
  return runs;
}

/** The first run of blanks that is more than one blank: where Java's `split(" ")` makes a wrong name. Linear. */
export function wideBlank(text: string): { start: number; end: number } | undefined {
  for (let start = 0; start < text.length; start++) {
    if (!isBlank(text, start)) continue;
    let end = start + 1;
    while (end < text.length && isBlank(text, end)) end++;
    if (end - start > 1 || text[start] !== " ") return { start, end };
    start = end;
  }
  return undefined;
}

function isBlank(text: string, at: number): boolean {
  const char = text[at];
  return char === " " || char === "\t" || char === "\n" || char === "\r" || char === "\f" || char === "\v";
}
