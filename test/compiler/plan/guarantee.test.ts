import { describe, expect, test } from "vitest";
import { lint } from "../../../compiler/lint/lint.ts";
import { type BuildSettings, DEFAULT_SETTINGS } from "../../../compiler/plan/component-plan.ts";
import {
  deliveryLevels,
  describeFlow,
  type FlowGuarantee,
  guaranteesOf,
  isAtLeast,
} from "../../../compiler/plan/guarantee.ts";
import { optimize } from "../../../compiler/plan/passes/passes.ts";
import { plan } from "../../../compiler/plan/plan.ts";
import { LineIndex } from "../../../grammar/text/line-index.ts";

const NETCAT = "a.sources.r.type = netcat\na.sources.r.bind = localhost\na.sources.r.port = 4444";
const KAFKA_SOURCE =
  "a.sources.r.type = org.apache.flume.source.kafka.KafkaSource\na.sources.r.kafka.bootstrap.servers = k:9092\na.sources.r.kafka.topics = t\na.sources.r.batchSize = 100";
const MEMORY = "a.channels.c.type = memory\na.channels.c.capacity = 10000";
const KAFKA_CHANNEL =
  "a.channels.c.type = org.apache.flume.channel.kafka.KafkaChannel\na.channels.c.kafka.bootstrap.servers = k:9092";
const HDFS =
  "a.sinks.k.type = hdfs\na.sinks.k.hdfs.path = hdfs://nn:8020/logs\na.sinks.k.hdfs.fileType = DataStream";
const KAFKA_SINK =
  "a.sinks.k.type = org.apache.flume.sink.kafka.KafkaSink\na.sinks.k.kafka.bootstrap.servers = k:9092\na.sinks.k.kafka.topic = out";

/** The promises of an agent of one source (unless there is none), one channel and one sink (unless there is none). */
function promises(...blocks: readonly string[]): readonly FlowGuarantee[] {
  const text = blocks.join("\n");
  const has = (kind: string) => text.includes(`a.${kind}.`);
  const whole = [
    ...(has("sources") ? ["a.sources = r", "a.sources.r.channels = c"] : []),
    "a.channels = c",
    ...(has("sinks") ? ["a.sinks = k", "a.sinks.k.channel = c"] : []),
    text,
  ].join("\n");
  return promisesOf(whole);
}

function promisesOf(text: string, settings?: Partial<BuildSettings>): readonly FlowGuarantee[] {
  const { agents, diagnostics, document } = lint(text);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const lines = new LineIndex(document.text);
  const planned = plan(agents[0]!, {
    file: "a.conf",
    lineOf: (offset) => lines.position(offset).line,
    ...(settings !== undefined && { settings: { ...DEFAULT_SETTINGS, ...settings } }),
  });
  expect(planned.diagnostics).toEqual([]);
  const found = guaranteesOf(planned.plan!);
  expect(guaranteesOf(optimize(planned.plan!)), "the passes change no promise").toEqual(found);
  return found;
}

