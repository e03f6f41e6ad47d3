import { describe, expect, test } from "vitest";
import { kafkaChannel } from "../../../compiler/components/channels/kafka.ts";
import { components } from "../../../compiler/components/index.ts";
import {
  saslProperties,
  tlsProperties,
} from "../../../compiler/components/kafka-clients/security-properties.ts";
import { pendingComponents } from "../../../compiler/components/pending-components.ts";
import { kafkaSink } from "../../../compiler/components/sinks/kafka.ts";
import { kafkaSource } from "../../../compiler/components/sources/kafka.ts";
import { releaseNumber } from "../../../compiler/schema/common-properties.ts";
import type { FlumeVersion, PropertyDefinition } from "../../../compiler/schema/property.ts";
import { findProperty } from "../../../compiler/schema/property-lookup.ts";
import { hasReference, type ReferenceProperty, referenceComponents } from "../flume-reference.ts";

const reference = hasReference ? referenceComponents() : [];
const byClass = new Map(reference.map((component) => [component.class, component]));

/** `1.2-or-earlier`: the oldest release that was looked at had it. */
function release(since: string): number {
  return releaseNumber(since.replace("-or-earlier", "").replace("-dev", "") as FlumeVersion);
}

/** The definition of a property of the reference, whatever its placeholders are called. */
function definitionOf(properties: Readonly<Record<string, PropertyDefinition>>, name: string) {
  const pattern = name.replace(/<[^<>]*>/g, "<>");
  const found = Object.entries(properties).find(([each]) => each.replace(/<[^<>]*>/g, "<>") === pattern);
  return found?.[1] ?? (name.includes("<") ? undefined : findProperty(properties, name)?.definition);
}

const kinds: Readonly<Record<string, readonly PropertyDefinition["type"]["kind"][]>> = {
  // A source's old topic is cut into several like the new one.
  string: ["string", "part-type", "reference", "enum", "list"],
  regex: ["regex"],
  url: ["url"],
  bool: ["boolean"],
  int: ["integer"],
  short: ["integer"],
  long: ["integer"],
  double: ["number"],
  bytes: ["integer"],
  seconds: ["integer"],
  "duration-ms": ["integer"],
  port: ["port"],
  hostname: ["host"],
  path: ["path"],
  charset: ["charset"],
  enum: ["enum"],
  list: ["list", "reference", "part-names", "host-port-list"],
  class: ["class-name", "part-type", "string", "enum"],
  "map-prefix": ["open"],
};
const units: Readonly<Record<string, string>> = { bytes: "bytes", seconds: "s", "duration-ms": "ms" };
const separators: Readonly<Record<string, string>> = { whitespace: "whitespace", "single space": "space" };

describe.skipIf(!hasReference)("definitions and what Flume 1.11 reads (FLAFKAC_FLUME)", () => {
  describe.each(components.map((component) => [component.className!, component] as const))(
    "%s",
    (name, component) => {
      const expected = byClass.get(name);

      test("is Flume's, with its aliases and its age", () => {
        expect(expected, "no such class in the reference").toBeDefined();
        expect(component.aliases).toEqual(expected!.aliases);
        expect(releaseNumber(component.since)).toBe(release(expected!.since));
        expect(component.batchSizeProperty).toBe(expected!.batchSizeProperty);
        expect(component.transactionCapacityProperty !== undefined).toBe(
          expected!.transactionCapacitySupported === true,
        );
        expect(component.undocumented ?? false).toBe(expected!.undocumented ?? false);
      });

      test.each((expected?.properties ?? []).map((property) => [property.name, property] as const))(
        "%s",
        (property, facts) => {
          const definition = definitionOf(component.properties, property);
          expect(definition, "not defined").toBeDefined();
          compare(definition!, facts, expected!.properties);
        },
      );

      test("has no property that Flume does not read", () => {
        const known = new Set(
          (expected?.properties ?? []).map((each) => each.name.replace(/<[^<>]*>/g, "<>")),
        );
        const own = Object.keys(component.properties).filter(
          (each) =>
            each !== "type" &&
            !/^kafka\.(?:producer|consumer)\./.test(each) &&
            !known.has(each.replace(/<[^<>]*>/g, "<>")),
        );
        expect(own).toEqual([]);
      });
    },
  );

  test("everything else that Flume has is known to be pending, and nothing that it has not", () => {
    const aside = [
      "sinkGroup",
      "monitor",
      "agent",
      "cli",
      "client",
      "embeddedAgent",
      "escape",
      "kafkaClientConfig",
    ];
    const theirs = reference.filter(({ kind, class: name }) => name !== null && !aside.includes(kind));
    const ours = [...components, ...pendingComponents];
    expect(ours.map(({ className }) => className).toSorted()).toEqual(
      theirs.map((each) => each.class).toSorted(),
    );
    for (const pending of pendingComponents) {
      const expected = byClass.get(pending.className)!;
      expect(pending.aliases).toEqual(expected.aliases);
      expect(releaseNumber(pending.since)).toBe(release(expected.since));
      expect(pending.removedIn !== undefined).toBe(expected.removed !== undefined);
    }
  });

  describe.each([
    ["producer", "of KafkaSink", kafkaSink],
    ["producer", "of KafkaChannel", kafkaChannel],
    ["consumer", "of KafkaSource", kafkaSource],
    ["consumer", "of KafkaChannel", kafkaChannel],
  ] as const)("properties of Kafka's %s %s", (role, _, component) => {
    const client = reference.find(({ kind, aliases }) => kind === "kafkaClientConfig" && aliases[0] === role);
    const prefix = `kafka.${role}.`;
    const properties: Readonly<Record<string, PropertyDefinition>> = component.properties;

    test.each((client?.properties ?? []).map((property) => [property.name, property] as const))(
      "%s",
      (name, facts) => {
        const definition = properties[prefix + name];
        expect(definition, "not defined").toBeDefined();
        const { type } = definition!;
        if (facts.type !== "string" && facts.type !== "class" && facts.type !== "list") {
          expect(kinds[facts.type]).toContain(type.kind);
        }
        if (type.kind === "integer") expect(type.java).toBe(facts.type);
        if (!flumeSets.has(`${component.kind} ${name}`))
          expect(definition!.default ?? null).toBe(defaultOf(facts));
        const range = /^\[(-?[\d.]+),\.\.\.(?:,(-?[\d.]+))?\]$/.exec(String(facts.valid ?? ""));
        if (range !== null && (type.kind === "integer" || type.kind === "number")) {
          expect([type.min, type.max]).toEqual([Number(range[1]), range[2] && Number(range[2])]);
        } else if (facts.valid?.toString().startsWith("[") === true && type.kind === "enum") {
          const words = facts.valid.toString().slice(1, -1).split(", ");
          expect(type.values.map(({ value }) => value).toSorted()).toEqual(words.toSorted());
        }
      },
    );

    test("are all there, TLS and login too, and none that Kafka does not know", () => {
      const known = new Set(client!.properties.map(({ name }) => name));
      const defined = Object.keys(properties)
        .filter((name) => name.startsWith(prefix) && name !== `${prefix}*`)
        .map((name) => name.slice(prefix.length));
      expect(defined.filter((name) => !known.has(name))).toEqual(["ssl.disableTLSHostnameVerification"]);
      expect(Object.keys({ ...tlsProperties, ...saslProperties }).filter((name) => !known.has(name))).toEqual(
        [],
      );
    });
  });
});

