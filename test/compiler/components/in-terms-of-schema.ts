import { sourceParts } from "../../../compiler/schema/common-properties.ts";
import type { ComponentDefinition, DefinitionKind, PartGroup } from "../../../compiler/schema/component.ts";
import type {
  Consequence,
  FlumeVersion,
  ListSeparator,
  PropertyDefinition,
  PropertyType,
} from "../../../compiler/schema/property.ts";
import type { ReferenceComponent, ReferenceProperty } from "../flume-reference.ts";

/** What of a reference entry the schema's vocabulary has no word for. */
export type Inexpressible = (what: string) => void;

const kinds: Readonly<Record<string, DefinitionKind>> = {
  source: "source",
  channel: "channel",
  sink: "sink",
  sinkGroup: "sink-group",
  configFilter: "config-filter",
  interceptor: "interceptor",
  channelSelector: "selector",
  sourceDeserializer: "deserializer",
  httpHandler: "http-handler",
  jmsConverter: "jms-converter",
  regexExtractorSerializer: "extractor-serializer",
  serializer: "serializer",
  pathManager: "path-manager",
  hiveSerializer: "hive-serializer",
  hbaseSerializer: "hbase-serializer",
  kuduProducer: "kudu-producer",
  keyProvider: "key-provider",
  cipherProvider: "cipher-provider",
  sinkProcessor: "sink-processor",
  sinkSelector: "sink-selector",
  agent: "agent",
  monitor: "monitor",
  global: "jvm",
  cli: "command-line",
  client: "client",
  embeddedAgent: "embedded-agent",
  kafkaClientConfig: "kafka-client",
  escape: "escape-sequences",
};

const partKinds: Readonly<Record<string, DefinitionKind>> = {
  handler: "http-handler",
  deserializer: "deserializer",
  serializer: "serializer",
  "sink.serializer": "serializer",
  "sink.pathManager": "path-manager",
  producer: "kudu-producer",
  "encryption.keyProvider": "key-provider",
};

/** Facts of a component that are prose for a reader, no data that a tool acts on: they become notes. */
const prose = [
  ...[
    "notes",
    "validation",
    "errors",
    "syntax",
    "headers",
    "endpoints",
    "systemProperties",
    "guideExtra",
    "guideSays",
  ],
  ...["grammar", "escapes", "keyForm", "legacyPrefixes", "artifact", "verifiedByRun", "pollable"],
];
/** Facts that a definition states elsewhere: the owner of a part, prefixes and Kafka's values as properties. */
const elsewhere = [
  ...["kind", "aliases", "class", "since", "properties", "configPrefix", "guideNamesPrefix", "prefixes"],
  ...[
    "isDefault",
    "custom",
    "aliasesAreIllustrative",
    "forcedKafkaProps",
    "defaultKafkaProps",
    "childGroups",
  ],
  ...["removed", "undocumented", "aliasSince", "experimental", "bug", "batchSizeProperty", "deprecated"],
  "transactionCapacitySupported",
];

/** Says a component of the reference in the words of the schema; what has no word is reported, never left out. */
export function inTermsOfSchema(entry: ReferenceComponent, report: Inexpressible): ComponentDefinition {
  const kind = kinds[entry.kind];
  if (kind === undefined) report(`kind ${entry.kind}`);
  for (const fact of Object.keys(entry)) {
    if (!prose.includes(fact) && !elsewhere.includes(fact)) report(`fact ${fact}`);
  }
  const properties: Record<string, PropertyDefinition> = {};
  for (const property of entry.properties) {
    const name = property.name.replace(/\.CODE$/, ".<code>");
    if (Object.hasOwn(properties, name)) report(`two properties called ${name}`);
    properties[name] = propertyInTerms(property, (what) => report(`${property.name}: ${what}`));
  }
  const deprecated = entry.deprecated as { since: string; replacedBy: string } | undefined;
  const parts = partsInTerms(entry, properties, report);
  return {
    kind: kind ?? "agent",
    aliases: entry.aliases,
    ...(entry.class !== null && { className: entry.class }),
    since: version(entry.since, report),
    ...given("aliasSince", entry.aliasSince, (since) => version(String(since), report)),
    ...given("removedIn", entry.removed, (since) => version(String(since), report)),
    ...given("undocumented", entry.undocumented, Boolean),
    ...given("experimental", entry.experimental, Boolean),
    ...given("bug", entry.bug, String),
    ...(deprecated !== undefined && {
      deprecated: { since: version(deprecated.since, report), replacedBy: deprecated.replacedBy },
    }),
    description: "…",
    notes: prose.filter((fact) => fact in entry).map((fact) => JSON.stringify(entry[fact])),
    properties,
    ...(parts.length > 0 && { parts }),
    ...given("batchSizeProperty", entry.batchSizeProperty, String),
    ...(entry.transactionCapacitySupported === true && {
      transactionCapacityProperty: "transactionCapacity",
    }),
  };
}

