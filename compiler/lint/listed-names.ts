import type { AgentModel, BoundComponent, ComponentKind, ListedName } from "../bind/agent-model.ts";
import { editDistance, nearestName } from "../schema/nearest-name.ts";

/** How the list of one kind and what is configured of it agree. */
export interface ListedNames {
  /** Listed, but nothing configures it; each name once. */
  readonly missing: readonly ListedName[];
  /** Configured, but not listed; by name. */
  readonly strays: ReadonlyMap<string, BoundComponent>;
  /** The stray that a missing name probably means. */
  readonly meant: ReadonlyMap<string, BoundComponent>;
  /** The names of `meant`'s strays. */
  readonly meantStrays: ReadonlySet<string>;
}

/** Compares an agent's list of a kind with what the agent configures of it. */
export function listedNames(agent: AgentModel, kind: ComponentKind): ListedNames {
  const ofAgent = cache.get(agent) ?? new Map<ComponentKind, ListedNames>();
  cache.set(agent, ofAgent);
  const known = ofAgent.get(kind) ?? compare(agent, kind);
  ofAgent.set(kind, known);
  return known;
}

const cache = new WeakMap<AgentModel, Map<ComponentKind, ListedNames>>();

/** Nearness is looked for among so many names only: files are untrusted, and comparing all with all is quadratic. */
const MOST_COMPARED = 100;

function compare(agent: AgentModel, kind: ComponentKind): ListedNames {
  const configured = agent.components.get(kind) ?? new Map<string, BoundComponent>();
  const listed = new Map((agent.lists.get(kind)?.names ?? []).map((one) => [one.name, one]));
  const missing = [...listed.values()].filter(({ name }) => name !== "" && !configured.has(name));
  const strays = new Map([...configured].filter(([name]) => !listed.has(name)));
  const candidates = [...strays.keys()].slice(0, MOST_COMPARED);
  const meant = new Map<string, BoundComponent>();
  for (const { name } of missing.slice(0, MOST_COMPARED)) {
    const near =
      nearestOf(name, candidates) ?? (missing.length === 1 && strays.size === 1 ? candidates[0] : undefined);
    const stray = near === undefined ? undefined : strays.get(near);
    if (stray !== undefined) meant.set(name, stray);
  }
  return { missing, strays, meant, meantStrays: new Set([...meant.values()].map(({ name }) => name)) };
}

/** The name that was probably meant; of names too short to be near each other, the only one that is one slip away. */
export function nearestOf(name: string, candidates: readonly string[]): string | undefined {
  const few = candidates.slice(0, MOST_COMPARED);
  const near = nearestName(name, few);
  if (near !== undefined || name.length > 3) return near;
  const slips = few.filter((one) => one.length > 1 && editDistance(name, one, 2) === 1);
  return slips.length === 1 ? slips[0] : undefined;
}
