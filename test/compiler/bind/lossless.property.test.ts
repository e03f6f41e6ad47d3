import fc from "fast-check";
import { expect, test } from "vitest";
import type { BoundDocument, BoundProperty } from "../../../compiler/bind/agent-model.ts";
import { bind } from "../../../compiler/bind/bind.ts";
import type { PropertyEntry } from "../../../grammar/properties/ast.ts";
import { parseProperties } from "../../../grammar/properties/parse.ts";

/** Every entry that is to be found somewhere in what bind made, each as often as it is found. */
function entriesIn({ agents, rejected }: BoundDocument): PropertyEntry[] {
  const found: PropertyEntry[] = [];
  const addAll = (entries: readonly PropertyEntry[]) => {
    for (const entry of entries) found.push(entry);
  };
  const add = ({ entry, overridden }: Pick<BoundProperty, "entry" | "overridden">) => {
    addAll([entry]);
    addAll(overridden);
  };
  for (const agent of agents) {
    for (const { property } of agent.lists.values()) add(property);
    for (const components of agent.components.values()) {
      for (const component of components.values()) component.properties.forEach(add);
    }
    addAll(agent.unbound);
  }
  rejected.forEach(add);
  return found;
}

const piece = fc.constantFrom(
  ...["a", "b", "sources", "sinks", "channels", "sinkgroups", "configfilters", "source", "type"],
  ...["s1", "k1", "channel", "", "\\ ", "\\t", "\\ s1\\ ", "é", "\\u00e9", "__proto__", "constructor"],
);
const key = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join("."));
const value = fc.constantFrom("", "\\t", "x", "s1 k1", "s1, k1", "c1\\\n  c2", "é", "${a.b}");
const line = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(key, fc.constantFrom("=", " = ", ":", " "), value).map((each) => each.join("")),
  },
  { weight: 1, arbitrary: fc.constantFrom("# comment", "", "! a.sources = x") },
);
const texts = fc.array(line, { maxLength: 25 }).map((lines) => lines.join("\n"));

test("every entry of a document is in exactly one place of what bind makes of it", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const document = parseProperties(new TextEncoder().encode(text));
      const found = entriesIn(bind(document));
      expect(found).toHaveLength(document.entries.length);
      expect(new Set(found)).toEqual(new Set(document.entries));
    }),
    { numRuns: 1000 },
  );
});

test("a key that a file repeats hundreds of thousands of times overflows nothing", () => {
  for (const key of ["a.x", "a.sinks.k1.type", "a.sinks.\\ k1.type"]) {
    const document = parseProperties(`${key}=1\n`.repeat(300_000));
    const found = bind(document);
    expect(entriesIn(found)).toHaveLength(300_000);
  }
});

test("spans lie in the document and cover the names and values they belong to", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const document = parseProperties(text);
      const cover = ({ start, end }: { start: number; end: number }) => document.text.slice(start, end);
      for (const agent of bind(document).agents) {
        expect(unescaped(cover(agent.nameSpan))).toBe(agent.name);
        for (const components of agent.components.values()) {
          for (const component of components.values()) {
            expect(unescaped(cover(component.nameSpan))).toBe(component.name);
            for (const property of component.properties.values()) {
              expect(unescaped(cover(property.nameSpan))).toBe(property.name);
              expect(unescaped(cover(property.valueSpan))).toBe(property.value);
            }
          }
        }
        for (const { names } of agent.lists.values()) {
          for (const { name, span } of names) expect(unescaped(cover(span))).toBe(name);
        }
      }
    }),
    { numRuns: 500 },
  );
});

/** Reads a piece of a file as the value of a key, which is what it is or could be. */
function unescaped(piece: string): string {
  return piece === "" ? "" : parseProperties(`k=${piece}`).entries[0]!.value.flumeText;
}
