import type { Override } from "../compiler/bind/bind.ts";
import type { BuildSettings } from "../compiler/plan/component-plan.ts";
import { parseDefaultFs, parseOnPoison, settingsOf, WrongSetting } from "./build-settings.ts";
import { overrideOf } from "./overrides.ts";

/** What is to run, and how. */
export interface RunOptions {
  readonly path: string;
  readonly agent: string | undefined;
  readonly overrides: readonly Override[];
  readonly settings: BuildSettings;
  /** The command line of the emitted program. */
  readonly programArgs: readonly string[];
  /** What was given and means nothing here, a sentence each. */
  readonly ignored: readonly string[];
}

/** A command line that cannot be understood; the message is for the user. */
export class RunUsageError extends Error {
  override readonly name = "RunUsageError";
}

/** Options of the emitted program, which all take a value. */
const PROGRAM_OPTIONS = new Set([
  "--metrics-port",
  "--metrics-host",
  "--log-level",
  "--log-format",
  "--drain-timeout",
]);

/** Options of flume-ng and of Flume's Application that take a value and have no meaning here. */
const IGNORED_WITH_VALUE = new Map([
  ["-c", "there is no flume-env.sh to read"],
  ["--conf", "there is no flume-env.sh to read"],
  ["-C", "there is no Java class path"],
  ["--classpath", "there is no Java class path"],
  ["--plugins-path", "there are no Java plug-ins"],
  ["-i", "the file is not read again while the program runs"],
  ["--poll-interval", "the file is not read again while the program runs"],
]);

/** Ways of Flume's to find a configuration elsewhere than in a file. */
const OTHER_SOURCES = new Set([
  "-z",
  "--zkConnString",
  "-p",
  "--zkBasePath",
  "-u",
  "--conf-uri",
  "-prov",
  "--conf-provider",
  "-a",
  "--auth-provider",
  "-user",
  "-pwd",
  "-b",
  "--backup-directory",
]);

/**
 * Reads `FILE [-n NAME] [--set KEY=VALUE] [program options]`, or after the word `agent` flume-ng's own command line.
 *
 * @throws RunUsageError
 */
export function parseRunOptions(args: readonly string[]): RunOptions {
  const flume = args[0] === "agent";
  const reader = new ArgumentReader(flume ? args.slice(1) : args);
  const files: string[] = [];
  const overrides: Override[] = [];
  const programArgs: string[] = [];
  const ignored: string[] = [];
  const monitoring = new Map<string, string>();
  let agent: string | undefined;
  let defaultFs: string | undefined;
  let onPoison: BuildSettings["onPoison"] | undefined;

  for (let word = reader.next(); word !== undefined; word = reader.next()) {
    const { name, value } = word;
    if (name === "-n" || name === "--name" || (name === "--agent" && !flume)) {
      agent = reader.valueOf(word);
    } else if (name === "-f" || name === "--conf-file") {
      files.push(reader.valueOf(word));
    } else if (name === "--set") {
      overrides.push(setBy(reader.valueOf(word)));
    } else if (name === "--default-fs") {
      defaultFs = setting(parseDefaultFs, name, reader.valueOf(word));
    } else if (name === "--on-poison") {
      onPoison = setting(parseOnPoison, name, reader.valueOf(word));
    } else if (PROGRAM_OPTIONS.has(name)) {
      programArgs.push(name, reader.valueOf(word));
    } else if (name === "--no-reload-conf") {
      // nothing to switch off: the file is read once
    } else if (IGNORED_WITH_VALUE.has(name)) {
      reader.valueOf(word);
      ignored.push(`${name} is ignored: ${IGNORED_WITH_VALUE.get(name)}`);
    } else if (OTHER_SOURCES.has(name)) {
      throw new RunUsageError(`${name} is not supported: the configuration has to be a file, given with -f`);
    } else if (name.startsWith("-D")) {
      const [key, text] = property(name.slice(2), value);
      if (key === "flume.monitoring.type" || key === "flume.monitoring.port") monitoring.set(key, text);
      else ignored.push(`-D${key} is ignored: there is no Java machine to set it in`);
    } else if (name.startsWith("-X")) {
      ignored.push(`${name} is ignored: there is no Java machine to give it to`);
    } else if (name.startsWith("-")) {
      throw new RunUsageError(`unknown option ${name}`);
    } else {
      files.push(name);
    }
  }
  programArgs.push(...monitoringArgs(monitoring, ignored));
  const [path, ...others] = files;
  if (path === undefined) {
    throw new RunUsageError(
      flume ? "which configuration? Give -f FILE" : "which configuration? Give its file",
    );
  }
  if (others.length > 0)
    throw new RunUsageError(`only one file can be run, and these are ${files.length}: ${files.join(", ")}`);
  if (flume && agent === undefined) throw new RunUsageError("which agent? Give -n NAME, as to flume-ng");
  const settings = settingsOf({ defaultFs, onPoison });
  return { path, agent, overrides, settings, programArgs, ignored };
}

/** A word of the command line; `--name=value` is cut in two. */
interface Word {
  readonly name: string;
  readonly value: string | undefined;
}

class ArgumentReader {
  readonly #args: readonly string[];
  #at = 0;

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  next(): Word | undefined {
    const text = this.#args[this.#at++];
    if (text === undefined) return undefined;
    const equals = text.startsWith("-") ? text.indexOf("=") : -1;
    return equals === -1
      ? { name: text, value: undefined }
      : { name: text.slice(0, equals), value: text.slice(equals + 1) };
  }

  valueOf({ name, value }: Word): string {
    const text = value ?? this.#args[this.#at++];
    if (text === undefined) throw new RunUsageError(`${name} needs a value`);
    return text;
  }
}

function setting<T>(parse: (text: string) => T, option: string, text: string): T {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof WrongSetting)) throw error;
    throw new RunUsageError(`${option} ${text}: ${error.message}`);
  }
}

function setBy(text: string): Override {
  const override = overrideOf(text);
  if (override !== undefined) return override;
  throw new RunUsageError("--set needs KEY=VALUE, as in agent1.sources.source1.port=20444");
}

function property(key: string, value: string | undefined): [string, string] {
  if (key === "") throw new RunUsageError("-D needs a property, as in -Dflume.monitoring.type=http");
  return [key, value ?? ""];
}

/** Flume's monitoring over HTTP becomes the program's, on the same port. */
function monitoringArgs(monitoring: ReadonlyMap<string, string>, ignored: string[]): string[] {
  const type = monitoring.get("flume.monitoring.type");
  const port = monitoring.get("flume.monitoring.port");
  if (type === undefined) {
    if (port !== undefined)
      ignored.push("-Dflume.monitoring.port is ignored: -Dflume.monitoring.type=http is missing");
    return [];
  }
  if (type.toLowerCase() !== "http") {
    ignored.push(`-Dflume.monitoring.type=${type} is ignored: monitoring is over HTTP only`);
    return [];
  }
  return ["--metrics-port", port ?? FLUME_MONITORING_PORT];
}

/** `HTTPMetricsServer.DEFAULT_PORT`. */
const FLUME_MONITORING_PORT = "41414";
