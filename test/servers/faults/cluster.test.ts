import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type KafkaCluster, startKafkaCluster } from "../../../scripts/servers/kafka.ts";
import type { EmittedProgram } from "../emitted-program.ts";
import { flawless } from "../pipeline.ts";
import { seeded } from "../seed.ts";
import { drainsMore } from "./drained.ts";
import { Flow, feeds } from "./flow.ts";
import { Load } from "./load.ts";
import { leaderOf, outOfSync } from "./topics.ts";

// Brokers of three fail under the flows that read Kafka.

// Programs, writers and servers share the machine, and whatever else runs on it.
vi.setConfig({ testTimeout: 300_000 });

let cluster: KafkaCluster;

beforeAll(async () => {
  cluster = await startKafkaCluster(3, { heap: "256m" });
});
afterAll(() => cluster?.close());

/** Brokers are made in the order of their ids, which count from 1. */
const brokerOf = (nodeId: number) => cluster.brokers[nodeId - 1]!;

test("the groups' coordinator is killed, then a partition's leader: all go on, nothing is lost", async () => {
  const random = seeded("coordinator and leader of three brokers");
  const topicOptions = { partitions: 1, replicas: 3, config: { "min.insync.replicas": "2" } };
  const flows = await Promise.all(
    feeds.map((feed) => Flow.build(cluster.bootstrapServers, feed, { topicOptions })),
  );
  const programs: EmittedProgram[] = [];
  const loads: Load[] = [];
  for (const flow of flows) {
    programs.push(await flow.start());
    const load = await Load.start(flow, cluster.bootstrapServers);
    await load.reconnect();
    loads.push(load);
  }
  const allDeliver = (more: number) => Promise.all(programs.map((program) => drainsMore(program, more)));
  const times: number[] = [];
  const killed = async (nodeId: number) => {
    await allDeliver(random(1, 3_000));
    await brokerOf(nodeId).kill();
    const at = performance.now();
    await allDeliver(5_000);
    times.push(Math.round(performance.now() - at));
  };
  // All groups have the same one: their offsets lie in one partition.
  const coordinator = await leaderOf(cluster.bootstrapServers, "__consumer_offsets");
  await killed(coordinator);
  await brokerOf(coordinator).start();
  const topics = [...flows.map(({ topic }) => topic), "__consumer_offsets"];
  for (const topic of topics) {
    await programs[0]!.waitUntil(async () => (await outOfSync(cluster.bootstrapServers, topic)) === 0);
  }
  await killed(await leaderOf(cluster.bootstrapServers, flows[random(0, 2)]!.topic));
  await Promise.all(loads.map((load) => load.finish()));
  console.log(`all flows deliver 5,000 more ${times.join(" and ")} ms after the kill`);
  for (const [index, flow] of flows.entries()) {
    const program = programs[index]!;
    const load = loads[index]!;
    await program.waitUntil(() => load.isDelivered());
    expect(await program.stop()).toEqual({ code: 0, signal: undefined });
    const verdict = await load.verdictByTopic();
    console.log(`${flow.feed}: ${load.acknowledged} acknowledged, ${verdict.duplicated} delivered twice`);
    expect(verdict, flow.feed).toEqual({ ...flawless, duplicated: verdict.duplicated });
    expect(verdict.duplicated).toBeLessThanOrEqual(10_000);
  }
});
