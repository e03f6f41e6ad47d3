import type { EnumValue, ListSeparator, PropertyDefinition, PropertyType } from "./property.ts";

/** All that a definition says besides its type. */
type Facts = Omit<PropertyDefinition, "type">;

interface Range {
  readonly min?: number;
  readonly max?: number;
}

function withRange<const T extends object>(type: T, { min, max }: Range): T & Range {
  return { ...type, ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}

function integerOf(java: "short" | "int" | "long") {
  return ({ min, max, ...facts }: Facts & Range): PropertyDefinition => ({
    type: withRange(
      { kind: "integer", java },
      { ...(min !== undefined && { min }), ...(max !== undefined && { max }) },
    ),
    ...facts,
  });
}

function plain(kind: Extract<PropertyType, { kind: PlainKind }>["kind"]) {
  return (facts: Facts): PropertyDefinition => ({ type: { kind }, ...facts });
}

type PlainKind =
  | "boolean"
  | "switch"
  | "host"
  | "port"
  | "host-port-list"
  | "path"
  | "url"
  | "charset"
  | "regex"
  | "class-name"
  | "part-type"
  | "open";

/** Any text; `pattern` is what the whole value must match. */
export function text({ pattern, ...facts }: Facts & { readonly pattern?: RegExp }): PropertyDefinition {
  return { type: pattern === undefined ? { kind: "string" } : { kind: "string", pattern }, ...facts };
}

/** `true` or, in Flume's eyes, anything else. */
export const flag = plain("boolean");
/** An option that counts by being there. */
export const presence = plain("switch");
/** A Java `short`. */
export const short = integerOf("short");
/** A Java `int`; `min` and `max` are inclusive. */
export const integer = integerOf("int");
/** A Java `long`; `min` and `max` are inclusive. */
export const long = integerOf("long");
/** A time span in milliseconds, a Java `long`. */
export const milliseconds = (facts: Facts & Range): PropertyDefinition => long({ unit: "ms", ...facts });
/** A time span in seconds, a Java `long`. */
export const seconds = (facts: Facts & Range): PropertyDefinition => long({ unit: "s", ...facts });
/** A size in bytes, a Java `long`. */
export const bytes = (facts: Facts & Range): PropertyDefinition => long({ unit: "bytes", ...facts });

/** A floating-point number; `min` and `max` are inclusive. */
export function decimal({ min, max, ...facts }: Facts & Range): PropertyDefinition {
  const range = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
  return { type: withRange({ kind: "number" }, range), ...facts };
}

/** A host name or an IP address. */
export const host = plain("host");
/** A TCP or UDP port, 0 to 65535. */
export const port = plain("port");
/** `host:port,host:port`. */
export const hostPortList = plain("host-port-list");
/** A file or directory. */
export const path = plain("path");
/** A URI. */
export const url = plain("url");
/** The name of a character set that Java knows. */
export const charset = plain("charset");
/** A `java.util.regex` pattern. */
export const regex = plain("regex");
/** The full name of a Java class. */
export const className = plain("class-name");
/** The type of a part of the component. */
export const partType = plain("part-type");
/** A name space whose keys somebody else reads. */
export const open = plain("open");

/** One of a few words, each with its meaning. */
export function oneOf({
  values,
  ignoreCase,
  open,
  ...facts
}: Facts & {
  readonly values: Readonly<Record<string, string>>;
  readonly ignoreCase?: boolean;
  readonly open?: boolean;
}): PropertyDefinition {
  const listed: readonly EnumValue[] = Object.entries(values).map(([value, meaning]) => ({ value, meaning }));
  return {
    type: {
      kind: "enum",
      values: listed,
      ...(ignoreCase !== undefined && { ignoreCase }),
      ...(open !== undefined && { open }),
    },
    ...facts,
  };
}

/** Several values in one; `of` is the type of each (text unless told). */
export function list({
  separator,
  of,
  ...facts
}: Facts & { readonly separator: ListSeparator; readonly of?: PropertyType }): PropertyDefinition {
  return { type: { kind: "list", separator, ...(of !== undefined && { of }) }, ...facts };
}

/** The name of one component of the agent. */
export function reference(to: "channel" | "sink" | "source", facts: Facts): PropertyDefinition {
  return { type: { kind: "reference", to, many: false }, ...facts };
}

/** The names of several components of the agent. */
export function references(
  to: "channel" | "sink" | "source",
  { separator, ...facts }: Facts & { readonly separator: "whitespace" | "space" },
): PropertyDefinition {
  return { type: { kind: "reference", to, many: true, separator }, ...facts };
}

/** The names of parts configured below the same key. */
export function partNames({
  separator,
  ...facts
}: Facts & { readonly separator: "whitespace" | "space" }): PropertyDefinition {
  return { type: { kind: "part-names", separator }, ...facts };
}
