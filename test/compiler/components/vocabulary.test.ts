import { describe, expect, test } from "vitest";
import { parseValue } from "../../../compiler/resolve/value.ts";
import { findProperty, matchPattern } from "../../../compiler/schema/property-lookup.ts";
import { hasReference, referenceComponents } from "../flume-reference.ts";
import { inTermsOfSchema } from "./in-terms-of-schema.ts";

const reference = hasReference ? referenceComponents() : [];

describe.skipIf(!hasReference)("the schema's vocabulary (FLAFKAC_FLUME)", () => {
  test("says every property of everything that Flume has", () => {
    const inexpressible: string[] = [];
    let properties = 0;
    for (const entry of reference) {
      const who = entry.class ?? entry.aliases.join();
      const definition = inTermsOfSchema(entry, (what) => inexpressible.push(`${who}: ${what}`));
      properties += Object.keys(definition.properties).length;
    }
    expect(inexpressible).toEqual([]);
    expect(reference.length).toBeGreaterThanOrEqual(111);
    expect(properties).toBeGreaterThanOrEqual(1090);
  });

  test("finds every one of them under a name that a file would have", () => {
    for (const entry of reference) {
      const { properties } = inTermsOfSchema(entry, () => {});
      for (const pattern of Object.keys(properties)) {
        const key = pattern
          .replace(/<code>/, "200")
          .replace(/<[^<>]*>/g, "x1")
          .replace(/\*$/, "y1");
        const found = findProperty(properties, key);
        expect([entry.class, key, found === undefined]).toEqual([entry.class, key, false]);
        expect(matchPattern(found!.pattern, key) ?? found!.pattern === key).toBeTruthy();
      }
    }
  });

  test("gives every default of theirs a type that takes it", () => {
    const refused: string[] = [];
    for (const entry of reference) {
      const { properties } = inTermsOfSchema(entry, () => {});
      for (const [name, definition] of Object.entries(properties)) {
        if (definition.default === undefined) continue;
        const value = parseValue(definition, definition.default);
        if (value.kind === "invalid") refused.push(`${entry.class} ${name}: ${value.why}`);
      }
    }
    expect(refused).toEqual([]);
  });
});
