import { parseArgs } from "node:util";
import type { LogFormat, LogLevel } from "./log.ts";

/** What the command line of an emitted program can say. */
export interface AgentOptions {
  /** Where monitoring listens; undefined: no monitoring. 0: any free port. */
  readonly metricsPort: number | undefined;
  readonly metricsHost: string;
  readonly logLevel: LogLevel;
  /** Undefined: text at a terminal, else json. */
  readonly logFormat: LogFormat | undefined;
  /** How long a stop waits for channels to drain, ms. */
  readonly drainTimeout: number;
  readonly help: boolean;
}

/** A command line that cannot be understood; the message is for the user. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** How long a stop waits for channels to drain unless told otherwise, s: within Kubernetes' 30 s of grace. */
export const DRAIN_TIMEOUT_SECONDS = 25;

/** The text of `--help`. */
export function usage(program: string): string {
  return `Usage: node ${program} [options]

  --metrics-port PORT    serve counters on PORT: /metrics (Flume's JSON), /metrics/prometheus, /healthz, /readyz
  --metrics-host HOST    address to serve them on (127.0.0.1)
  --log-level LEVEL      debug, info, warn or error (info)
  --log-format FORMAT    json or text (text at a terminal, else json); the log goes to standard error
  --drain-timeout SEC    how long SIGTERM waits for the channels to be delivered (${DRAIN_TIMEOUT_SECONDS})
  --help                 this text

Exit codes: 0 stopped, nothing lost; 2 wrong command line; 65 data that cannot be read; 70 a fault in the
program; 75 stopped with events not delivered; 78 a component could not start; 128 + N ended at once by a
second signal N.
`;
}

/** Reads the command line. Throws UsageError. */
export function parseAgentOptions(args: readonly string[]): AgentOptions {
  const values = parse(args);
  const port = values["metrics-port"];
  return {
    metricsPort: port === undefined ? undefined : within("--metrics-port", port, 0, 65_535),
    metricsHost: values["metrics-host"] ?? "127.0.0.1",
    logLevel: oneOf("--log-level", values["log-level"] ?? "info", ["debug", "info", "warn", "error"]),
    logFormat:
      values["log-format"] === undefined
        ? undefined
        : oneOf("--log-format", values["log-format"], ["json", "text"]),
    drainTimeout:
      within("--drain-timeout", values["drain-timeout"] ?? String(DRAIN_TIMEOUT_SECONDS), 0, 2_000_000) *
      1000,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        "metrics-port": { type: "string" },
        "metrics-host": { type: "string" },
        "log-level": { type: "string" },
        "log-format": { type: "string" },
        "drain-timeout": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(String(error instanceof Error ? error.message : error).split("\n", 1)[0]);
  }
}

function within(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (value < least || value > most)
    throw new UsageError(`${option} takes a whole number from ${least} to ${most}`);
  return value;
}

function oneOf<const T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new UsageError(`${option} is one of ${allowed.join(", ")}`);
  return found;
}
