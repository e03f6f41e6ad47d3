import type { ComponentPlan } from "../../plan/component-plan.ts";
import { type ComponentReader, literal } from "../../plan/component-reader.ts";

/** The header of `StaticInterceptor`. */
export const staticPlan: ComponentPlan = {
  of: "interceptor",
  plan: (interceptor) => ({
    header: headerName(interceptor, "key"),
    value: { kind: "fixed", value: interceptor.value("value") ?? literal("value") },
    keepExisting: interceptor.known("preserveExisting") === true,
  }),
};

/** The header of `TimestampInterceptor`. */
export const timestampPlan: ComponentPlan = {
  of: "interceptor",
  plan: (interceptor) => ({
    header: headerName(interceptor, "headerName"),
    value: { kind: "time" },
    keepExisting: interceptor.known("preserveExisting") === true,
  }),
};

/** The header of `HostInterceptor`. */
export const hostPlan: ComponentPlan = {
  of: "interceptor",
  plan: (interceptor) => ({
    header: headerName(interceptor, "hostHeader"),
    value: { kind: "host", as: interceptor.known("useIP") === false ? "name" : "address" },
    keepExisting: interceptor.known("preserveExisting") === true,
  }),
};

function headerName(interceptor: ComponentReader, property: string): string {
  return String(interceptor.known(property));
}