/** Flume puts its own values there before it hands the properties on; a Java list of one class is written as one. */
const flumeSets = new Set(
  ["source", "channel", "sink"].flatMap((kind) =>
    [
      ...["key.serializer", "value.serializer", "key.deserializer", "value.deserializer"],
      ...["bootstrap.servers", "group.id", "partition.assignment.strategy"],
      ...(kind === "channel" ? ["acks", "auto.offset.reset"] : []),
    ].map((name) => `${kind} ${name}`),
  ),
);

function defaultOf({ default: value }: ReferenceProperty): string | null {
  return value?.startsWith("[") === true ? value.slice(1, -1).replaceAll(", ", ",") : value;
}

function compare(
  definition: PropertyDefinition,
  facts: ReferenceProperty,
  siblings: readonly ReferenceProperty[],
): void {
  const { type } = definition;
  expect(kinds[facts.type], facts.type).toContain(type.kind);
  expect(definition.unit ?? null).toBe(units[facts.type] ?? definition.unit ?? null);
  expect(definition.required ?? false).toBe(facts.required);
  if (facts.default !== null && definition.default === undefined) {
    expect(definition.defaultNote?.replaceAll(" ", "")).toContain(facts.default.split(" ")[0]);
  } else {
    // An absent selector.type and the like: the reference puts the default with the component.
    expect(definition.default ?? null).toBe(facts.default);
  }
  expect(releaseNumber(definition.since!)).toBe(release(facts.since));
  const range = /^(-?\d+)?\.\.(-?\d+)?$/.exec(String(facts.range ?? ""));
  if (range !== null && type.kind === "integer") {
    expect([type.min, type.max]).toEqual([range[1] && Number(range[1]), range[2] && Number(range[2])]);
  }
  if (type.kind === "list" || type.kind === "reference" || type.kind === "part-names") {
    const expected = separators[String(facts.separator)];
    if (expected !== undefined) expect(type.separator).toBe(expected);
  }
  const open = facts.enumOpen as readonly string[] | undefined;
  if (open !== undefined && type.kind === "enum") {
    const values = type.values.map(({ value }) => value);
    expect(open.filter((word) => !values.includes(word))).toEqual([]);
  }
  if (facts.escapes === true) expect(definition.interpolated).toBe("headers-and-time");
  expect(definition.guideDefault ?? null).toBe(facts.guideDefault ?? null);
  if (facts.caseInsensitive === true && type.kind === "enum") expect(type.ignoreCase).toBe(true);
  const words = facts.enum as readonly string[] | undefined;
  if (words !== undefined && type.kind === "enum") {
    expect(type.values.map(({ value }) => value).toSorted()).toEqual(words.toSorted());
  }
  const deprecated = facts.deprecated as { since: string; replacedBy: string | null } | undefined;
  expect(definition.deprecated !== undefined).toBe(deprecated !== undefined);
  if (deprecated !== undefined) {
    expect(definition.deprecated!.since).toBe(deprecated.since);
    expect(definition.deprecated!.replacedBy ?? null).toBe(deprecated.replacedBy);
    expect(siblings.length).toBeGreaterThan(0);
  }
  expect(definition.undocumented ?? false).toBe(facts.undocumented ?? false);
  expect(definition.secret ?? false).toBe(facts.secret ?? false);
  expect(definition.guideNames).toEqual(facts.guideNames);
  expect(definition.bug !== undefined || definition.noEffect !== undefined || facts.bug === undefined).toBe(
    true,
  );
}
