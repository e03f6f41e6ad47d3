import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { runCommand } from "../../scripts/servers/command.ts";
import { freePort } from "../../scripts/servers/ports.ts";
import { temporaryDirectory } from "../../scripts/servers/reaper.ts";
import { ServerProcess } from "../../scripts/servers/server-process.ts";

const programs = "/usr/sbin";
const realm = "TEST.FLAFKAC";

/** Whether this machine has MIT's KDC (Debian: krb5-kdc, krb5-admin-server, krb5-user). */
export const hasKdc = existsSync(join(programs, "krb5kdc"));

/** A KDC of a realm of its own. */
export interface Kdc {
  readonly realm: string;
  /** For KRB5_CONFIG. */
  readonly configuration: string;
  /** Makes a principal with a random key, and adds that to a keytab, whose path it returns. */
  addPrincipal(principal: string, keytab: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts a KDC on a free port, with a database of its own. */
export async function startKdc(): Promise<Kdc> {
  const directory = await temporaryDirectory("kdc");
  const port = await freePort();
  const configuration = join(directory, "krb5.conf");
  const profile = join(directory, "kdc.conf");
  await mkdir(join(directory, "kdc"));
  await writeFile(
    configuration,
    `[libdefaults]
 default_realm = ${realm}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 rdns = false
 dns_canonicalize_hostname = false
 udp_preference_limit = 1
[realms]
 ${realm} = {
  kdc = 127.0.0.1:${port}
 }
[domain_realm]
 localhost = ${realm}
`,
  );
  await writeFile(
    profile,
    `[kdcdefaults]
 kdc_ports = ""
 kdc_tcp_ports = ${port}
[realms]
 ${realm} = {
  database_name = ${directory}/kdc/principal
  key_stash_file = ${directory}/kdc/stash
 }
`,
  );
  const env = { ...process.env, KRB5_CONFIG: configuration, KRB5_KDC_PROFILE: profile };
  const run = (program: string, ...words: string[]) => runCommand(join(programs, program), words, { env });
  await run("kdb5_util", "create", "-r", realm, "-s", "-P", "master");
  const server = await ServerProcess.start({
    name: "krb5kdc",
    command: join(programs, "krb5kdc"),
    args: ["-n"],
    cwd: directory,
    env,
    logFile: join(directory, "kdc.log"),
  });
  await server.waitUntil(() => accepts(port));
  return {
    realm,
    configuration,
    addPrincipal: async (principal, keytab) => {
      const path = join(directory, keytab);
      await run("kadmin.local", "-r", realm, "-q", `addprinc -randkey ${principal}`);
      await run("kadmin.local", "-r", realm, "-q", `ktadd -k ${path} ${principal}`);
      return path;
    },
    close: () => server.kill(),
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}
