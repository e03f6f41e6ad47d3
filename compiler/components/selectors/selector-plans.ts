import type { ComponentPlan } from "../../plan/component-plan.ts";
import type { ComponentReader } from "../../plan/component-reader.ts";
import type { Branch } from "../../plan/pipeline-plan.ts";

/** Every channel of the source is required, but for those that `optional` names. */
export const replicatingPlan: ComponentPlan = {
  of: "selector",
  plan(selector, channels) {
    const optional = new Set(channelsIn(selector, "optional"));
    return {
      kind: "replicating",
      branch: {
        required: channels.filter((id) => !optional.has(id)),
        optional: channels.filter((id) => optional.has(id)),
      },
    };
  },
};

/** As `MultiplexingChannelSelector` maps header values; those with the same channels share a case. */
export const multiplexingPlan: ComponentPlan = {
  of: "selector",
  plan(selector) {
    const otherwise: Branch = { required: channelsIn(selector, "default"), optional: [] };
    const required = mapped(selector, "mapping.");
    const optional = mapped(selector, "optional.");
    const cases = new Map<string, { values: string[]; branch: Branch }>();
    for (const value of new Set([...required.keys(), ...optional.keys()])) {
      const needed = required.get(value) ?? otherwise.required;
      const branch = {
        required: needed,
        optional: (optional.get(value) ?? []).filter((id) => !needed.includes(id)),
      };
      const key = JSON.stringify(branch);
      const known = cases.get(key);
      if (known === undefined) cases.set(key, { values: [value], branch });
      else known.values.push(value);
    }
    return {
      kind: "multiplexing",
      header: String(selector.known("header")),
      line: selector.line,
      cases: [...cases.values()],
      otherwise,
    };
  },
};

/** `mapping.error = c1 c2` → the ids of c1 and c2, by `error`. */
function mapped(selector: ComponentReader, prefix: string): Map<string, string[]> {
  const channels = new Map<string, string[]>();
  for (const name of selector.component.properties.keys()) {
    if (name.startsWith(prefix)) channels.set(name.slice(prefix.length), channelsIn(selector, name));
  }
  return channels;
}

function channelsIn(selector: ComponentReader, property: string): string[] {
  const names = selector.known(property);
  return Array.isArray(names)
    ? [...new Set(names)].flatMap((name: string) => selector.context.channelId(name) ?? [])
    : [];
}
