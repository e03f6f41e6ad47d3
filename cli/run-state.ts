import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import process from "node:process";

/**
 * Where `flafkac run` keeps what the next run of the same file has to know, such as which files of HDFS were open at
 * a kill: `$XDG_STATE_HOME/flafkac/<hash of the file's path>`, by default under `~/.local/state`. A program that is
 * built keeps it beside itself; one that is run has no folder, and may be started from any. Undefined for a user
 * without a home. Nothing is made here.
 */
export function runStateDirectory(confFile: string): string | undefined {
  const given = process.env.XDG_STATE_HOME ?? "";
  const home = isAbsolute(given) ? given : defaultStateHome();
  if (home === undefined) return undefined;
  const name = createHash("sha256").update(realPathOf(confFile)).digest("hex").slice(0, 16);
  return join(home, "flafkac", name);
}

function defaultStateHome(): string | undefined {
  try {
    return join(homedir(), ".local", "state");
  } catch {
    return undefined; // a process number without a user, as containers have it
  }
}

/** One file under several names is one file. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path); // that it cannot be read, the compiler has told
  }
}
