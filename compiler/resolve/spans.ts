import type { Span } from "../../grammar/text/span.ts";
import type { BoundProperty } from "../bind/agent-model.ts";
import type { ResolvedComponent } from "./resolved-agent.ts";

/** Where a component is named: in its list, or in the first of its keys. */
export function nameSpanOf(component: ResolvedComponent): Span {
  return component.bound.listed?.span ?? component.bound.nameSpan;
}

/** The value of a property, or the component's name where there is no such property. */
export function spanOfProperty(property: BoundProperty | undefined, component: ResolvedComponent): Span {
  return property?.valueSpan ?? nameSpanOf(component);
}
