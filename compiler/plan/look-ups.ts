import { staticText } from "../resolve/interpolate.ts";
import type { ResolvedProperty, ValuePart } from "../resolve/resolved-agent.ts";
import type { LookUp } from "./pipeline-plan.ts";

/** Names that every shell can set. */
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,200}$/;

/** Whose look-ups these are. */
export interface LookUpOwner {
  /** The component's id in the plan. */
  readonly component: string;
  readonly property: string;
  /** The variable for a secret that is written in clear text. */
  readonly secretVariable: string;
}

/**
 * The parts of a value that is put together at run time; undefined where it is known now. A secret's own text is
 * never among them: unless nothing but look-ups make it up, the whole value becomes one look-up.
 */
export function lookUpParts(
  property: ResolvedProperty,
  owner: LookUpOwner,
): readonly (string | LookUp)[] | undefined {
  const secret = property.definition.secret === true;
  const parts = property.value.kind === "runtime" ? property.value.parts : undefined;
  if (secret && !(parts !== undefined && isHarmless(parts))) {
    const { component, property: name } = owner;
    return [{ variable: owner.secretVariable, secret: true, component, property: name }];
  }
  return parts?.map((part) => (part.kind === "literal" ? part.text : lookUpOf(part, owner, secret)));
}

function lookUpOf(part: Extract<ValuePart, { kind: "lookup" }>, owner: LookUpOwner, secret: boolean): LookUp {
  const fallback = part.fallback === undefined ? undefined : staticText(part.fallback);
  return {
    variable: part.key,
    ...(fallback !== undefined && { fallback }),
    secret,
    component: owner.component,
    property: owner.property,
  };
}

/** A password's value within a line of a JAAS file; `\0` stands for a look-up. */
const PASSWORD = /password[ \t]*=[ \t]*["']?([^"';\s]*)/gi;

/** Whether the text around the look-ups gives nothing away: none at all, or a JAAS line without its password. */
function isHarmless(parts: readonly ValuePart[]): boolean {
  if (parts.some((part) => part.kind === "lookup" && part.fallback !== undefined)) return false;
  const text = parts.map((part) => (part.kind === "literal" ? part.text : "\0")).join("");
  if (/^\0+$/.test(text)) return true;
  const passwords = [...text.matchAll(PASSWORD)];
  return passwords.length > 0 && passwords.every(([, value]) => /^\0+$/.test(value!));
}

/** `FLAFKAC_AGENT1_SINK1_SASL_JAAS_CONFIG`: the variable that replaces a secret of the configuration. */
export function secretVariable(agent: string, component: string, property: string): string {
  const short = property.replace(/^kafka\.(producer|consumer)\./, "");
  return `FLAFKAC_${[agent, component, short].map(asVariable).join("_")}`;
}

function asVariable(text: string): string {
  const words = text
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return words === "" ? "X" : words.slice(0, 60);
}
