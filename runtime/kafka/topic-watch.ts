import { asError, type KafkaCluster } from "./cluster.ts";
import type { ConsumerTrouble } from "./consumer-trouble.ts";
import { KafkaError } from "./errors.ts";
import type { GroupMember } from "./group-member.ts";
import { Signal } from "./signal.ts";

/** How often a topic that is not there yet is looked for, ms. */
const MISSING_TOPIC_INTERVAL = 1_000;

/**
 * Which topics a consumer reads, by list or by pattern, and how many partitions they have. Looks at them again when
 * metadata is old: topics that are new, and partitions that were added, make the group share out anew.
 */
export class TopicWatch {
  readonly #cluster: KafkaCluster;
  readonly #topics: readonly string[] | RegExp;
  readonly #maxAge: number;
  readonly #trouble: ConsumerTrouble;
  readonly #stopping = new Signal();
  #stopped = false;

  /** @param maxAge ms */
  constructor(
    cluster: KafkaCluster,
    topics: readonly string[] | RegExp,
    maxAge: number,
    trouble: ConsumerTrouble,
  ) {
    this.#cluster = cluster;
    this.#topics = topics;
    this.#maxAge = maxAge;
    this.#trouble = trouble;
  }

  /** The topics to read now. A pattern has to match the whole name. */
  async topics(): Promise<readonly string[]> {
    const { source, flags } = this.#topics instanceof RegExp ? this.#topics : { source: "", flags: "" };
    if (!(this.#topics instanceof RegExp)) return this.#topics;
    const whole = new RegExp(`^(?:${source})$`, flags);
    return (await this.#cluster.topics()).filter((topic) => whole.test(topic));
  }

  /** How many partitions topics have; those that do not exist are left out. */
  async partitionCounts(topics: readonly string[]): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const topic of topics) {
      try {
        counts.set(topic, (await this.#cluster.partitionsOf(topic)).count);
        this.#trouble.over(`topic ${topic}`);
      } catch (error) {
        // Of one topic; anything else concerns all.
        if (!(error instanceof KafkaError)) throw error;
        this.#trouble.begin(`topic ${topic}`, error, topic);
      }
    }
    return counts;
  }

  /** Looks again and again until `stop`. */
  async watch(member: GroupMember): Promise<void> {
    while (!this.#stopped) {
      const shared = member.sharedOut;
      const isMissing = shared !== undefined && member.joinedTopics.some((topic) => !shared.has(topic));
      await this.#stopping.wait(isMissing ? Math.min(MISSING_TOPIC_INTERVAL, this.#maxAge) : this.#maxAge);
      if (this.#stopped) return;
      if (!member.stable) continue;
      try {
        await this.#look(member);
        this.#trouble.over("topics");
      } catch (error) {
        if (!this.#stopped) this.#trouble.begin("topics", asError(error));
      }
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#stopping.notify();
  }

  /** The member has joined: topics may be missing now. */
  joined(): void {
    this.#stopping.notify();
  }

  async #look(member: GroupMember): Promise<void> {
    await this.#cluster.refresh();
    const topics = [...(await this.topics())].sort();
    const joined = member.joinedTopics;
    if (topics.length !== joined.length || topics.some((topic, index) => topic !== joined[index])) {
      member.rejoin(`it reads ${topics.length === 0 ? "no topic" : topics.join(", ")} now`);
      return;
    }
    const shared = member.sharedOut;
    if (shared === undefined) return;
    const counts = await this.partitionCounts([...new Set([...topics, ...shared.keys()])]);
    for (const [topic, count] of counts) {
      if (shared.get(topic) === count) continue;
      member.rejoin(`${topic} has ${count} partitions now`);
      return;
    }
  }
}
