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
    programArgs: ["--log-level", "debug", "--metrics-port", "0"],
    ignored: [],
  });
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
  [["a.conf", "--set", "=y"], "--set needs KEY=VALUE"],
])("%j is told: %s", (args, message) => {
  expect(() => parseRunOptions(args)).toThrow(RunUsageError);
  expect(() => parseRunOptions(args)).toThrow(message);
});