describe("what a flow promises", () => {
  test.each([
    ["Kafka, memory, HDFS", "at-least-once", "at-least-once", [KAFKA_SOURCE, MEMORY, HDFS]],
    [
      "netcat, memory, HDFS",
      "may-lose-on-kill",
      "may lose up to 10,000 events when the process is killed",
      [NETCAT, MEMORY, HDFS],
    ],
    ["netcat, Kafka channel, HDFS", "at-least-once", "at-least-once", [NETCAT, KAFKA_CHANNEL, HDFS]],
    [
      "netcat that says nothing, Kafka channel, HDFS",
      "may-lose-on-kill",
      "may lose lines on their way into c when the process is killed, and no sender hears of it",
      [`${NETCAT}\na.sources.r.ack-every-event = false`, KAFKA_CHANNEL, HDFS],
    ],
    ["a Kafka channel alone, HDFS", "at-least-once", "at-least-once", [KAFKA_CHANNEL, HDFS]],
    ["netcat, a Kafka channel alone", "at-least-once", "at-least-once", [NETCAT, KAFKA_CHANNEL]],
    [
      "netcat, Kafka channel with acks 1",
      "at-least-once-while-leader-lives",
      "at-least-once while the partition's leader lives",
      [NETCAT, `${KAFKA_CHANNEL}\na.channels.c.kafka.producer.acks = 1`, HDFS],
    ],
    [
      "Kafka, memory, Kafka sink as it comes",
      "at-least-once-while-leader-lives",
      "at-least-once while the partition's leader lives",
      [KAFKA_SOURCE, MEMORY, KAFKA_SINK],
    ],
    [
      "Kafka, memory, Kafka sink with acks all",
      "at-least-once",
      "at-least-once",
      [KAFKA_SOURCE, MEMORY, `${KAFKA_SINK}\na.sinks.k.kafka.producer.acks = all`],
    ],
    [
      "Kafka, memory, Kafka sink with acks 0",
      "at-most-once",
      "at-most-once: what the broker loses or refuses is lost",
      [KAFKA_SOURCE, MEMORY, `${KAFKA_SINK}\na.sinks.k.kafka.producer.acks = 0`],
    ],
    [
      "Kafka, memory, null",
      "at-most-once",
      "at-most-once: k throws events away",
      [KAFKA_SOURCE, MEMORY, "a.sinks.k.type = null"],
    ],
    [
      "datagrams, Kafka channel, HDFS",
      "at-most-once",
      "at-most-once: nobody sends a lost datagram again",
      [
        "a.sources.r.type = netcatudp\na.sources.r.port = 4444\na.sources.r.remoteAddress = from",
        KAFKA_CHANNEL,
        HDFS,
      ],
    ],
  ] as const)("%s: %s", (_, level, sentence, blocks) => {
    const [found, ...others] = promises(...blocks);
    expect(others).toEqual([]);
    expect([found?.level, found?.sentence]).toEqual([level, sentence]);
    expect(found?.weaknesses.length === 0).toBe(level === "at-least-once");
  });

  test("the worst comes first, and all are told", () => {
    const [found] = promises(NETCAT, MEMORY, KAFKA_SINK);
    expect(found?.weaknesses.map(({ level, component }) => [level, component])).toEqual([
      ["may-lose-on-kill", "channels.c"],
      ["at-least-once-while-leader-lives", "sinks.k"],
    ]);
  });

  test("the written property is to blame, else the type", () => {
    const [written] = promises(KAFKA_SOURCE, MEMORY, `${KAFKA_SINK}\na.sinks.k.kafka.producer.acks = 1`);
    expect(written?.weaknesses[0]).toMatchObject({ property: "kafka.producer.acks", place: 15 });
    const [byDefault] = promises(KAFKA_SOURCE, MEMORY, KAFKA_SINK);
    expect(byDefault?.weaknesses[0]).toMatchObject({
      component: "sinks.k",
      place: 12,
      change: "Set kafka.producer.acks of k to all.",
    });
  });

  test("a flow for each way, sources and sinks that are alike together", () => {
    const flows = promisesOf(
      [
        "a.sources = r1 r2 r3\na.channels = c d\na.sinks = k1 k2",
        ...["r1", "r2"].map((r, i) =>
          `${NETCAT}${i}\na.sources.r.channels = c`.replaceAll("sources.r.", `sources.${r}.`),
        ),
        `${KAFKA_SOURCE}\na.sources.r.channels = c d\na.sources.r.selector.optional = d`.replaceAll(
          "sources.r.",
          "sources.r3.",
        ),
        MEMORY,
        MEMORY.replaceAll("channels.c.", "channels.d."),
        "a.sinks.k1.type = logger\na.sinks.k1.channel = c\na.sinks.k2.type = logger\na.sinks.k2.channel = d",
      ].join("\n"),
    );
    expect(flows.map((flow) => [describeFlow(flow), flow.level])).toEqual([
      ["r1, r2 → c → k1", "may-lose-on-kill"],
      ["r3 → c → k1", "at-least-once"],
      ["r3 → d → k2", "at-most-once"],
    ]);
  });
});

test("records that are left out are told", () => {
  const text = `a.channels = c\na.sinks = k\n${KAFKA_CHANNEL}\na.channels.c.parseAsFlumeEvent = true\n${HDFS}\na.sinks.k.channel = c`;
  const [flow] = promisesOf(text, { onPoison: "skip" });
  expect(flow?.sentence).toBe("at-least-once; records that are no Flume events are left out");
  expect(promisesOf(text)[0]?.sentence).toBe("at-least-once");
});

test("levels are ordered", () => {
  for (const [i, level] of deliveryLevels.entries()) {
    for (const [j, wanted] of deliveryLevels.entries()) expect(isAtLeast(level, wanted)).toBe(i <= j);
  }
});
