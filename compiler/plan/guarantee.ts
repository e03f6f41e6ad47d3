import { describeCount } from "../emit/values.ts";
import { branchesOf, feeds } from "./branches.ts";
import type {
  Construction,
  Origin,
  PipelinePlan,
  Place,
  PlannedChannel,
  PlannedSink,
  PlannedSource,
} from "./pipeline-plan.ts";

/** What a flow promises of each event, the strongest promise first. */
export const deliveryLevels = [
  "at-least-once",
  "at-least-once-while-leader-lives",
  "may-lose-on-kill",
  "at-most-once",
] as const;

/** One of these promises. */
export type DeliveryLevel = (typeof deliveryLevels)[number];

/** A reason why a flow does not promise more. */
export interface Weakness {
  readonly level: DeliveryLevel;
  /** What may happen to an event, as the rest of a sentence whose subject is the flow. */
  readonly may: string;
  /** The path of the component that is to blame (`sinks.sink1`), and the property that made it so where somebody wrote one. */
  readonly component: string;
  readonly property?: string;
  /** The line of that property, else that of the component's type. */
  readonly place: Place;
  /** What to change. A sentence. */
  readonly change: string;
}

/** The way of events from sources that are alike, through one channel, to sinks that are alike. */
export interface FlowGuarantee {
  readonly agent: string;
  /** Empty where others fill the channel. */
  readonly sources: readonly string[];
  readonly channel: string;
  /** Empty where others drain it. */
  readonly sinks: readonly string[];
  readonly level: DeliveryLevel;
  /** The level in words, with numbers where there are any. */
  readonly sentence: string;
  /** What is in the way of a stronger promise, the worst first. */
  readonly weaknesses: readonly Weakness[];
}

/**
 * What each flow of a program promises, from the plan before or after its passes. `at-least-once` holds once an event
 * is acknowledged to its sender (netcat's OK) or was in Kafka already.
 */
export function guaranteesOf(plan: PipelinePlan): readonly FlowGuarantee[] {
  return plan.channels.flatMap((channel) => {
    const fed = plan.sources.filter((source) => feeds(source, channel.id));
    // A memory channel that nothing fills has nothing to promise
    if (fed.length === 0 && channel.topic === undefined) return [];
    const drained = plan.sinks.filter((sink) => sink.channel === channel.id);
    const ins = alike(fed, (source) => admission(source, channel));
    const outs = alike(drained, (sink) => onward(sink));
    return ins.flatMap((from) =>
      outs.map((to) => flow(plan, channel, from.names, to.names, [...from.weaknesses, ...to.weaknesses])),
    );
  });
}

/** Whether a promise is at least as strong as the one asked for. */
export function isAtLeast(level: DeliveryLevel, wanted: DeliveryLevel): boolean {
  return deliveryLevels.indexOf(level) <= deliveryLevels.indexOf(wanted);
}

/** `source1 → channel1 → sink1`. */
export function describeFlow({ sources, channel, sinks }: FlowGuarantee): string {
  const ends = [sources.join(", "), channel, sinks.join(", ")];
  return ends.filter((end) => end !== "").join(" → ");
}

function flow(
  { agent, sources: all, sinks: drains }: PipelinePlan,
  channel: PlannedChannel,
  sources: readonly string[],
  sinks: readonly string[],
  found: readonly Weakness[],
): FlowGuarantee {
  const weaknesses = found.toSorted(
    (a, b) => deliveryLevels.indexOf(b.level) - deliveryLevels.indexOf(a.level),
  );
  const [worst] = weaknesses;
  const fetched = [
    channel.topic?.fetch,
    ...all.filter(({ name }) => sources.includes(name)).map((one) => one.fetch),
  ];
  const skips = fetched.some((fetch) => fetch?.poison === "skip" && fetch.valueFormat === "flumeEvent");
  const leftOut = [
    ...(skips ? ["records that are no Flume events"] : []),
    ...new Set(drains.filter(({ name }) => sinks.includes(name)).flatMap((one) => one.leavesOut ?? [])),
  ];
  return {
    agent,
    sources,
    channel: channel.name,
    sinks,
    level: worst?.level ?? "at-least-once",
    sentence: `${worst?.may ?? "at-least-once"}${leftOut.length === 0 ? "" : `; ${leftOut.join(" and ")} are left out`}`,
    weaknesses,
  };
}

/** Components with the same weaknesses but for their names: a line for all of them. */
function alike<T extends PlannedSource | PlannedSink>(
  components: readonly T[],
  weaknessesOf: (component: T) => readonly Weakness[],
): { readonly names: readonly string[]; readonly weaknesses: readonly Weakness[] }[] {
  if (components.length === 0) return [{ names: [], weaknesses: [] }];
  const groups = new Map<string, { names: string[]; weaknesses: readonly Weakness[] }>();
  for (const component of components) {
    const weaknesses = weaknessesOf(component);
    const key = JSON.stringify(weaknesses.map(({ may, change }) => [may, change]));
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { names: [component.name], weaknesses });
    else known.names.push(component.name);
  }
  return [...groups.values()];
}

