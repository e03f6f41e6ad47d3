import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connected } from "../../scripts/servers/connected.ts";
import { startFlume } from "../../scripts/servers/flume.ts";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { createTopic, readTopic, waitForRecords } from "../../scripts/servers/topic.ts";
import { buildText, EmittedProgram } from "../servers/emitted-program.ts";

let kafka: KafkaServer;

beforeAll(async () => {
  kafka = await startKafka();
});
afterAll(() => kafka.close());

/** Properties of the channel, and headers that interceptors set. */
const cases: readonly (readonly [
  what: string,
  channel: readonly string[],
  headers: Readonly<Record<string, string>>,
])[] = [
  ["lines as they come", [], {}],
  ["lines as they come, all to one partition", ["defaultPartitionId = 2"], {}],
  ["headers, among them a key", [], { key: "k1", host: "web1", "ünicode 🚰": "ä" }],
  ["bodies alone", ["parseAsFlumeEvent = false"], {}],
  ["bodies alone, with a key", ["parseAsFlumeEvent = false"], { key: "another key", host: "web1" }],
  ["a partition by header", ["partitionIdHeader = part", "defaultPartitionId = 0"], { key: "k1", part: "1" }],
];

/** One agent with a pipeline for each case. */
async function agentFor(): Promise<{ conf: string; ports: number[]; topics: string[] }> {
  const ports: number[] = [];
  const topics: string[] = [];
  const numbers = cases.map((_, i) => i + 1);
  const lines = [
    `agent1.sources = ${numbers.map((i) => `s${i}`).join(" ")}`,
    `agent1.channels = ${numbers.map((i) => `c${i}`).join(" ")}`,
    `agent1.sinks = ${numbers.map((i) => `k${i}`).join(" ")}`,
  ];
  for (const [index, [, channel, headers]] of cases.entries()) {
    const i = index + 1;
    const port = await freePort();
    const topic = `channel-${randomUUID()}`;
    await createTopic(kafka.bootstrapServers, topic, { partitions: 3 });
    ports.push(port);
    topics.push(topic);
    const names = Object.keys(headers);
    lines.push(
      `agent1.sources.s${i}.type = netcat`,
      `agent1.sources.s${i}.bind = 127.0.0.1`,
      `agent1.sources.s${i}.port = ${port}`,
      `agent1.sources.s${i}.channels = c${i}`,
      `agent1.channels.c${i}.type = org.apache.flume.channel.kafka.KafkaChannel`,
      `agent1.channels.c${i}.kafka.bootstrap.servers = ${kafka.bootstrapServers}`,
      `agent1.channels.c${i}.kafka.topic = ${topic}`,
      `agent1.channels.c${i}.kafka.consumer.group.id = group-${topic}`,
      ...channel.map((property) => `agent1.channels.c${i}.${property}`),
      `agent1.sinks.k${i}.type = null`,
      `agent1.sinks.k${i}.channel = c${i}`,
    );
    if (names.length > 0) {
      lines.push(`agent1.sources.s${i}.interceptors = ${names.map((_, n) => `i${n}`).join(" ")}`);
    }
    for (const [n, name] of names.entries()) {
      lines.push(
        `agent1.sources.s${i}.interceptors.i${n}.type = static`,
        `agent1.sources.s${i}.interceptors.i${n}.key = ${escaped(name)}`,
        `agent1.sources.s${i}.interceptors.i${n}.value = ${escaped(headers[name]!)}`,
      );
    }
  }
  return { conf: `${lines.join("\n")}\n`, ports, topics };
}

function escaped(text: string): string {
  return text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const texts = [0, 1, 63, 64, 70, 300].flatMap((length) => ["x".repeat(length), "é".repeat(length / 2)]);

/** Writes the lines, each answered before the next one; all in one connection. */
async function writeLines(port: number): Promise<void> {
  const socket = await connected(port);
  const replies = socket.setEncoding("latin1")[Symbol.asyncIterator]();
  for (const text of texts) {
    socket.write(`${text}\n`);
    expect((await replies.next()).value).toBe("OK\n");
  }
  socket.destroy();
}

/** Writes the same lines to each port, and reads what is in each topic then. */
async function stored(ports: readonly number[], topics: readonly string[]): Promise<object[][]> {
  const all: object[][] = [];
  for (const [index, topic] of topics.entries()) {
    await writeLines(ports[index]!);
    await waitForRecords(kafka.bootstrapServers, topic, texts.length);
    const records = await readTopic(kafka.bootstrapServers, topic);
    all.push(
      records.map(({ key, value, partition }) => ({
        // A line without a key goes to whatever partition it likes.
        partition:
          key === null && !cases[index]![1].some((one) => one.includes("Partition")) ? "any" : partition,
        key: key?.toString() ?? null,
        value: value!.toString("latin1"),
      })),
    );
  }
  return all;
}

test("what is put into a Kafka channel is what Flume 1.11 puts there", async () => {
  const ofFlume = await agentFor();
  let expected: object[][];
  {
    await using flume = await startFlume({ conf: ofFlume.conf });
    expected = await stored(ofFlume.ports, ofFlume.topics);
    await flume.stop();
  }
  const ours = await agentFor();
  const program = await buildText(ours.conf);
  await using running = await EmittedProgram.start(program);
  const found = await stored(ours.ports, ours.topics);
  expect(await running.stop()).toEqual({ code: 0, signal: undefined });
  for (const [index, [what]] of cases.entries()) {
    expect({ what, records: sorted(found[index]!) }).toEqual({ what, records: sorted(expected[index]!) });
  }
});

/** Records without a key are spread by chance, so their order is too. */
function sorted(records: readonly object[]): string[] {
  return records.map((record) => JSON.stringify(record)).sort();
}
