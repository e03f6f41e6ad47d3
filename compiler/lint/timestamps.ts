import type { ResolvedAgent, ResolvedComponent } from "../resolve/resolved-agent.ts";

/** Whether each event of something has a header: always, never, or that cannot be told from the file. */
export type HasHeader = "yes" | "no" | "unknown";

/** Whether events of a source have the header `timestamp` when they leave its interceptors. */
export function hasTimestamp(source: ResolvedComponent): HasHeader {
  let found = ofSource(source);
  for (const part of source.parts) {
    if (part.kind !== "interceptor" || found === "yes") continue;
    const own = ofInterceptor(part);
    if (own !== "no") found = own;
  }
  return found;
}

/**
 * Whether events that come out of a channel have it, and the sources that do not set it: a Kafka channel that keeps
 * bodies alone loses it, and what others write into its topic is theirs to know.
 */
export function timestampsIn(
  agent: ResolvedAgent,
  channel: ResolvedComponent,
): { readonly has: HasHeader; readonly without: readonly ResolvedComponent[] } {
  const sources = agent.sources.filter((source) =>
    agent.channelsOf(source).some(({ target }) => target === channel),
  );
  const without = sources.filter((source) => hasTimestamp(source) === "no");
  if (isBodiesAlone(channel)) return { has: "no", without };
  if (sources.length === 0) return { has: "unknown", without };
  if (without.length > 0) return { has: "no", without };
  return { has: sources.some((source) => hasTimestamp(source) === "unknown") ? "unknown" : "yes", without };
}

/** Whether it is a Kafka channel whose topic holds no headers. */
export function isBodiesAlone(channel: ResolvedComponent): boolean {
  const parse = channel.properties.get("parseAsFlumeEvent")?.value;
  return parse?.kind === "boolean" && !parse.value;
}

/** Sources of Flume that give events no header by this name. */
const NEVER: ReadonlySet<string> = new Set([
  "org.apache.flume.source.NetcatSource",
  "org.apache.flume.source.NetcatUdpSource",
  "org.apache.flume.source.ExecSource",
  "org.apache.flume.source.SequenceGeneratorSource",
  "org.apache.flume.source.taildir.TaildirSource",
]);

function ofSource({ definition, typeLookUp }: ResolvedComponent): HasHeader {
  const className =
    definition?.className ?? (typeLookUp?.found === "pending" ? typeLookUp.pending.className : "");
  if (className === "org.apache.flume.source.kafka.KafkaSource") return "yes";
  return NEVER.has(className) ? "no" : "unknown";
}

function ofInterceptor({ definition, properties }: ResolvedComponent): HasHeader {
  const header = (name: string) => (properties.get(name)?.text === "timestamp" ? "yes" : "no");
  switch (definition?.className) {
    case undefined:
      return "unknown";
    case "org.apache.flume.interceptor.TimestampInterceptor$Builder":
      return header("headerName");
    case "org.apache.flume.interceptor.StaticInterceptor$Builder":
      return header("key");
    case "org.apache.flume.interceptor.HostInterceptor$Builder":
      return header("hostHeader");
    default:
      return "unknown";
  }
}
