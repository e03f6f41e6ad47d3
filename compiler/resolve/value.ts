import { splitList } from "../../grammar/values/list.ts";
import type { Consequence, ListSeparator, PropertyDefinition, PropertyType } from "../schema/property.ts";
import type { ResolvedValue } from "./resolved-agent.ts";

type Problem = "unparsable" | "out-of-range";

/** Reads a value as its type says, the way Flume's `Context` does. Text that does not fit becomes `invalid`. */
export function parseValue(definition: PropertyDefinition, text: string): ResolvedValue {
  const invalid = (problem: Problem, why: string): ResolvedValue => ({
    kind: "invalid",
    text,
    why,
    problem,
    consequence: consequenceOf(definition, problem, text),
  });
  return parseAs(definition.type, text, invalid);
}

function parseAs(
  type: PropertyType,
  text: string,
  invalid: (problem: Problem, why: string) => ResolvedValue,
): ResolvedValue {
  switch (type.kind) {
    case "boolean":
      return { kind: "boolean", value: text.toLowerCase() === "true" };
    case "switch":
      return { kind: "boolean", value: true };
    case "integer":
      return parseInteger(text, type.java, type.min, type.max, invalid);
    case "port":
      return parseInteger(text, "int", 0, 65535, invalid);
    case "number":
      return parseDecimal(text, type.min, type.max, invalid);
    case "enum": {
      const match = type.values.find(
        ({ value }) =>
          value === text || (type.ignoreCase === true && value.toLowerCase() === text.toLowerCase()),
      );
      if (match !== undefined) return { kind: "string", value: match.value };
      if (type.open === true) return { kind: "string", value: text };
      const words = type.values.map(({ value }) => value);
      return invalid("unparsable", `must be ${words.slice(0, -1).join(", ")} or ${words.at(-1)}`);
    }
    case "string":
      if (type.pattern !== undefined && !type.pattern.test(text)) {
        return invalid("unparsable", `must match ${type.pattern.source}`);
      }
      return { kind: "string", value: text };
    case "host":
      if (!isHost(text)) return invalid("unparsable", "must be a host name or an IP address alone");
      return { kind: "string", value: text };
    case "charset":
      // The names that `java.nio.charset.Charset` takes at all; which of them exist is the JVM's business.
      if (!/^[A-Za-z0-9][A-Za-z0-9+.:_-]*$/.test(text))
        return invalid("unparsable", "must be the name of a charset");
      return { kind: "string", value: text };
    case "host-port-list": {
      const brokers = elements(text, "comma");
      if (brokers.length === 0)
        return invalid("unparsable", "must be host:port, or several separated by commas");
      const bad = brokers.some((broker) => !isHostAndPort(broker));
      if (bad) return invalid("unparsable", "must be host:port, or several separated by commas");
      return { kind: "list", value: brokers };
    }
    case "list":
      return { kind: "list", value: elements(text, type.separator) };
    case "reference":
      if (!type.many) return { kind: "string", value: text };
      return { kind: "list", value: elements(text, type.separator ?? "whitespace") };
    case "part-names":
      return { kind: "list", value: elements(text, type.separator) };
    default:
      return { kind: "string", value: text };
  }
}

const limits = {
  short: [-(2n ** 15n), 2n ** 15n - 1n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
} as const;

function parseInteger(
  text: string,
  java: "short" | "int" | "long",
  min: number | undefined,
  max: number | undefined,
  invalid: (problem: Problem, why: string) => ResolvedValue,
): ResolvedValue {
  if (!/^[+-]?[0-9]{1,40}$/.test(text)) return invalid("unparsable", "must be a whole number");
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  const [least, most] = limits[java];
  if (value < least || value > most) {
    return invalid("unparsable", `must be a whole number from ${least} to ${most}`);
  }
  return inRange(Number(value), min, max, invalid);
}

function parseDecimal(
  text: string,
  min: number | undefined,
  max: number | undefined,
  invalid: (problem: Problem, why: string) => ResolvedValue,
): ResolvedValue {
  if (!/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[dDfF]?$/.test(text)) {
    return invalid("unparsable", "must be a number");
  }
  return inRange(Number(text.replace(/[dDfF]$/, "")), min, max, invalid);
}

function inRange(
  value: number,
  min: number | undefined,
  max: number | undefined,
  invalid: (problem: Problem, why: string) => ResolvedValue,
): ResolvedValue {
  if ((min === undefined || value >= min) && (max === undefined || value <= max)) {
    return { kind: "number", value };
  }
  if (min === undefined) return invalid("out-of-range", `must be at most ${max}`);
  if (max === undefined) return invalid("out-of-range", `must be at least ${min}`);
  return invalid("out-of-range", `must be from ${min} to ${max}`);
}

/** An IPv6 address, or a name without what no name has: blanks, quotes, a port behind a colon. A `${…}` may be one. */
function isHost(text: string): boolean {
  return (
    /^\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]?$/.test(text) || /^[^\s"'`:;,/\\*()<>[\]]+$/.test(text)
  );
}

/** As Kafka's `ClientUtils` takes an address: a host or a bracketed IPv6 address, a colon, a port. */
function isHostAndPort(address: string): boolean {
  const match = /^(?:[A-Za-z0-9_+.-]+:\/\/)?(?:\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9._%-]+):([0-9]{1,5})$/.exec(
    address,
  );
  return match !== null && Number(match[1]) <= 65535;
}

/** Cuts a list of values; where another property holds the separator it is taken as one value. */
function elements(text: string, separator: ListSeparator): string[] {
  if (typeof separator !== "string") return [text];
  return splitList(text, separator).flatMap((element) => (element.text === "" ? [] : [element.text]));
}

/** What Flume does with this value; what is wrong with an address is met when the socket is opened, not before. */
function consequenceOf(definition: PropertyDefinition, problem: Problem, text: string): Consequence {
  const { onInvalid } = definition;
  const { kind } = definition.type;
  const isMetLater = kind === "host" || (kind === "port" && problem === "out-of-range");
  const unstated = isMetLater ? "later" : "removed";
  if (onInvalid === undefined) return unstated;
  if (typeof onInvalid === "string" || "uses" in onInvalid) return onInvalid;
  if (problem === "unparsable") return onInvalid.unparsable ?? unstated;
  if (/^[+-]?0+$/.test(text) && onInvalid.zero !== undefined) return onInvalid.zero;
  return onInvalid.outOfRange ?? unstated;
}
