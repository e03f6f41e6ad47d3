import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { componentOf } from "../../runtime/agent/component.ts";
import { LogOutput } from "../../runtime/agent/log.ts";
import { type HadoopOptions, hadoopFileSystem } from "../../runtime/hdfs/hadoop.ts";
import { readHadoopConfiguration, siteProperties } from "../../runtime/hdfs/hadoop-configuration.ts";
import type { HadoopLogin } from "../../runtime/hdfs/login.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "flafkac-hadoop-"));
  vi.stubEnv("HADOOP_CONF_DIR", undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

const sink = componentOf(
  "sink",
  "sink1",
  "agent1.conf",
  { type: "hdfs", line: 15, lines: { "hdfs.path": 16, "hdfs.kerberosPrincipal": 17 } },
  new LogOutput("debug", "json", () => undefined),
);

function site(file: string, properties: Record<string, string>): void {
  const entries = Object.entries(properties).map(
    ([name, value]) => `<property>\n  <name>${name}</name>\n  <value>${value}</value>\n</property>`,
  );
  writeFileSync(
    join(directory, file),
    `<?xml version="1.0"?><configuration>${entries.join("\n")}</configuration>`,
  );
  vi.stubEnv("HADOOP_CONF_DIR", directory);
}

async function uriOf(options: Partial<HadoopOptions>): Promise<string> {
  const hdfs = hadoopFileSystem(sink, { callTimeout: 0, ...options });
  await hdfs.close();
  return hdfs.uri;
}

describe("the file system of a path", () => {
  test("is that of its scheme", async () => {
    expect(await uriOf({ uri: "hdfs://namenode:8020/logs/%Y" })).toBe("hdfs://namenode:8020");
    expect(await uriOf({ uri: "HDFS://namenode/logs" })).toBe("hdfs://namenode");
    expect(await uriOf({ uri: "hdfs://[fe80::1]:9000/logs" })).toBe("hdfs://[fe80::1]:9000");
    expect(await uriOf({ uri: "webhdfs://namenode/logs" })).toBe("webhdfs://namenode");
    expect(await uriOf({ uri: "swebhdfs://namenode:9999/logs" })).toBe("swebhdfs://namenode:9999");
    expect(await uriOf({ uri: "file:///logs" })).toBe("file://");
    expect(await uriOf({ uri: "/logs", defaultFs: "file:///" })).toBe("file://");
  });

  test("without scheme is the one of the build, else that of core-site.xml", async () => {
    site("core-site.xml", { "fs.defaultFS": "hdfs://from-site:8020" });
    expect(await uriOf({ uri: "/logs" })).toBe("hdfs://from-site:8020");
    expect(await uriOf({ uri: "/logs", defaultFs: "hdfs://from-build" })).toBe("hdfs://from-build");
    expect(await uriOf({ uri: "hdfs:///logs" })).toBe("hdfs://from-site:8020");
    expect(await uriOf({ uri: "hdfs:/logs" })).toBe("hdfs://from-site:8020");
    expect(await uriOf({ uri: "hdfs://own/logs" })).toBe("hdfs://own");
  });

  test("without either is an error that names the line, and never the local disk", async () => {
    const names = /^sink1 \(agent1.conf:16\): hdfs.path names no file system: .*--default-fs/;
    await expect(uriOf({ uri: "/logs" })).rejects.toThrow(names);
    await expect(uriOf({})).rejects.toThrow(names);
    vi.stubEnv("HADOOP_CONF_DIR", join(directory, "none"));
    await expect(uriOf({ uri: "/logs" })).rejects.toThrow(names);
    await expect(uriOf({ uri: "hdfs:///logs" })).rejects.toThrow(
      "hdfs.path names no host: write hdfs://host:port",
    );
    site("core-site.xml", { "fs.defaultFS": "" });
    await expect(uriOf({ uri: "/logs" })).rejects.toThrow(names);
  });

  test.each([
    ["file://host/logs", "hdfs.path: a file:// path has no host"],
    ["s3a://bucket/logs", "hdfs.path has the scheme s3a"],
    ["hdfs://host:99999/logs", "host:99999 is no host with a port"],
    ["hdfs://host:80:80/logs", "host:80:80 is no host with a port"],
  ])("%s is refused", async (uri, message) => {
    await expect(uriOf({ uri })).rejects.toThrow(`sink1 (agent1.conf:16): ${message}`);
  });

  test("nameservices are those of hdfs-site.xml", async () => {
    site("core-site.xml", { "fs.defaultFS": "hdfs://Prod" });
    site("hdfs-site.xml", {
      "dfs.nameservices": "Prod",
      "dfs.ha.namenodes.Prod": "nn1, nn2",
      "dfs.namenode.rpc-address.Prod.nn1": "one:8020",
    });
    await expect(uriOf({ uri: "/logs" })).rejects.toThrow(
      "hdfs-site.xml has no dfs.namenode.rpc-address.Prod.nn2",
    );
    site("hdfs-site.xml", {
      "dfs.ha.namenodes.Prod": "nn1,nn2",
      "dfs.namenode.rpc-address.Prod.nn1": "one:8020",
      "dfs.namenode.rpc-address.Prod.nn2": "two:8020",
    });
    expect(await uriOf({ uri: "/logs" })).toBe("hdfs://Prod");
  });
});

describe("a login", () => {
  const login: HadoopLogin = {
    start: () => Promise.reject(new Error("nobody is asked")),
    handshake: () => ({ hello: Buffer.alloc(0), answer: () => undefined }),
  };

  test("needs to know who the NameNode has to be", async () => {
    await expect(uriOf({ uri: "hdfs://namenode/logs", login })).rejects.toThrow(
      /^sink1 \(agent1.conf:17\): hdfs.kerberosPrincipal needs dfs.namenode.kerberos.principal/,
    );
    site("hdfs-site.xml", { "dfs.namenode.kerberos.principal": "nn/_HOST@REALM" });
    expect(await uriOf({ uri: "hdfs://namenode/logs", login })).toBe("hdfs://namenode");
  });

  test("is refused over HTTP", async () => {
    await expect(uriOf({ uri: "webhdfs://namenode/logs", login })).rejects.toThrow(
      "Kerberos is not supported over HTTP",
    );
  });
});

describe("site files", () => {
  test("are read as Hadoop reads them", () => {
    const properties = siteProperties(`<?xml version="1.0"?>
      <!-- <property><name>commented</name><value>out</value></property> -->
      <configuration>
        <property><name> spaced </name><value> a &amp; b &lt;&#99;&#x64;&gt; </value><final>true</final></property>
        <property><value>first</value><name>turned</name><description>round</description></property>
        <property><name>no-value</name></property>
        <property><name>empty</name><value></value></property>
      </configuration>`);
    expect([...properties]).toEqual([
      ["spaced", " a & b <cd> "],
      ["turned", "first"],
      ["empty", ""],
    ]);
  });

  test("what is no XML has no properties, and takes no time", () => {
    for (const junk of [
      "",
      "<property>",
      "<property>".repeat(50_000),
      "<!--".repeat(50_000),
      "</name><name>",
    ]) {
      expect(siteProperties(junk).size).toBe(0);
    }
  });

  test("later files and variables count", () => {
    site("core-site.xml", { a: "1", b: "${a}-${user.name}-${env.FLAFKAC_TEST}-${none}", loop: "${loop}" });
    site("hdfs-site.xml", { a: "2", size: "64m", plain: "1048576", list: " x, ,y ", word: "many" });
    vi.stubEnv("FLAFKAC_TEST", "env");
    const configuration = readHadoopConfiguration();
    expect(configuration.get("b")).toBe(`2-${userInfo().username}-env-\${none}`);
    expect(configuration.get("loop")).toBe("${loop}");
    expect(configuration.size("size")).toBe(64 * 1_024 * 1_024);
    expect(configuration.size("plain")).toBe(1_048_576);
    expect(configuration.size("word")).toBeUndefined();
    expect(configuration.number("a")).toBe(2);
    expect(configuration.number("word")).toBeUndefined();
    expect(configuration.list("list")).toEqual(["x", "y"]);
    expect(configuration.get("none")).toBeUndefined();
  });
});
