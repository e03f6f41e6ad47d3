import type { Span } from "../../grammar/text/span.ts";
import { releaseNumber } from "../schema/common-properties.ts";
import type { FlumeVersion } from "../schema/property.ts";
import type { ComponentFate } from "./fate.ts";
import { configureOutcome, numberInForce, spanOfValue } from "./fate-configure.ts";
import { loadGroups } from "./fate-groups.ts";
import type { FateLedger } from "./fate-ledger.ts";
import type { ResolvedAgent, ResolvedComponent, ResolvedReference } from "./resolved-agent.ts";
import { nameSpanOf, spanOfProperty } from "./spans.ts";

/**
 * What `AbstractConfigurationProvider#getConfiguration` drops while it makes and configures the components: channels,
 * sources, sinks, groups; channels that nothing is attached to in the end. Returns the components that end the load.
 */
export function load(agent: ResolvedAgent, ledger: FateLedger): readonly ComponentFate[] {
  const fatal = unloadable(ledger);
  if (fatal.length > 0) return endLoad(fatal, ledger);

  for (const channel of ledger.alive("channel")) configure(channel, ledger);
  const used = new Set<string>();
  for (const component of [...ledger.alive("source"), ...ledger.alive("sink")]) {
    configure(component, ledger);
    connect(agent, component, ledger);
    if (!ledger.isAlive(component.path)) continue;
    for (const channel of aliveChannels(agent, component, ledger)) used.add(channel.path);
  }
  loadGroups(ledger);
  const surely = surelyUsed(agent, ledger);
  for (const channel of ledger.alive("channel")) {
    if (!used.has(channel.path)) ledger.remove(channel, "no-user", nameSpanOf(channel));
    if (surely.get(channel.path) === false) ledger.doubt(channel);
  }
  return [];
}

/** Components whose class cannot be loaded: that is not caught, and ends the load of the agent. */
function unloadable(ledger: FateLedger): ResolvedComponent[] {
  const components = [...ledger.alive("channel"), ...ledger.alive("source"), ...ledger.alive("sink")];
  if (components.some(mayBeUnloadable)) ledger.doubtAll();
  return components.filter(
    ({ unresolved }) =>
      unresolved === "unknown" || unresolved === "wrong-case" || unresolved === "missing-builder",
  );
}

/** Whether the class is there hangs on plug-ins, on the environment, or on a jar that is no longer part of Flume. */
function mayBeUnloadable({ typeLookUp, unresolved }: ResolvedComponent): boolean {
  if (unresolved === "custom-class" || unresolved === "runtime") return true;
  return typeLookUp?.found === "pending" && isGone(typeLookUp.pending.removedIn);
}

function isGone(removedIn: FlumeVersion | undefined): boolean {
  return removedIn !== undefined && releaseNumber(removedIn) <= releaseNumber("1.11");
}

function endLoad(fatal: readonly ResolvedComponent[], ledger: FateLedger): readonly ComponentFate[] {
  const isCertain = (component: ResolvedComponent) => component.typeLookUp?.found !== "no-such-flume-class";
  for (const component of fatal) {
    if (!isCertain(component)) ledger.doubt(component);
    ledger.remove(component, "unknown-type", spanOfProperty(component.typeProperty, component));
  }
  const fates = fatal.map(({ path }) => ledger.fateOf(path)!);
  ledger.removeAll("load-fails", fates[0], { certain: fatal.some(isCertain) });
  return fates;
}

function configure(component: ResolvedComponent, ledger: FateLedger): void {
  const { problem, certain } = configureOutcome(component);
  if (!certain) ledger.doubt(component);
  if (problem !== undefined) ledger.remove(component, problem.reason, problem.span);
}

function aliveChannels(
  agent: ResolvedAgent,
  component: ResolvedComponent,
  ledger: FateLedger,
): readonly ResolvedComponent[] {
  return agent
    .channelsOf(component)
    .flatMap(({ target }) => (target !== undefined && ledger.isAlive(target.path) ? [target] : []));
}

function connect(agent: ResolvedAgent, component: ResolvedComponent, ledger: FateLedger): void {
  const references = agent.channelsOf(component);
  const channels = aliveChannels(agent, component, ledger);
  if (channels.length === 0) {
    const gone = references.find(({ target }) => target !== undefined);
    ledger.remove(
      component,
      "channel-removed",
      gone?.written.span ?? nameSpanOf(component),
      gone?.target?.path,
    );
  }
  if (references.some(({ target }) => target !== undefined && !ledger.isCertain(target.path))) {
    ledger.doubt(component);
  }
  const narrow = tooNarrowChannel(component, channels);
  if (narrow !== undefined) {
    ledger.remove(component, "batch-above-transaction", narrow.span, narrow.channel.path);
  }
  const unknown = unknownSelectorChannel(component, references, channels);
  if (unknown !== undefined) ledger.remove(component, "selector-channel-unknown", unknown);
}

/** `checkSourceChannelCompatibility` and its sibling for sinks, since 1.9. */
function tooNarrowChannel(
  component: ResolvedComponent,
  channels: readonly ResolvedComponent[],
): { readonly channel: ResolvedComponent; readonly span: Span } | undefined {
  const name = component.definition?.batchSizeProperty;
  const batchSize = name === undefined ? undefined : component.properties.get(name);
  const events = numberInForce(batchSize);
  if (batchSize === undefined || events === undefined) return undefined;
  for (const channel of channels) {
    const limit = channel.definition?.transactionCapacityProperty;
    const capacity = limit === undefined ? undefined : numberInForce(channel.properties.get(limit));
    if (capacity !== undefined && capacity < events) {
      return { channel, span: spanOfValue(batchSize, component) };
    }
  }
  return undefined;
}

/**
 * A multiplexing selector's lists are cut at every blank: each piece must be a channel that the source still has, an
 * empty piece between two blanks too.
 */
function unknownSelectorChannel(
  source: ResolvedComponent,
  references: readonly ResolvedReference[],
  channels: readonly ResolvedComponent[],
): Span | undefined {
  const selector = source.parts.find(({ kind }) => kind === "selector");
  if (selector === undefined) return undefined;
  const alive = new Set(channels.map(({ path }) => path));
  const names = new Set(
    references.flatMap(({ written, target }) =>
      target !== undefined && alive.has(target.path) ? [written.name] : [],
    ),
  );
  for (const property of selector.properties.values()) {
    const { type } = property.definition;
    if (type.kind !== "reference" || type.separator !== "space" || property.value.kind === "runtime")
      continue;
    if (property.text.split(" ").some((name) => !names.has(name))) return spanOfValue(property, selector);
  }
  return undefined;
}

/** For each channel that somebody names: whether one of them runs for sure, or false if one of them might. */
function surelyUsed(agent: ResolvedAgent, ledger: FateLedger): ReadonlyMap<string, boolean> {
  const surely = new Map<string, boolean>();
  for (const component of [...agent.sources, ...agent.sinks]) {
    const certain = ledger.isCertain(component.path);
    if (certain && !ledger.isAlive(component.path)) continue;
    for (const { target } of agent.channelsOf(component)) {
      if (target !== undefined) surely.set(target.path, certain || surely.get(target.path) === true);
    }
  }
  return surely;
}
