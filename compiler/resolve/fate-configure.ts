import type { Span } from "../../grammar/text/span.ts";
import { exceededMaximum, forbiddenProperties, isRead, missingProperties } from "./conditions.ts";
import type { FateReason } from "./fate.ts";
import type { ResolvedComponent, ResolvedProperty } from "./resolved-agent.ts";
import { nameSpanOf, spanOfProperty } from "./spans.ts";

/** What `configure` of a component throws at, if it does. */
export interface ConfigureProblem {
  readonly reason: FateReason;
  readonly span: Span;
}

/** What is found out about configuring a component. */
export interface ConfigureOutcome {
  readonly problem?: ConfigureProblem;
  /** False where it hangs on the environment, a plug-in or a schema still to come. */
  readonly certain: boolean;
}

const fine: ConfigureOutcome = { certain: true };
const unknown: ConfigureOutcome = { certain: false };

/** Whether Flume gets a component (or a part of one) through its own `configure`, channels apart. */
export function configureOutcome(component: ResolvedComponent): ConfigureOutcome {
  // A logger sink is never configured: a bug of Flume lets nothing of its properties reach it.
  const own = isNeverConfigured(component) ? fine : ownOutcome(component);
  if (own.problem !== undefined) return own;
  let { certain } = own;
  for (const part of component.parts) {
    const outcome = partOutcome(component, part);
    if (outcome.problem !== undefined) return outcome;
    certain &&= outcome.certain;
  }
  return { certain };
}

function isNeverConfigured(component: ResolvedComponent): boolean {
  return component.definition?.className === "org.apache.flume.sink.LoggerSink";
}

function ownOutcome(component: ResolvedComponent): ConfigureOutcome {
  const { definition, properties } = component;
  if (definition === undefined) return unknown;
  // What stands in for a property that is missing is looked up in the surroundings: brokers in a ZooKeeper.
  let certain = !Object.entries(definition.properties).some(
    ([name, { required, requiredUnless }]) =>
      required && requiredUnless !== undefined && !properties.has(name),
  );
  if (missingProperties(component).length > 0) {
    return { problem: { reason: "missing-property", span: nameSpanOf(component) }, certain };
  }
  const [forbidden] = forbiddenProperties(component);
  if (forbidden !== undefined) {
    return { problem: { reason: "bad-value", span: spanOfValue(forbidden.property, component) }, certain };
  }
  for (const property of properties.values()) {
    if (property.definition.noEffect !== undefined || isRead(component, property) === "no") continue;
    if (property.value.kind === "runtime") certain = false;
    const span = spanOfValue(property, component);
    if (property.value.kind === "invalid" && property.value.consequence === "removed") {
      return { problem: { reason: "bad-value", span }, certain };
    }
    if (exceeds(property, component) || exceededMaximum(component, property) !== undefined)
      return { problem: { reason: "above-limit", span }, certain };
  }
  return { certain };
}

function exceeds(property: ResolvedProperty, component: ResolvedComponent): boolean {
  const { atMost } = property.definition;
  if (atMost === undefined) return false;
  const value = numberInForce(property);
  const limit = numberInForce(component.properties.get(atMost));
  return value !== undefined && limit !== undefined && value > limit;
}

/** A part that cannot be made or configured takes its owner with it, unless Flume looks at it later only. */
function partOutcome(owner: ResolvedComponent, part: ResolvedComponent): ConfigureOutcome {
  const groups = owner.definition?.parts ?? [];
  const met = groups.find((group) => group.form === "single" && group.kind === part.kind);
  if (met?.form === "single" && met.unknownType === "later") return fine;
  switch (part.unresolved) {
    case "no-type":
    case "unknown":
    case "wrong-case":
    case "missing-builder": {
      const certain = part.typeLookUp?.found !== "no-such-flume-class";
      return { problem: { reason: "bad-part", span: spanOfProperty(part.typeProperty, part) }, certain };
    }
    case "pending":
    case "custom-class":
    case "runtime":
      return unknown;
    default: {
      const { problem, certain } = configureOutcome(part);
      return problem === undefined ? { certain } : { problem: { ...problem, reason: "bad-part" }, certain };
    }
  }
}

/** The number that Flume goes on with: the written one, or the default where it takes that for a bad value. */
export function numberInForce(property: ResolvedProperty | undefined): number | undefined {
  if (property === undefined) return undefined;
  const { value, definition } = property;
  if (value.kind === "number") return value.value;
  if (value.kind !== "invalid") return undefined;
  if (value.consequence === "default" && definition.default !== undefined) return Number(definition.default);
  if (value.consequence === "kept" || value.consequence === "later") {
    return value.problem === "out-of-range" ? Number(value.text) : undefined;
  }
  return typeof value.consequence === "object" ? Number(value.consequence.uses) : undefined;
}

/** Where the value of a property is written; the component's name where it is a default. */
export function spanOfValue({ provenance }: ResolvedProperty, component: ResolvedComponent): Span {
  return provenance.from === "default" ? nameSpanOf(component) : provenance.property.valueSpan;
}
