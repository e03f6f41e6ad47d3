import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A shell that reads what this process has started and made, one line each, and outlives it by a moment: when
 * the pipe closes, however this process ended (kill -9 too), it kills and removes what is left.
 */
const script = `
trap '' INT TERM HUP
pids=' '
while read -r verb what; do
  case $verb in
    process) pids="$pids$what " ;;
    ended) pids="\${pids%% $what *} \${pids#* $what }" ;;
    path) set -- "$@" "$what" ;;
  esac
done
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
[ $# -eq 0 ] || rm -rf -- "$@"
`;

let shell: ChildProcess | undefined;

function tell(verb: string, what: string | number): void {
  if (shell === undefined) {
    // Its own group, so that ^C in the terminal reaches this process alone, and the reaper by the closed pipe.
    shell = spawn("sh", ["-c", script], { stdio: ["pipe", "ignore", "ignore"], detached: true });
    shell.unref();
    const pipe = shell.stdin as (typeof shell)["stdin"] & { unref?(): void };
    pipe?.unref?.();
  }
  shell.stdin?.write(`${verb} ${what}\n`);
}

/** Tells the reaper what must not outlive this process. */
export const reap = {
  /** A process of this id was started. */
  process: (pid: number): void => tell("process", pid),
  /** The process of this id has ended by itself: its id may be another's by now. */
  ended: (pid: number): void => tell("ended", pid),
  /** A file or folder to remove at the end. */
  path: (path: string): void => tell("path", path),
};

/** A new folder under the system's temporary folder, removed after this process's end. */
export async function temporaryDirectory(name: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `flafkac-${name}-`));
  reap.path(directory);
  return directory;
}