function given<K extends string, V>(key: K, fact: unknown, say: (fact: unknown) => V): { [P in K]?: V } {
  return fact === undefined || fact === null ? {} : ({ [key]: say(fact) } as { [P in K]: V });
}

function version(since: string, report: Inexpressible): FlumeVersion {
  const plain = since.replace(/-or-earlier$|-dev.*$/, "");
  if (plain !== "2.0" && !/^1\.\d+$/.test(plain)) report(`release ${since}`);
  return plain as FlumeVersion;
}

function partsInTerms(
  entry: ReferenceComponent,
  properties: Readonly<Record<string, PropertyDefinition>>,
  report: Inexpressible,
): readonly PartGroup[] {
  const groups = (entry.childGroups as readonly string[] | undefined) ?? [];
  // The children of an agent are its components.
  if (entry.kind === "agent") return [];
  const parts: PartGroup[] = groups.includes("interceptors") ? [...sourceParts] : [];
  for (const group of groups) {
    if (group === "selector" || group === "interceptors") continue;
    const kind = partKinds[group];
    if (kind === undefined || properties[group] === undefined) report(`parts called ${group}`);
    else parts.push({ form: "single", kind, type: group, prefix: `${group}.` });
  }
  return parts;
}

const plainTypes: Readonly<Record<string, PropertyType>> = {
  string: { kind: "string" },
  bool: { kind: "boolean" },
  flag: { kind: "switch" },
  int: { kind: "integer", java: "int" },
  short: { kind: "integer", java: "short" },
  long: { kind: "integer", java: "long" },
  bytes: { kind: "integer", java: "long" },
  seconds: { kind: "integer", java: "long" },
  "duration-ms": { kind: "integer", java: "long" },
  double: { kind: "number" },
  port: { kind: "port" },
  hostname: { kind: "host" },
  path: { kind: "path" },
  url: { kind: "url" },
  charset: { kind: "charset" },
  regex: { kind: "regex" },
  class: { kind: "class-name" },
  "map-prefix": { kind: "open" },
};
const units: Readonly<Record<string, string>> = { bytes: "bytes", seconds: "s", "duration-ms": "ms" };
const separators: Readonly<Record<string, ListSeparator>> = {
  whitespace: "whitespace",
  space: "space",
  "single space": "space",
  "space only": "space",
  ",": "comma",
};

/** Facts of a property that are read below, or are prose for its description. */
const readFacts = new Set([
  ...[
    "name",
    "type",
    "required",
    "default",
    "since",
    "desc",
    "sinceBy",
    "inherited",
    "inheritedFrom",
    "note",
  ],
  ...[
    "separator",
    "refKind",
    "valid",
    "range",
    "onInvalid",
    "undocumented",
    "conditions",
    "enum",
    "enumOpen",
  ],
  ...[
    "deprecated",
    "guideNames",
    "guideDefault",
    "guideSays",
    "caseInsensitive",
    "secret",
    "bug",
    "env",
    "escapes",
  ],
  ...["expert", "pattern", "keyPattern", "removedIn", "renamedFrom", "itemType"],
]);

