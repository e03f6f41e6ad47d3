import { expect, test } from "vitest";
import { compileBytes } from "../../cli/build-agent.ts";

/** The call that chooses the file system, in the program that is built with `--default-fs hdfs://nn:8020`. */
async function chosen(path: string): Promise<string> {
  const conf = `a.sources = s
a.channels = c
a.sinks = k
a.sources.s.type = netcat
a.sources.s.bind = localhost
a.sources.s.port = 20100
a.sources.s.channels = c
a.channels.c.type = memory
a.sinks.k.type = hdfs
a.sinks.k.hdfs.path = ${path}
a.sinks.k.channel = c
`;
  const settings = { defaultFs: "hdfs://nn:8020", onPoison: "stop" } as const;
  const result = compileBytes(conf, { path: "agent.conf", agent: undefined, overrides: [], settings });
  if (result.kind === "refused") throw new Error(JSON.stringify(result.findings.diagnostics));
  const program = await result.emit();
  return /const fileSystem = [^;]*;/.exec(program.files.get(program.entry)!)![0];
}

test.each(["/logs", "hdfs:///logs", "hdfs:/logs"])("--default-fs is the host of %s", async (path) => {
  expect(await chosen(path)).toContain('defaultFs: "hdfs://nn:8020"');
});

test.each(["hdfs://other/logs", "webhdfs://other/logs", "file:///logs", "hdfs://${env:NAMENODE}/logs"])(
  "%s needs none",
  async (path) => {
    expect(await chosen(path)).not.toContain("defaultFs");
  },
);
