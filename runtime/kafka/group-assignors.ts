import { FrameReader } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";

/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A member of the group, as the ways of sharing out see it. */
export interface AssignedMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly topics: readonly string[];
}

/** Shares out the partitions of topics (name → how many) among members; each member has a list in the result. */
type Assignor = (
  members: readonly AssignedMember[],
  partitions: ReadonlyMap<string, number>,
) => Map<string, TopicPartition[]>;

/** Java's `RangeAssignor`: each topic's partitions in runs of neighbours, the first members one more. */
export function assignRanges(
  members: readonly AssignedMember[],
  partitions: ReadonlyMap<string, number>,
): Map<string, TopicPartition[]> {
  const assigned = new Map<string, TopicPartition[]>(members.map(({ memberId }) => [memberId, []]));
  const sorted = [...members].sort(compareMembers);
  for (const topic of topicsOf(members)) {
    const takers = sorted.filter(({ topics }) => topics.includes(topic));
    const count = partitions.get(topic) ?? 0;
    let next = 0;
    for (const [index, { memberId }] of takers.entries()) {
      const end = next + Math.floor(count / takers.length) + (index < count % takers.length ? 1 : 0);
      for (; next < end; next++) assigned.get(memberId)!.push({ topic, partition: next });
    }
  }
  return assigned;
}

/** Java's `RoundRobinAssignor`: all partitions of all topics in turn, each to the next member that reads the topic. */
export function assignRoundRobin(
  members: readonly AssignedMember[],
  partitions: ReadonlyMap<string, number>,
): Map<string, TopicPartition[]> {
  const assigned = new Map<string, TopicPartition[]>(members.map(({ memberId }) => [memberId, []]));
  const sorted = [...members].sort(compareMembers);
  let turn = 0;
  for (const topic of topicsOf(members)) {
    const count = partitions.get(topic) ?? 0;
    for (let partition = 0; partition < count; partition++) {
      while (!sorted[turn % sorted.length]!.topics.includes(topic)) turn++;
      assigned.get(sorted[turn++ % sorted.length]!.memberId)!.push({ topic, partition });
    }
  }
  return assigned;
}

/** By Kafka's names of them. */
export function assignorNamed(name: string): Assignor | undefined {
  return name === "range" ? assignRanges : name === "roundrobin" ? assignRoundRobin : undefined;
}

function topicsOf(members: readonly AssignedMember[]): string[] {
  return [...new Set(members.flatMap(({ topics }) => topics))].sort();
}

/** Java's `MemberInfo.compareTo`: members with a name of their own come first, by that name. */
function compareMembers(a: AssignedMember, b: AssignedMember): number {
  if (a.groupInstanceId !== null && b.groupInstanceId !== null) {
    return compareText(a.groupInstanceId, b.groupInstanceId);
  }
  if (a.groupInstanceId !== null) return -1;
  if (b.groupInstanceId !== null) return 1;
  return compareText(a.memberId, b.memberId);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a member wants, as Java's `ConsumerProtocol` writes it in version 0. */
export function writeSubscription(topics: readonly string[]): Buffer {
  const frame = new FrameWriter();
  frame.int16(0);
  frame.array(topics, (topic) => frame.text(topic));
  frame.bytes(null);
  return frame.slice(0);
}

/** The topics of a subscription of any version: later ones only add to the end. */
export function readSubscription(bytes: Buffer): string[] {
  const reader = new FrameReader(bytes);
  reader.int16();
  return reader.array(() => reader.text());
}

/** What a member has been given, as Java's `ConsumerProtocol` writes it in version 0. */
export function writeAssignment(partitions: readonly TopicPartition[]): Buffer {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions) {
    const ofTopic = topics.get(topic);
    if (ofTopic === undefined) topics.set(topic, [partition]);
    else ofTopic.push(partition);
  }
  const frame = new FrameWriter();
  frame.int16(0);
  frame.array([...topics], ([topic, ofTopic]) => {
    frame.text(topic);
    frame.array(ofTopic, (partition) => frame.int32(partition));
  });
  frame.bytes(null);
  return frame.slice(0);
}

/** The partitions of an assignment of any version; none where it is empty. */
export function readAssignment(bytes: Buffer): TopicPartition[] {
  if (bytes.length === 0) return [];
  const reader = new FrameReader(bytes);
  reader.int16();
  return reader
    .array(() => {
      const topic = reader.text();
      return reader.array(() => ({ topic, partition: reader.int32() }));
    })
    .flat();
}
