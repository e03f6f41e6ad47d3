import type { Span } from "../../grammar/text/span.ts";
import type { ComponentKind } from "../bind/agent-model.ts";
import { listOfKind } from "../bind/key.ts";
import type { ComponentFate, FateReason } from "./fate.ts";
import type { ResolvedAgent, ResolvedComponent } from "./resolved-agent.ts";

/** A component while its fate is being worked out. */
interface Entry {
  readonly kind: ComponentKind;
  readonly name: string;
  readonly component: ResolvedComponent | undefined;
  validated: boolean;
  kept: boolean;
  certain: boolean;
  reason: FateReason | undefined;
  span: Span;
  because: string | undefined;
}

/** The components of one agent in the order in which Flume goes through them, and what has become of each so far. */
export class FateLedger {
  readonly #entries = new Map<string, Entry>();

  constructor(agent: ResolvedAgent) {
    const resolved = [...agent.channels, ...agent.sources, ...agent.sinks, ...agent.sinkGroups];
    const byPath = new Map(resolved.map((component) => [component.path, component]));
    for (const kind of ["channel", "source", "sink", "sinkgroup"] as const) {
      for (const { name, span } of agent.model.lists.get(kind)?.names ?? []) {
        const path = pathOf(kind, name);
        if (this.#entries.has(path)) continue;
        this.#add(path, { kind, name, component: byPath.get(path), span });
        if (!byPath.has(path)) this.#end(path, "not-configured", span);
      }
      for (const [name, bound] of agent.model.components.get(kind) ?? []) {
        const path = pathOf(kind, name);
        if (this.#entries.has(path)) continue;
        this.#add(path, { kind, name, component: undefined, span: bound.nameSpan });
        this.#end(path, "not-listed", bound.nameSpan);
      }
    }
  }

  #add(path: string, facts: Pick<Entry, "kind" | "name" | "component" | "span">): void {
    const undecided = { validated: true, kept: true, certain: true, reason: undefined, because: undefined };
    this.#entries.set(path, { ...facts, ...undecided });
  }

  #end(path: string, reason: FateReason, span: Span, because?: string): void {
    const entry = this.#entries.get(path);
    if (entry === undefined || !entry.kept) return;
    Object.assign(entry, { kept: false, reason, span, because });
    if (reason === "not-listed" || reason === "not-configured") entry.validated = false;
  }

  /** Components of a kind that are still in the game, in list order. */
  alive(kind: ComponentKind): ResolvedComponent[] {
    return [...this.#entries.values()].flatMap((entry) =>
      entry.kind === kind && entry.kept && entry.component !== undefined ? [entry.component] : [],
    );
  }

  isAlive(path: string): boolean {
    return this.#entries.get(path)?.kept === true;
  }

  isCertain(path: string): boolean {
    return this.#entries.get(path)?.certain !== false;
  }

  /** Validation drops a component: it is not even there for the load. */
  refuse({ path }: ResolvedComponent, reason: FateReason, span: Span, because?: string): void {
    this.#end(path, reason, span, because);
    const entry = this.#entries.get(path);
    if (entry !== undefined) entry.validated = false;
  }

  /** The load drops a component. */
  remove({ path }: ResolvedComponent, reason: FateReason, span: Span, because?: string): void {
    this.#end(path, reason, span, because);
  }

  /** What is said of a component hangs on more than the file. */
  doubt({ path }: ResolvedComponent): void {
    const entry = this.#entries.get(path);
    if (entry !== undefined) entry.certain = false;
  }

  /** The end of everything that is still in the game. */
  removeAll(
    reason: FateReason,
    because: ComponentFate | undefined,
    options: { readonly certain: boolean },
  ): void {
    for (const [path, entry] of this.#entries) {
      if (!entry.kept) continue;
      this.#end(path, reason, because?.span ?? entry.span, because?.path);
      if (reason === "agent-invalid") entry.validated = false;
      if (!options.certain) entry.certain = false;
    }
  }

  /** The end of everything might come: nothing that is still in the game is certain. */
  doubtAll(): void {
    for (const entry of this.#entries.values()) {
      if (entry.kept) entry.certain = false;
    }
  }

  fateOf(path: string): ComponentFate | undefined {
    const entry = this.#entries.get(path);
    if (entry === undefined) return undefined;
    const { kind, name, validated, kept, certain, reason, span, because } = entry;
    return {
      kind,
      name,
      path,
      validated,
      kept,
      certain,
      span,
      ...(reason !== undefined && { reason }),
      ...(because !== undefined && { because }),
    };
  }

  fates(): ReadonlyMap<string, ComponentFate> {
    return new Map([...this.#entries.keys()].map((path) => [path, this.fateOf(path)!]));
  }
}

function pathOf(kind: ComponentKind, name: string): string {
  return `${listOfKind[kind]}.${name}`;
}
