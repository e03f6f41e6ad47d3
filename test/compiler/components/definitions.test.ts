import { describe, expect, test } from "vitest";
import { components } from "../../../compiler/components/index.ts";
import { parseValue } from "../../../compiler/resolve/value.ts";
import { releaseNumber } from "../../../compiler/schema/common-properties.ts";
import { isPlain } from "../../../compiler/schema/property-lookup.ts";

describe.each(components.map((component) => [component.className!, component] as const))(
  "%s",
  (_, component) => {
    const properties = Object.entries(component.properties);

    test("says what each property does, in sentences", () => {
      const texts = [component.description, ...(component.notes ?? [])];
      for (const [, { description, notHere, noEffect, bug, refusedByBuild }] of properties) {
        texts.push(
          description,
          ...[notHere, noEffect, bug, refusedByBuild?.why].filter((each) => each !== undefined),
        );
      }
      expect(texts.filter((each) => !/^\S.*[.;…]$/s.test(each))).toEqual([]);
    });

    test("has defaults that fit their types", () => {
      for (const [name, definition] of properties) {
        if (definition.default === undefined) continue;
        expect([name, parseValue(definition, definition.default).kind]).not.toEqual([name, "invalid"]);
      }
    });

    test("refers to properties that it has", () => {
      for (const [, { deprecated, atMost, refusedByBuild, noEffect }] of properties) {
        const names = [
          noEffect === undefined ? deprecated?.replacedBy : undefined,
          atMost,
          refusedByBuild?.when?.property,
        ];
        for (const name of names.filter((each) => each !== undefined))
          expect(component.properties).toHaveProperty([name]);
      }
      for (const name of [component.batchSizeProperty, component.transactionCapacityProperty]) {
        if (name !== undefined) expect(component.properties[name]?.type.kind).toBe("integer");
      }
    });

    test("has no property older than itself, and numbers with units or without need of one", () => {
      for (const [name, { since, deprecated }] of properties) {
        expect([name, since]).not.toEqual([name, undefined]);
        expect(releaseNumber(since!), name).toBeGreaterThanOrEqual(releaseNumber(component.since));
        if (deprecated !== undefined)
          expect(releaseNumber(deprecated.since)).toBeGreaterThan(releaseNumber(since!));
      }
    });

    test("opens the name space of each of its parts", () => {
      for (const part of component.parts ?? []) {
        const pattern = part.form === "listed" ? `${part.names}.*` : `${part.prefix}*`;
        expect(component.properties[pattern]?.type.kind).toBe("open");
        expect(isPlain(part.form === "listed" ? part.names : part.type)).toBe(true);
      }
    });
  },
);

test("every password is a secret", () => {
  for (const { properties } of components) {
    for (const [name, { secret }] of Object.entries(properties)) {
      if (/password$|jaas|keystore\.key$/i.test(name)) expect([name, secret]).toEqual([name, true]);
    }
  }
});
