import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ArtifactSet } from "./artifacts.ts";
import { CommandFailed, runCommand } from "./command.ts";
import { withLock } from "./lock.ts";

/** The servers of the tests cannot be had; the message says which tool is missing or what Maven said. */
export class ServersUnavailable extends Error {}

const attempts = 3;

/** Where downloaded servers are kept: `FLAFKAC_CACHE`, or `~/.cache/flafkac`. */
export function cacheDirectory(): string {
  return process.env.FLAFKAC_CACHE ?? join(homedir(), ".cache", "flafkac");
}

/**
 * The class path of a set of artifacts: fetched from Maven Central on the first call on this machine, from
 * the cache afterwards. Safe to call from several processes at a time.
 * @throws ServersUnavailable when Java or Maven is missing, or the download failed.
 */
export async function classPath(artifacts: ArtifactSet): Promise<string> {
  const cache = cacheDirectory();
  const pom = pomOf(artifacts);
  const fingerprint = createHash("sha256").update(pom).digest("hex").slice(0, 12);
  const home = join(cache, `${artifacts.name}-${fingerprint}`);
  if (!existsSync(home)) {
    await mkdir(cache, { recursive: true });
    // One lock for all sets: two Mavens that write the same local repository get in each other's way.
    await withLock(join(cache, "maven.lock"), async () => {
      if (!existsSync(home)) await download(artifacts, pom, cache, home);
    });
  }
  return join(home, "*");
}

/** Checks for Java 17 or later, once a process. */
export async function requireJava(): Promise<void> {
  javaChecked ??= checkJava();
  await javaChecked;
}

let javaChecked: Promise<void> | undefined;

async function checkJava(): Promise<void> {
  let version: string;
  try {
    version = (await runCommand("java", ["-version"])).stderr;
  } catch (error) {
    throw new ServersUnavailable(
      `The real Kafka and Flume need Java 17 or later on the PATH (Debian: apt-get install openjdk-17-jdk-headless maven).`,
      { cause: error },
    );
  }
  const major = Number(/version "(\d+)/.exec(version)?.[1]);
  if (!(major >= 17))
    throw new ServersUnavailable(`Java 17 or later is needed; java -version says: ${version}`);
}

async function download(artifacts: ArtifactSet, pom: string, cache: string, home: string): Promise<void> {
  await requireJava();
  const work = await mkdtemp(join(cache, "download-"));
  try {
    await writeFile(join(work, "pom.xml"), pom);
    const jars = join(work, "jars");
    for (let attempt = 1; ; attempt++) {
      try {
        await runCommand(
          "mvn",
          ["-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${jars}`],
          { cwd: work },
        );
        break;
      } catch (error) {
        if (error instanceof CommandFailed && error.notFound) {
          throw new ServersUnavailable(
            `Maven (mvn) is needed once to fetch ${artifacts.name} (Debian: apt-get install maven).`,
            { cause: error },
          );
        }
        if (attempt === attempts) {
          const said = error instanceof Error ? error.message : String(error);
          throw new ServersUnavailable(`Maven could not fetch ${artifacts.name}: ${said}`, { cause: error });
        }
      }
    }
    // The folder appears whole or not at all, so its presence is all that a later call has to check.
    await rename(jars, home);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function pomOf({ name, coordinates, without = [] }: ArtifactSet): string {
  const excluded = without.map((coordinate) => {
    const [group, artifact] = coordinate.split(":");
    return `<exclusion><groupId>${group}</groupId><artifactId>${artifact}</artifactId></exclusion>`;
  });
  const exclusions = excluded.length === 0 ? "" : `<exclusions>${excluded.join("")}</exclusions>`;
  const dependencies = coordinates.map((coordinate) => {
    const [group, artifact, version] = coordinate.split(":");
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>${exclusions}</dependency>`;
  });
  return [
    `<project><modelVersion>4.0.0</modelVersion>`,
    `<groupId>flafkac</groupId><artifactId>${name}</artifactId><version>1</version><packaging>pom</packaging>`,
    `<dependencies>`,
    ...dependencies,
    `</dependencies></project>`,
    ``,
  ].join("\n");
}
