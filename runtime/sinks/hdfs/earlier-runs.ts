import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import type { SinkComponent } from "../../agent/component.ts";
import { errorText } from "../../agent/log.ts";
import { pathSegment } from "../../escapes/path-segment.ts";
import type { UnfinishedFile } from "./file-finisher.ts";
import { listLine, OpenFiles, readList, readListLine } from "./open-files.ts";
import { isOver, isSameBoot, type RunIdentity, thisRun } from "./run-identity.ts";

/** How often a run says that it is alive, and looks for runs that are not, ms. */
const LOOK_INTERVAL = 10_000;

/** Without a sign of life for so long, a run that cannot be seen from here is over, ms. */
const SILENCE = 60_000;

/** The rest of a list's name, after program and sink: of a run, or taken over by another. */
const LIST_NAME = /^\d+-\d+(?<taken>(\.taken-\d+)*)\.open-files$/;

/**
 * This run's list of open files, and those that earlier runs of the same program and sink left behind: their files
 * are taken over once that run is over for certain. Lists are kept in FLAFKAC_STATE_DIR, else beside the program, as
 * `<program>.<sink>.<start>-<pid>.open-files`.
 */
export class EarlierRuns {
  readonly openFiles: OpenFiles;
  readonly #sink: SinkComponent;
  readonly #directory: string;
  readonly #prefix: string;
  readonly #path: string;
  readonly #here = thisRun();
  readonly #told = new Set<string>();
  /** The lists of other runs: their last sign of life, and since when there was no other on this run's own clock, ms. */
  #signs = new Map<string, { readonly at: number; readonly since: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(sink: SinkComponent, directory = defaultDirectory()) {
    const program = process.argv[1] ?? "program";
    this.#sink = sink;
    this.#directory = directory;
    this.#prefix = `${basename(program, extname(program))}.${pathSegment(sink.name)}.`;
    this.#path = join(directory, `${this.#prefix}${Date.now()}-${process.pid}.open-files`);
    this.openFiles = new OpenFiles(this.#path, listLine([this.#here]), (error) => this.#tellLost(error));
  }

  /** Begins the list, and looks for runs that are over, now and every ten seconds; `recover` gets their files. */
  begin(recover: (file: UnfinishedFile) => void): void {
    try {
      mkdirSync(this.#directory, { recursive: true });
      this.openFiles.begin();
    } catch (error) {
      // Files of earlier runs cannot be taken over either.
      this.#tellLost(error);
      return;
    }
    const look = () => {
      try {
        this.#look(recover);
      } catch (error) {
        this.#tellOnce(`cannot look for files of earlier runs in ${this.#directory}: ${errorText(error)}`);
      }
    };
    look();
    this.#timer = setInterval(look, LOOK_INTERVAL).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tellLost(error: unknown): void {
    this.#sink.log.warn(
      `cannot keep the list of open files in ${this.#directory}: ${errorText(error)}; after a kill, their in-use names stay`,
    );
  }

  #look(recover: (file: UnfinishedFile) => void): void {
    const now = new Date();
    // A list that was given up is gone.
    if (existsSync(this.#path)) utimesSync(this.#path, now, now);
    const before = this.#signs;
    this.#signs = new Map();
    for (const name of readdirSync(this.#directory)) {
      const path = join(this.#directory, name);
      const match = name.startsWith(this.#prefix) ? LIST_NAME.exec(name.slice(this.#prefix.length)) : null;
      if (match === null || path === this.#path) continue;
      const at = statSync(path).mtimeMs;
      const last = before.get(path);
      this.#signs.set(path, last?.at === at ? last : { at, since: performance.now() });
      this.#takeOver(path, match.groups!.taken !== "", recover);
    }
  }

  /** `isTaken`: another run is at it, or died of it. */
  #takeOver(path: string, isTaken: boolean, recover: (file: UnfinishedFile) => void): void {
    const first = readFileSync(path, "utf8").split("\n", 1)[0]!;
    const run = identityIn(first);
    if (run === undefined) {
      this.#tellOnce(`${path} is damaged: files of an earlier run may have kept their in-use names`);
      return;
    }
    const isSilent = performance.now() - this.#signs.get(path)!.since > SILENCE;
    if (!isSilent && (isTaken || !isOver(run, this.#here))) return;
    // A run that can be seen to live is left alone, however long it is silent.
    if (isOver(run, this.#here) === false) return;
    // Of two runs that see it at once, one can rename it.
    const mine = path.replace(/\.open-files$/, `.taken-${process.pid}.open-files`);
    const now = new Date();
    utimesSync(path, now, now);
    renameSync(path, mine);
    const { files, isDamaged } = readList(readFileSync(mine, "utf8"));
    const isKnown = isSameBoot(run, this.#here) && !isDamaged;
    for (const file of files) {
      const listed = this.openFiles.opened(file, isKnown ? file.committed : -1);
      const committed = listed.committed === -1 ? undefined : listed.committed;
      recover({ ...listed, committed });
    }
    rmSync(mine);
  }

  #tellOnce(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#sink.log.error(message);
  }
}

function defaultDirectory(): string {
  return process.env.FLAFKAC_STATE_DIR ?? dirname(process.argv[1] ?? ".");
}

function identityIn(line: string): RunIdentity | undefined {
  const [run] = readListLine(line) ?? [];
  return typeof run === "object" && run !== null && "pid" in run ? (run as RunIdentity) : undefined;
}
