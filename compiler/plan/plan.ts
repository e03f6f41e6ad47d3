import type { BoundProperty } from "../bind/agent-model.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ResolvedAgent, ResolvedComponent } from "../resolve/resolved-agent.ts";
import {
  type BuildSettings,
  type ComponentPart,
  type ComponentPlan,
  DEFAULT_SETTINGS,
  type PartsOf,
  type PlannedPart,
} from "./component-plan.ts";
import { CannotPlan, ComponentReader, ValueNeededNow } from "./component-reader.ts";
import { identifiers } from "./identifiers.ts";
import { secretVariable } from "./look-ups.ts";
import type {
  PipelinePlan,
  Place,
  PlannedChannel,
  PlannedComponent,
  PlannedInterceptor,
  PlannedSelector,
  PlannedSink,
  PlannedSource,
} from "./pipeline-plan.ts";
import { cannotPlan, refusals, valueNeededNow } from "./refusals.ts";

/** What planning takes from around an agent. */
export interface PlanOptions {
  /** The configuration's file name, without its folder. */
  readonly file: string;
  /** The line of an offset of the configuration. */
  lineOf(offset: number): number;
  /** What the command line decides; `DEFAULT_SETTINGS` where it says nothing. */
  readonly settings?: BuildSettings;
}

/** A plan, or why there is none. */
export interface PlanResult {
  readonly plan: PipelinePlan | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Plans an agent that lint has found no errors in: which run-time components, with which options, joined how.
 * What flafkac cannot compile is a diagnostic with the way out, and then there is no plan.
 */
export function plan(agent: ResolvedAgent, options: PlanOptions): PlanResult {
  const diagnostics = [...refusals(agent)];
  if (diagnostics.length > 0) return { plan: undefined, diagnostics };
  const planner = new AgentPlanner(agent, options);
  const planned = planner.plan();
  return planner.diagnostics.length > 0
    ? { plan: undefined, diagnostics: planner.diagnostics }
    : { plan: planned, diagnostics: [] };
}

class AgentPlanner {
  readonly diagnostics: Diagnostic[] = [];
  readonly #agent: ResolvedAgent;
  readonly #options: PlanOptions;
  readonly #ids: ReadonlyMap<ResolvedComponent, string>;

  constructor(agent: ResolvedAgent, options: PlanOptions) {
    this.#agent = agent;
    this.#options = options;
    this.#ids = identifiers(agent);
  }