/** What may happen to an event until the channel has it, and in the channel. */
function admission(source: PlannedSource, channel: PlannedChannel): readonly Weakness[] {
  const weaknesses: Weakness[] = [];
  if (branchesOf(source.selector).some(({ optional }) => optional.includes(channel.id))) {
    weaknesses.push({
      level: "at-most-once",
      may: `at-most-once: an event passes ${channel.name} by where that is full, since it is optional`,
      component: pathOf(source),
      place: source.selector.kind === "multiplexing" ? source.selector.line : source.line,
      change: `Take ${channel.name} out of the optional channels of ${source.name}.`,
    });
  }
  if (source.unit === "datagram") {
    weaknesses.push({
      level: "at-most-once",
      may: "at-most-once: nobody sends a lost datagram again",
      component: pathOf(source),
      property: "type",
      place: source.line,
      change: "Let the senders use TCP: a source of type netcat says OK for each line.",
    });
  }
  if (channel.topic !== undefined) weaknesses.push(...inTopic(source, channel, channel.topic.acks));
  else if (source.fetch === undefined && !channel.durable) weaknesses.push(inMemory(channel));
  return weaknesses;
}

/** A source of records commits after the sink; every other one has let go of what is in memory. */
function inMemory(channel: PlannedChannel): Weakness {
  const most = channel.capacity === undefined ? "what is in it" : `up to ${count(channel)} events`;
  return {
    level: "may-lose-on-kill",
    may: `may lose ${most} when the process is killed`,
    component: pathOf(channel),
    property: "type",
    place: channel.line,
    change: `Make ${channel.name} a Kafka channel (type = org.apache.flume.channel.kafka.KafkaChannel): it outlives the process.`,
  };
}

function count({ capacity }: PlannedChannel): string {
  return capacity?.kind === "literal" && typeof capacity.value === "number"
    ? capacity.value.toLocaleString("en-US")
    : describeCount(capacity!);
}

/** The put side of a Kafka channel: what the brokers' acknowledgement is worth, and whether a sender hears of it. */
function inTopic(source: PlannedSource, channel: PlannedChannel, acks: -1 | 0 | 1): readonly Weakness[] {
  const weaknesses: Weakness[] = [];
  if (acks !== -1) weaknesses.push(acksWeakness(channel, acks, channel.topic!.producer));
  if (source.unit === "line" && !source.acknowledges) {
    weaknesses.push({
      level: "may-lose-on-kill",
      may: `may lose lines on their way into ${channel.name} when the process is killed, and no sender hears of it`,
      component: pathOf(source),
      ...placeOf(source.construction, "ackEveryEvent", "ack-every-event", source),
      change: `Set ack-every-event of ${source.name} to true: an OK is said once ${channel.name} has the line.`,
    });
  }
  return weaknesses;
}

/** What a sink's commit makes sure of. */
function onward(sink: PlannedSink): readonly Weakness[] {
  switch (sink.safeAfter) {
    case "replicas":
    case "system":
      return [];
    case "leader":
      return [acksWeakness(sink, 1, sink.construction)];
    case "nowhere":
      return optionOf(sink.construction, "acks") === undefined
        ? [
            {
              level: "at-most-once",
              may: `at-most-once: ${sink.name} throws events away`,
              component: pathOf(sink),
              property: "type",
              place: sink.line,
              change: `Give ${sink.name} a type that keeps events.`,
            },
          ]
        : [acksWeakness(sink, 0, sink.construction)];
  }
}

function acksWeakness(
  component: PlannedChannel | PlannedSink,
  acks: 0 | 1,
  producer: Construction,
): Weakness {
  return {
    level: acks === 1 ? "at-least-once-while-leader-lives" : "at-most-once",
    may:
      acks === 1
        ? "at-least-once while the partition's leader lives"
        : "at-most-once: what the broker loses or refuses is lost",
    component: pathOf(component),
    ...placeOf(producer, "acks", "kafka.producer.acks", component),
    change: `Set kafka.producer.acks of ${component.name} to all.`,
  };
}

/** Where an option is written, else the component's type. */
function placeOf(
  construction: Construction,
  option: string,
  property: string,
  { line }: { readonly line: Place },
): Pick<Weakness, "property" | "place"> {
  const origin: Origin | undefined = optionOf(construction, option)?.origin;
  return origin?.from === "written" ? { property, place: origin.place } : { place: line };
}

function pathOf({ kind, name }: PlannedSource | PlannedChannel | PlannedSink): string {
  return `${kind}s.${name}`;
}

function optionOf({ options }: Construction, name: string) {
  return options.find((option) => option.name === name);
}
