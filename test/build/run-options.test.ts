import { describe, expect, test } from "vitest";
import { parseRunOptions, RunUsageError } from "../../cli/run-options.ts";

test("a file, an agent, overrides and the program's own options", () => {
  expect(
    parseRunOptions([
      "a.conf",
      "-n",
      "a1",
      "--set",
      "a1.sources.r1.port=1=2",
      "--log-level=debug",
      "--metrics-port",
      "0",
    ]),
  ).toEqual({
    path: "a.conf",
    agent: "a1",
    overrides: [{ key: "a1.sources.r1.port", value: "1=2" }],
    settings: { defaultFs: undefined, onPoison: "stop" },
    programArgs: ["--log-level", "debug", "--metrics-port", "0"],
    ignored: [],
  });
});

test.each([
  ["skip", "skip"],
  ["stop", "stop"],
  ["dead.calls", { deadLetterTopic: "dead.calls" }],
])("--on-poison %s", (text, onPoison) => {
  expect(parseRunOptions(["a.conf", "--on-poison", text]).settings.onPoison).toEqual(onPoison);
});

test.each([
  ["hdfs://nn:8020/", "hdfs://nn:8020"],
  ["webhdfs://nn:9870", "webhdfs://nn:9870"],
  ["hdfs://nameservice1", "hdfs://nameservice1"],
  ["file:///", "file:///"],
  ["file:/", "file:///"],
])("--default-fs %s", (text, defaultFs) => {
  expect(parseRunOptions(["a.conf", `--default-fs=${text}`]).settings.defaultFs).toBe(defaultFs);
});

describe("flume-ng agent", () => {
  test("monitoring over HTTP becomes the program's", () => {
    const options = parseRunOptions(["agent", "-n", "a1", "-f", "a.conf", "-Dflume.monitoring.type=HTTP"]);
    expect(options.programArgs).toEqual(["--metrics-port", "41414"]);
  });

  test("other monitoring, the JVM's options and the class path are ignored with a word", () => {
    const options = parseRunOptions([
      ...["agent", "--conf-file=a.conf", "--name=a1", "-C", "x.jar", "-Xms1g", "-Da.b=c"],
      ...["-Dflume.monitoring.type=ganglia", "-Dflume.monitoring.hosts=h:1"],
    ]);
    expect(options.path).toBe("a.conf");
    expect(options.programArgs).toEqual([]);
    expect(options.ignored.map((word) => word.split(" ")[0])).toEqual([
      "-C",
      "-Xms1g",
      "-Da.b",
      "-Dflume.monitoring.hosts",
      "-Dflume.monitoring.type=ganglia",
    ]);
  });
});

test.each([
  [[], "which configuration?"],
  [["agent", "-f", "a.conf"], "which agent?"],
  [["agent", "-n", "a1"], "Give -f FILE"],
  [["agent", "-n", "a1", "-z", "zk:2181"], "-z is not supported"],
  [["a.conf", "b.conf"], "only one file can be run"],
  [["a.conf", "-n"], "-n needs a value"],
  [["a.conf", "--sett", "x=y"], "unknown option --sett"],
  [["a.conf", "--default-fs", "nn:8020"], "--default-fs nn:8020: Write a file system"],
  [["a.conf", "--default-fs", "hdfs://nn/logs"], "Write a file system without a path"],
  [["a.conf", "--on-poison", "no topic"], "Write stop, skip, or the name of a topic"],
  [["a.conf", "--on-poison", ".."], "Write stop, skip, or the name of a topic"],
  [["a.conf", "--set", "=y"], "--set needs KEY=VALUE"],
])("%j is told: %s", (args, message) => {
  expect(() => parseRunOptions(args)).toThrow(RunUsageError);
  expect(() => parseRunOptions(args)).toThrow(message);
});