  plan(): PipelinePlan {
    const { sources, sinks, name } = this.#agent;
    // As in Flume, a channel that nothing is attached to is not there.
    const attached = new Set([...sources, ...sinks].flatMap((component) => this.#channelsOf(component)));
    const channels = this.#agent.channels.filter((channel) => attached.has(this.#ids.get(channel)!));
    return {
      agent: name,
      program: programName(name),
      file: this.#options.file,
      sources: this.#each(sources, (source) => this.#source(source)),
      channels: this.#each(channels, (channel) => this.#channel(channel)),
      sinks: this.#each(sinks, (sink) => this.#sink(sink)),
      notes: [],
    };
  }

  /** Goes on with the next component where one needs a value that is known at run time only. */
  #each<T>(components: readonly ResolvedComponent[], planOne: (component: ResolvedComponent) => T): T[] {
    return components.flatMap((component) => {
      try {
        return [planOne(component)];
      } catch (error) {
        if (error instanceof ValueNeededNow) this.diagnostics.push(valueNeededNow(this.#agent, error));
        else if (error instanceof CannotPlan) this.diagnostics.push(cannotPlan(this.#agent, error));
        else throw error;
        return [];
      }
    });
  }

  #source(component: ResolvedComponent): PlannedSource {
    const reader = this.#reader(component, component);
    const part = planOf(component, "source").plan(reader);
    return {
      ...this.#common(component, part),
      kind: "source",
      unit: part.unit,
      ...(part.fetch !== undefined && { fetch: part.fetch }),
      headers: part.headers,
      acknowledges: part.acknowledges,
      interceptors: partsOf(component, "interceptor").map((one) => this.#interceptor(one, component)),
      selector: this.#selector(component),
    };
  }

  #interceptor(component: ResolvedComponent, source: ResolvedComponent): PlannedInterceptor {
    const reader = this.#reader(component, source);
    const { name, typeName } = component;
    return {
      ...planOf(component, "interceptor").plan(reader),
      name,
      type: typeName ?? "",
      line: reader.line,
    };
  }

  #selector(source: ResolvedComponent): PlannedSelector {
    const channels = this.#channelsOf(source);
    const [selector] = partsOf(source, "selector");
    return selector === undefined
      ? { kind: "replicating", branch: { required: channels, optional: [] } }
      : planOf(selector, "selector").plan(this.#reader(selector, source), channels);
  }

  #channel(component: ResolvedComponent): PlannedChannel {
    const part = planOf(component, "channel").plan(this.#reader(component, component));
    const { capacity, durable, topic } = part;
    return {
      ...this.#common(component, part),
      kind: "channel",
      form: topic === undefined ? "events" : "topic",
      capacity,
      durable,
      ...(topic !== undefined && { topic }),
    };
  }

  #sink(component: ResolvedComponent): PlannedSink {
    const parts: PartsOf = (kind): PlannedPart => {
      const [part] = partsOf(component, kind);
      if (part === undefined) throw new Error(`${component.path} has no ${kind}`);
      return planOf(part, "part").plan(this.#reader(part, component));
    };
    const part = planOf(component, "sink").plan(this.#reader(component, component), parts);
    const { batchSize, readsHeaders, promise, safeAfter, leavesOut, recordForm, fetchedForm } = part;
    return {
      ...this.#common(component, part),
      kind: "sink",
      channel: this.#channelsOf(component)[0]!,
      batchSize,
      readsHeaders,
      takes: { kind: "events" },
      promise,
      safeAfter,
      ...(leavesOut !== undefined && { leavesOut }),
      ...(recordForm !== undefined && { recordForm }),
      ...(fetchedForm !== undefined && { fetchedForm }),
    };
  }

  #common(component: ResolvedComponent, part: ComponentPart): Omit<PlannedComponent, "kind"> {
    return {
      id: this.#ids.get(component)!,
      name: component.name,
      type: component.typeName ?? "",
      line: this.#reader(component, component).line,
      lines: part.lines,
      summary: part.summary,
      construction: part.construction,
    };
  }

  /** The ids of the channels that a component names, each once. */
  #channelsOf(component: ResolvedComponent): string[] {
    const targets = this.#agent.channelsOf(component).flatMap(({ target }) => target ?? []);
    return [...new Set(targets)].map((target) => this.#ids.get(target)!);
  }

  #reader(component: ResolvedComponent, owner: ResolvedComponent): ComponentReader {
    const { name, channels } = this.#agent;
    return new ComponentReader(component, {
      id: this.#ids.get(owner)!,
      channelId: (channel) => {
        const found = channels.find((candidate) => candidate.name === channel);
        return found === undefined ? undefined : this.#ids.get(found);
      },
      placeOf: (property) => this.#placeOf(property),
      secretVariable: (property) => secretVariable(name, owner.name, property),
      settings: this.#options.settings ?? DEFAULT_SETTINGS,
    });
  }

  #placeOf(property: BoundProperty): Place {
    return property.fromCommandLine ? "--set" : this.#options.lineOf(property.entry.key.span.start);
  }
}

/** The component's plan; refusals have seen to it that there is one of this kind. */
function planOf<K extends ComponentPlan["of"]>(component: ResolvedComponent, of: K) {
  const found = component.definition?.plan;
  if (found?.of !== of) throw new Error(`${component.path} cannot be planned as a ${of}`);
  return found as Extract<ComponentPlan, { of: K }>;
}

function partsOf(component: ResolvedComponent, kind: ResolvedComponent["kind"]): ResolvedComponent[] {
  return component.parts.filter((part) => part.kind === kind);
}

/** The agent's name as a file name that is fine everywhere. */
function programName(agent: string): string {
  const device = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i; // of Windows, with any extension
  return /^[A-Za-z0-9][\w-]{0,63}$/.test(agent) && !device.test(agent) ? agent : "agent";
}
