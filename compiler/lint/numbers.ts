import type { BoundProperty } from "../bind/agent-model.ts";
import type { ResolvedAgent, ResolvedComponent } from "../resolve/resolved-agent.ts";
import type { LintContext } from "./rule.ts";
import { misspelt } from "./rules/unknown-property.ts";
import { writtenAs } from "./walk.ts";

/** A number that is in force, and where it is written; a default is written nowhere. */
export interface NumberInForce {
  /** The name under which it is written, else the modern one. */
  readonly name: string;
  readonly value: number;
  readonly written: BoundProperty | undefined;
}

/** The number that Flume works with: the one written, or the default that it falls back to. */
export function numberInForce(
  component: ResolvedComponent,
  name: string | undefined,
): NumberInForce | undefined {
  const property = name === undefined ? undefined : component.properties.get(name);
  if (name === undefined || property === undefined) return defaultOf(component, name);
  const { value } = property;
  const written = writtenAs(property);
  if (value.kind === "number") return { name: written?.name ?? name, value: value.value, written };
  if (value.kind === "invalid" && (value.consequence === "default" || value.consequence === "ignored")) {
    return defaultOf(component, name);
  }
  return undefined;
}

/**
 * True where the default is in force though another value was meant: one that is no good, one without a value, one
 * under a misspelt name. What goes wrong with the default then is mended by mending that.
 */
export function isDefaultByMistake(
  agent: ResolvedAgent,
  component: ResolvedComponent,
  { name, written }: NumberInForce,
  isReported: LintContext["isReported"],
): boolean {
  if (written !== undefined) return false;
  return (
    component.properties.get(name)?.value.kind === "invalid" ||
    misspelt(component, name) !== undefined ||
    isReported(agent.name, component.path, name)
  );
}

function defaultOf({ definition }: ResolvedComponent, name: string | undefined): NumberInForce | undefined {
  const text = name === undefined ? undefined : definition?.properties[name]?.default;
  const value = Number(text);
  return name === undefined || text === undefined || !Number.isFinite(value)
    ? undefined
    : { name, value, written: undefined };
}
