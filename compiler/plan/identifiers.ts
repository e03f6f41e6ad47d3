import type { ResolvedAgent, ResolvedComponent } from "../resolve/resolved-agent.ts";

/**
 * Names every component for the emitted program: its kind and a number, never a word of the configuration. The
 * number is the one at the end of its name (`r2` → `source2`) where all of its kind end in one of their own; else
 * they are counted.
 */
export function identifiers(agent: ResolvedAgent): ReadonlyMap<ResolvedComponent, string> {
  const ids = new Map<ResolvedComponent, string>();
  for (const [kind, components] of [
    ["source", agent.sources],
    ["channel", agent.channels],
    ["sink", agent.sinks],
  ] as const) {
    const numbers = components.map(({ name }) => /^[A-Za-z_-]+([1-9]\d{0,3})$/.exec(name)?.[1]);
    const own = !numbers.includes(undefined) && new Set(numbers).size === numbers.length;
    components.forEach((component, index) => {
      ids.set(component, `${kind}${own ? numbers[index] : index + 1}`);
    });
  }
  return ids;
}
