import { LINE_WIDTH } from "./import-list.ts";

/**
 * A doc comment from sentences that are flafkac's own or have passed `commentText`: one line where it fits.
 */
export function docComment(text: string): string {
  const one = `/** ${text} */`;
  if (one.length <= LINE_WIDTH) return one;
  return ["/**", ...wrap(text, LINE_WIDTH - 3).map((line) => ` * ${line}`), " */"].join("\n");
}

/** `//` lines; an empty paragraph is a bare `//`, what is indented stays as it is. */
export function lineComment(paragraphs: readonly string[]): string {
  return paragraphs
    .flatMap((paragraph) =>
      paragraph === ""
        ? ["//"]
        : (paragraph.startsWith(" ") ? [paragraph] : wrap(paragraph, LINE_WIDTH - 3)).map(
            (line) => `// ${line}`,
          ),
    )
    .join("\n");
}

/** Breaks text at blanks into lines of at most `width` characters, where no word is longer; `kill -9` stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ (?!-\d)/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
