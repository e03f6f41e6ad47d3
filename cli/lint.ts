import { readFile, writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import type { Override } from "../compiler/bind/bind.ts";
import { jsonReport } from "../compiler/diagnostics/json-report.ts";
import { applyFixes } from "../compiler/lint/fix.ts";
import { agentNames, type LintOptions, type LintResult, lint } from "../compiler/lint/lint.ts";
import type { DeliveryLevel } from "../compiler/plan/guarantee.ts";
import { parseValue } from "../compiler/resolve/value.ts";
import { hostPortList } from "../compiler/schema/property-types.ts";
import {
  type AgentDelivery,
  deliveryOf,
  jsonDelivery,
  prettyDelivery,
  requirementFindings,
  requireOption,
} from "./delivery.ts";
import { noSuchAgent, unreadable } from "./input-file.ts";
import { parseOverride } from "./overrides.ts";
import { type PrettyFile, prettyFile, prettyOptions, prettySummary } from "./pretty-report.ts";
import { COULD_NOT_RUN, giveUp, type Terminal } from "./terminal.ts";

interface Flags {
  readonly format: "pretty" | "json";
  readonly fix?: true;
  readonly unsafe?: true;
  readonly agent?: string;
  readonly set?: readonly Override[];
  readonly require?: DeliveryLevel;
  readonly bootstrapServers?: string;
}

/** `flafkac lint FILE…|-`. */
export function createCommand(terminal: Terminal): Command {
  return new Command("lint")
    .description("Says everything that is wrong with Flume configurations, and what Flume does about it.")
    .argument("<FILE...>", "the configurations; - is standard input")
    .addOption(new Option("--format <FORMAT>", "how to print").choices(["pretty", "json"]).default("pretty"))
    .option("--fix", "apply the safe fixes; with - the outcome goes to standard output")
    .option("--unsafe", "with --fix: apply also those fixes that want a second look")
    .option("--agent <NAME>", "look at this agent only")
    .option("--set <KEY=VALUE>", "set a property, as if it were the last line of the file", parseOverride)
    .addOption(requireOption())
    .option(
      "--bootstrap-servers <HOST:PORT,…>",
      "with --fix: the brokers to write where a configuration names a ZooKeeper only",
      parseBrokers,
    )
    .addHelpText(
      "after",
      "\nExit status: 0 no errors (there may be warnings), 1 errors, 2 could not run.\nColours: NO_COLOR=1 turns them off, FORCE_COLOR=1 on.",
    )
    .action((files: readonly string[], flags: Flags) => run(files, flags, terminal));
}

/** `host:port`, or several separated by commas, as `kafka.bootstrap.servers` takes them. */
function parseBrokers(text: string): string {
  const value = parseValue(hostPortList({ description: "Brokers." }), text);
  if (value.kind !== "list")
    throw new InvalidArgumentError("Write host:port, or several separated by commas.");
  return value.value.join(",");
}

/** What findings call standard input. */
const STDIN = "<stdin>";

/** A file that was judged. */
interface Judged extends PrettyFile {
  readonly agentNames: readonly string[];
  readonly delivery: readonly AgentDelivery[];
  readonly fixed: number;
  /** The file after `--fix`. */
  readonly output: Uint8Array | undefined;
}

async function run(files: readonly string[], flags: Flags, terminal: Terminal): Promise<void> {
  if (flags.unsafe === true && flags.fix !== true) {
    return giveUp(terminal, "--unsafe goes with --fix.");
  }
  if (flags.bootstrapServers !== undefined && flags.fix !== true) {
    return giveUp(terminal, "--bootstrap-servers goes with --fix.");
  }
  const judged: Judged[] = [];
  let unread = false;
  for (const path of files) {
    try {
      judged.push(await judge(path, flags, terminal));
    } catch (error) {
      unread = true;
      giveUp(terminal, unreadable(path, error));
    }
  }
  const { agent } = flags;
  if (
    agent !== undefined &&
    judged.length > 0 &&
    !judged.some(({ agentNames }) => agentNames.includes(agent))
  ) {
    const names = [...new Set(judged.flatMap(({ agentNames }) => agentNames))];
    return giveUp(terminal, noSuchAgent(agent, judged.map(({ path }) => path).join(", "), names));
  }
  for (const { path, fixed, output } of judged) {
    if (path === STDIN || fixed === 0 || output === undefined) continue;
    try {
      await writeFile(path, output);
    } catch (error) {
      unread = true;
      giveUp(terminal, unreadable(path, error));
    }
  }
  if (judged.length > 0) await print(judged, flags, terminal);
  const errors = judged.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === "error"));
  terminal.exitCode = unread ? COULD_NOT_RUN : errors ? 1 : 0;
}

async function judge(path: string, flags: Flags, terminal: Terminal): Promise<Judged> {
  const fromStdin = path === "-";
  const bytes = fromStdin ? await terminal.readStdin() : await readFile(path);
  const options: LintOptions = {
    ...(flags.agent === undefined ? {} : { agent: flags.agent }),
    ...(flags.set === undefined ? {} : { overrides: flags.set }),
    ...(flags.bootstrapServers === undefined ? {} : { bootstrapServers: flags.bootstrapServers }),
  };
  const name = fromStdin ? STDIN : path;
  if (flags.fix !== true) return judgedAs(name, lint(bytes, options), 0, undefined, flags);
  const fixed = applyFixes(bytes, { ...options, unsafe: flags.unsafe === true });
  return judgedAs(name, fixed.result, fixed.applied, fixed.bytes, flags);
}

function judgedAs(
  path: string,
  result: LintResult,
  fixed: number,
  output: Uint8Array | undefined,
  { agent, require }: Flags,
): Judged {
  const { text } = result.document;
  const delivery = deliveryOf(path, result, agent);
  const below = require === undefined ? [] : requirementFindings(text, delivery, require);
  return {
    path,
    text,
    diagnostics: [...result.diagnostics, ...below].sort((a, b) => a.span.start - b.span.start),
    delivery,
    secrets: result.secrets,
    agentNames: agentNames(result),
    fixed,
    output,
  };
}

async function print(judged: readonly Judged[], flags: Flags, terminal: Terminal): Promise<void> {
  const outputs = judged.flatMap(({ path, output }) =>
    path === STDIN && output !== undefined ? [output] : [],
  );
  // with --fix and -, standard output is the fixed file, and what is left to say goes to standard error
  const say = (text: string) => (outputs.length > 0 ? terminal.err(text) : terminal.out(text));
  for (const output of outputs) terminal.out(output);
  if (flags.format === "json") {
    const files = judged.map((file) => ({ ...file, delivery: jsonDelivery(file.delivery) }));
    say(`${JSON.stringify(jsonReport(files), null, 2)}\n`);
    return;
  }
  const options = await prettyOptions(terminal);
  for (const file of judged) say(prettyFile(file, options) + prettyDelivery(file.delivery, options));
  const fixed = judged.reduce((sum, one) => sum + one.fixed, 0);
  say(prettySummary(judged, fixed, options));
}
