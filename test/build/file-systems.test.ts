import { expect, test } from "vitest";
import { compileBytes } from "../../cli/build-agent.ts";

/** The files of a program with an HDFS sink, or why it is not built. */
async function filesOf(sink: string): Promise<ReadonlyMap<string, string>> {
  const conf = `a.sources = s
a.channels = c
a.sinks = k
a.sources.s.type = netcat
a.sources.s.bind = localhost
a.sources.s.port = 20100
a.sources.s.channels = c
a.channels.c.type = memory
a.sinks.k.type = hdfs
a.sinks.k.channel = c
${sink}`;
  const settings = { defaultFs: undefined, onPoison: "stop" } as const;
  const result = compileBytes(conf, { path: "agent.conf", agent: undefined, overrides: [], settings });
  if (result.kind === "refused") throw new Error(JSON.stringify(result.findings.diagnostics));
  return (await result.emit()).files;
}

const pathOf = (path: string) => `a.sinks.k.hdfs.path = ${path}\n`;
const KERBEROS =
  "a.sinks.k.hdfs.kerberosPrincipal = flume/_HOST@REALM\na.sinks.k.hdfs.kerberosKeytab = /etc/flume.keytab\n";

const OWN = ["rpc-connection", "block-pipeline"];
const HTTP = ["web-hdfs"];
const LOCAL = ["local-file-system"];
const LOGIN = ["kerberos", "digest-md5", "data-transfer-sasl"];

test.each([
  ["hdfs", pathOf("hdfs://nn/logs"), OWN],
  ["hdfs with a principal", pathOf("hdfs://nn/logs") + KERBEROS, [...OWN, ...LOGIN]],
  ["hdfs, the host looked up", pathOf("HDFS://${env:NAMENODE}/logs"), OWN],
  ["webhdfs", pathOf("webhdfs://nn/logs"), HTTP],
  ["swebhdfs", pathOf("swebhdfs://nn/logs"), HTTP],
  ["file", pathOf("file:///logs"), LOCAL],
  ["whatever core-site.xml says", pathOf("/logs"), [...OWN, ...HTTP, ...LOCAL]],
])("a program carries what it uses: %s", async (_, sink, expected) => {
  const files = await filesOf(sink);
  const carried = [...OWN, ...HTTP, ...LOCAL, ...LOGIN].filter((name) => files.has(`lib/hdfs/${name}.ts`));
  expect(carried).toEqual(expected);
});

test("the package of a Kerberos login is optional for npm, and only with a principal", async () => {
  const manifestOf = async (sink: string): Promise<unknown> =>
    JSON.parse((await filesOf(sink)).get("package.json")!);
  const path = pathOf("hdfs://nn/logs");
  expect(await manifestOf(path + KERBEROS)).toMatchObject({ optionalDependencies: { kerberos: "7.0.0" } });
  expect(await manifestOf(path)).not.toHaveProperty("optionalDependencies");
});

test.each([
  ["Kerberos over HTTP", pathOf("webhdfs://nn/logs") + KERBEROS, "write hdfs:// instead of webhdfs://"],
  ["a host of a local path", pathOf("file://host/logs"), "A file:// path has no host"],
  ["a principal alone", `${pathOf("hdfs://nn/logs")}a.sinks.k.hdfs.kerberosPrincipal = flume\n`, "Keytab"],
])("%s is refused", async (_, sink, message) => {
  await expect(filesOf(sink)).rejects.toThrow(message);
});