function propertyInTerms(fact: ReferenceProperty, report: Inexpressible): PropertyDefinition {
  for (const key of Object.keys(fact)) if (!readFacts.has(key)) report(`fact ${key}`);
  const { type, constraint } = typeInTerms(fact, report);
  const deprecated = fact.deprecated as { since: string; replacedBy: string | null } | undefined;
  const isValue = fact.default === null || !/[a-z] .* |%|\(/.test(fact.default);
  return {
    type,
    description: [fact.desc, fact.note].join(" "),
    ...given("unit", units[fact.type], String),
    ...(fact.default !== null && (isValue ? { default: fact.default } : { defaultNote: fact.default })),
    ...(fact.required && { required: true }),
    ...given("requiredWhen", fact.conditions, String),
    ...given("constraint", constraint, String),
    ...given("keyPattern", fact.keyPattern, (pattern) => new RegExp(String(pattern))),
    since: version(fact.since, report),
    ...given("removedIn", fact.removedIn, (since) => version(String(since), report)),
    ...(deprecated !== undefined && {
      deprecated: {
        since: version(deprecated.since, report),
        ...(deprecated.replacedBy !== null && { replacedBy: deprecated.replacedBy }),
      },
    }),
    ...given("bug", fact.bug, String),
    ...given("secret", fact.secret, Boolean),
    ...given("interpolated", fact.escapes, (escapes) =>
      escapes === true ? ("headers-and-time" as const) : ("headers" as const),
    ),
    ...given("undocumented", fact.undocumented, Boolean),
    ...given("expert", fact.expert, Boolean),
    ...given("guideNames", fact.guideNames, (names) => names as readonly string[]),
    ...given("formerNames", fact.renamedFrom, (name) => [String(name)]),
    ...given("guideDefault", fact.guideDefault, String),
    ...given("environment", fact.env, String),
    ...given("onInvalid", fact.onInvalid, (text) => consequences(String(text), report)),
  };
}

function typeInTerms(
  fact: ReferenceProperty,
  report: Inexpressible,
): { readonly type: PropertyType; readonly constraint?: string } {
  const words = (fact.enum ?? fact.enumOpen) as readonly string[] | undefined;
  if (fact.type === "enum" || (words !== undefined && fact.type !== "list")) {
    if (words === undefined) report("an enumeration without values");
    const type: PropertyType = {
      kind: "enum",
      values: (words ?? []).map((value) => ({ value, meaning: "…" })),
      ...(fact.caseInsensitive === true && { ignoreCase: true }),
      ...(fact.enumOpen !== undefined && { open: true }),
    };
    return { type, ...(fact.separator !== undefined && { constraint: `separated: ${fact.separator}` }) };
  }
  if (fact.type === "list" || fact.refKind !== undefined) return { type: listInTerms(fact, report) };
  const type = plainTypes[fact.type];
  if (type === undefined) {
    report(`type ${fact.type}`);
    return { type: { kind: "string" } };
  }
  const { constraint, ...limits } = rangeInTerms(String(fact.range ?? fact.valid ?? ""), report);
  const withConstraint = constraint === undefined ? {} : { constraint };
  if (type.kind === "integer" || type.kind === "number")
    return { type: { ...type, ...limits }, ...withConstraint };
  if (type.kind === "string" && fact.pattern !== undefined) {
    return { type: { kind: "string", pattern: new RegExp(String(fact.pattern)) }, ...withConstraint };
  }
  const words2 = fact.pattern === undefined ? withConstraint : { constraint: String(fact.pattern) };
  return { type, ...words2 };
}

function listInTerms(fact: ReferenceProperty, report: Inexpressible): PropertyType {
  const written = fact.separator as string | undefined;
  const separator = written === undefined ? "comma" : (separators[written] ?? { from: written });
  const plain = separator === "whitespace" || separator === "space" ? separator : "whitespace";
  switch (fact.refKind) {
    case "interceptor":
      return { kind: "part-names", separator: plain };
    case "channel":
    case "sink":
      return fact.type === "list"
        ? { kind: "reference", to: fact.refKind, many: true, separator: plain }
        : { kind: "reference", to: fact.refKind, many: false };
    case undefined: {
      const item = fact.itemType === undefined ? undefined : plainTypes[String(fact.itemType)];
      if (fact.itemType !== undefined && item === undefined) report(`a list of ${fact.itemType}`);
      const of =
        fact.pattern === undefined
          ? item
          : ({ kind: "string", pattern: new RegExp(String(fact.pattern)) } as const);
      return { kind: "list", separator, ...(of !== undefined && { of }) };
    }
    default:
      report(`a reference to ${fact.refKind}`);
      return { kind: "string" };
  }
}

/** `1..`, `0..65535`, `[0,...]`, `[0.5,...,1.0]`, lists of words, or a limit in prose. */
function rangeInTerms(
  written: string,
  report: Inexpressible,
): { readonly min?: number; readonly max?: number; readonly constraint?: string } {
  if (written === "") return {};
  const range = /^\[?(-?[\d.]*?\d)?(?:\.\.|,\.\.\.,?)(-?[\d.]*\d)?\]?$/.exec(written);
  if (range !== null) {
    return {
      ...(range[1] !== undefined && { min: Number(range[1]) }),
      ...(range[2] !== undefined && { max: Number(range[2]) }),
    };
  }
  if (/^\[.*\]$|^non-|\(| or /.test(written)) return { constraint: written };
  report(`range ${written}`);
  return {};
}

const consequenceWords: readonly (readonly [RegExp, Consequence])[] = [
  [/rounding disabled|no compression|behaves as none|channel fails/, "ignored"],
  [/first event|cannot connect/, "later"],
  [/value kept 0/, { uses: "0" }],
  [/default|: ?3$|in hash order/, "default"],
  [/compact|uuid|, -?\d+$/, { uses: "…" }],
  [/error|removed/, "removed"],
];

function consequences(text: string, report: Inexpressible): NonNullable<PropertyDefinition["onInvalid"]> {
  const of = (clause: string): Consequence => {
    const found = consequenceWords.find(([pattern]) => pattern.test(clause));
    if (found === undefined) report(`what happens to a bad value: ${clause}`);
    return found?.[1] ?? "removed";
  };
  const clauses = text.split("; ");
  const of1 = (pattern: RegExp) => clauses.find((clause) => pattern.test(clause));
  const unparsable = of1(/not a number/);
  const outOfRange = of1(/^(<|negative)/);
  const zero = of1(/^0:/);
  if (unparsable === undefined && outOfRange === undefined && zero === undefined) return of(text);
  return {
    ...(unparsable !== undefined && { unparsable: of(unparsable) }),
    ...(outOfRange !== undefined && { outOfRange: of(outOfRange) }),
    ...(zero !== undefined && { zero: of(zero) }),
  };
}
