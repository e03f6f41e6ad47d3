import type { PropertiesDocument } from "../../grammar/properties/ast.ts";

const WHITE_SPACE = /^(?:[ \t\f\r\n]|\\(?:\r\n?|\n))*$/;
const SEPARATOR = /^(?:[ \t\f]|\\(?:\r\n?|\n))*[=:]?(?:[ \t\f]|\\(?:\r\n?|\n))*$/;

/** What of a document's text its tree does not account for, or accounts for twice; empty when all is well. */
export function lossesOf({ text, nodes, entries }: PropertiesDocument): string[] {
  const losses: string[] = [];
  const expect = (holds: boolean, what: string) => {
    if (!holds) losses.push(what);
  };
  let end = 0;
  for (const node of nodes) {
    const { span } = node;
    expect(span.start >= end && span.end >= span.start, `overlap at ${span.start}`);
    expect(
      WHITE_SPACE.test(text.slice(end, span.start)),
      `more than white space from ${end} to ${span.start}`,
    );
    end = span.end;
    if (node.kind === "comment") {
      expect(text.slice(span.start, span.end) === node.text, `comment at ${span.start}`);
      continue;
    }
    const { key, separator, value } = node;
    expect(key.span.start === span.start && value.span.end === span.end, `outer ends at ${span.start}`);
    expect(key.span.end === separator.start && separator.end === value.span.start, `gap in ${span.start}`);
    expect(SEPARATOR.test(text.slice(separator.start, separator.end)), `separator at ${separator.start}`);
  }
  expect(WHITE_SPACE.test(text.slice(end)), `more than white space from ${end} on`);
  expect(entries.length === nodes.filter(({ kind }) => kind === "property").length, "entries");
  return losses;
}
