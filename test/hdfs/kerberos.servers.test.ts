import { createRequire } from "node:module";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { componentOf } from "../../runtime/agent/component.ts";
import { LogOutput } from "../../runtime/agent/log.ts";
import { type HadoopOptions, hadoopFileSystem } from "../../runtime/hdfs/hadoop.ts";
import type { HdfsFileSystem } from "../../runtime/hdfs/hdfs-file-system.ts";
import { kerberosLogin } from "../../runtime/hdfs/kerberos.ts";
import { runCommand } from "../../scripts/servers/command.ts";
import { type HdfsCluster, startHdfs } from "../../scripts/servers/hdfs.ts";
import { contentOf } from "./client.ts";
import { hasKdc, type Kdc, startKdc } from "./kdc.ts";

// Needs what nobody else needs: MIT's KDC and the package `kerberos`, which is native code. NODE_PATH may say where.

const missing = [
  ...(hasKdc ? [] : ["MIT's KDC (Debian: krb5-kdc krb5-admin-server krb5-user)"]),
  ...(hasPackage() ? [] : ["the npm package kerberos@7.0.0 (Debian: libkrb5-dev, to build it)"]),
];
const skipped = missing.length === 0 ? "" : ` NOT TESTED HERE: needs ${missing.join(" and ")}`;
if (skipped !== "") console.warn(`HDFS with Kerberos:${skipped}`);

function hasPackage(): boolean {
  try {
    createRequire(import.meta.url).resolve("kerberos");
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(skipped !== "")(`HDFS with Kerberos${skipped}`, () => {
  let kdc: Kdc;
  let cluster: HdfsCluster;
  let flumeKeytab: string;
  const clients: { close(): Promise<void> }[] = [];
  const sink = componentOf(
    "sink",
    "sink1",
    "agent1.conf",
    { type: "hdfs", line: 1, lines: { "hdfs.kerberosPrincipal": 2 } },
    new LogOutput("debug", "json", () => undefined),
  );

  beforeAll(async () => {
    kdc = await startKdc();
    let daemons = "";
    for (const name of ["nn", "dn", "HTTP"]) {
      daemons = await kdc.addPrincipal(`${name}/localhost`, "daemons.keytab");
    }
    flumeKeytab = await kdc.addPrincipal("flume/localhost", "flume.keytab");
    await kdc.addPrincipal(`flume/${hostname().toLowerCase()}`, "flume.keytab");
    const tickets = join(dirname(daemons), "tickets");
    vi.stubEnv("KRB5_CONFIG", kdc.configuration);
    await runCommand("kinit", ["-kt", daemons, "-c", tickets, "nn/localhost"]);
    const realm = kdc.realm;
    vi.stubEnv("KRB5CCNAME", tickets); // of Hadoop's own command line, the superuser
    cluster = await startHdfs({
      jvmOptions: [
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        `-Djava.security.krb5.conf=${kdc.configuration}`,
      ],
      properties: {
        "hadoop.security.authentication": "kerberos",
        "dfs.namenode.kerberos.principal": `nn/_HOST@${realm}`,
        "dfs.namenode.keytab.file": daemons,
        "dfs.datanode.kerberos.principal": `dn/_HOST@${realm}`,
        "dfs.datanode.keytab.file": daemons,
        "dfs.web.authentication.kerberos.principal": `HTTP/localhost@${realm}`,
        "dfs.web.authentication.kerberos.keytab": daemons,
        "dfs.block.access.token.enable": true,
        "dfs.data.transfer.protection": "authentication",
        // Without TLS for the DataNode's pages.
        "ignore.secure.ports.for.testing": true,
        "hadoop.proxyuser.flume.hosts": "*",
        "hadoop.proxyuser.flume.users": "*",
      },
    });
    await cluster.mkdirs("/of-flume");
    await cluster.chown("/of-flume", "flume");
    await cluster.mkdirs("/of-other");
    await cluster.chown("/of-other", "other");
    vi.stubEnv("HADOOP_CONF_DIR", cluster.configurationDirectory);
    vi.stubEnv("KRB5CCNAME", undefined);
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await cluster?.close();
    await kdc?.close();
  });

  function client(who = "flume/localhost", options: Partial<HadoopOptions> = {}): HdfsFileSystem {
    const login = kerberosLogin(sink, `${who}@${kdc.realm}`, flumeKeytab);
    const hdfs = hadoopFileSystem(sink, { uri: "/of-flume", login, callTimeout: 20_000, ...options });
    clients.push(hdfs);
    return hdfs as HdfsFileSystem;
  }

  test("a file is written by whom the keytab names, over several blocks", async () => {
    const hdfs = client();
    const file = await hdfs.create("/of-flume/file", { blockSize: 64 * 1_024 });
    const bytes = Buffer.alloc(200_000, "Kerberos ");
    await file.write(bytes);
    await file.hflush();
    await file.close();
    expect((await contentOf(cluster, "/of-flume/file")).equals(bytes)).toBe(true);
    expect(String(await cluster.tools.run("dfs", "-stat", "%u", "/of-flume/file")).trim()).toBe("flume");
    await expect(hdfs.create("/of-other/file")).rejects.toMatchObject({
      exception: "AccessControlException",
    });
  });

  test("_HOST in the principal is this machine", async () => {
    const hdfs = client("flume/_HOST");
    expect(await hdfs.exists("/of-flume")).toBe(true);
  });

  test("for another user, where the cluster allows it", async () => {
    const hdfs = client("flume/localhost", { proxyUser: "other" });
    const file = await hdfs.create("/of-other/file");
    await file.write(Buffer.from("by proxy"));
    await file.close();
    expect(String(await contentOf(cluster, "/of-other/file"))).toBe("by proxy");
    expect(String(await cluster.tools.run("dfs", "-stat", "%u", "/of-other/file")).trim()).toBe("other");
  });

  test("without a principal the NameNode refuses, and says what it wants", async () => {
    const hdfs = hadoopFileSystem(sink, { uri: "/of-flume", callTimeout: 20_000 });
    clients.push(hdfs);
    await expect(hdfs.exists("/of-flume")).rejects.toMatchObject({
      exception: "AccessControlException",
      message: expect.stringContaining("KERBEROS"),
    });
  });

  test("a principal that is not in the keytab is an error that names it", async () => {
    const hdfs = client("nobody/localhost");
    await expect(hdfs.exists("/of-flume")).rejects.toMatchObject({
      exception: "SaslException",
      message: expect.stringContaining("nobody/localhost"),
    });
  });
});
