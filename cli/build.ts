import { Command } from "commander";
import type { Override } from "../compiler/bind/bind.ts";
import type { DeliveryLevel } from "../compiler/plan/guarantee.ts";
import { printPlan } from "../compiler/plan/print-plan.ts";
import { CannotCompile, type CompiledAgent, compileAgent, stops } from "./build-agent.ts";
import { differences, FolderTaken, FolderUnusable, writeProgram } from "./build-folder.ts";
import { type SettingFlags, settingOptions, settingsOf, settingWords } from "./build-settings.ts";
import { deliveryOfPlan, prettyDelivery, requirementFindings, requireOption } from "./delivery.ts";
import { escapeText } from "./escape-text.ts";
import { parseOverride } from "./overrides.ts";
import { type PrettyFile, prettyFile, prettyOptions, prettySummary } from "./pretty-report.ts";
import { giveUp, type Terminal } from "./terminal.ts";

interface Flags extends SettingFlags {
  readonly output?: string;
  readonly agent?: string;
  readonly set?: readonly Override[];
  readonly bundle?: true;
  readonly check?: true;
  readonly printPlan?: true;
  readonly require?: DeliveryLevel;
}

/** `flafkac build FILE -o DIR`. */
export function createCommand(terminal: Terminal): Command {
  const [defaultFs, onPoison] = settingOptions();
  return new Command("build")
    .description("Compiles one agent of a Flume configuration to a standalone TypeScript program.")
    .argument("<FILE>", "the configuration")
    .option("-o, --output <DIR>", "the folder to write the program into; one folder an agent")
    .option("--agent <NAME>", "the agent, where the file configures several")
    .option("--set <KEY=VALUE>", "set a property, as if it were the last line of the file", parseOverride)
    .option("--bundle", "also write <agent>.mjs, one file that runs with nothing installed")
    .option("--check", "write nothing; fail where DIR is not what the file compiles to")
    .option("--print-plan", "print the plan of the program; with -o also write the program")
    .addOption(requireOption())
    .addOption(defaultFs!)
    .addOption(onPoison!)
    .addHelpText(
      "after",
      "\nExit status: 0 built, 1 errors in the file or (--check) differences, 2 could not run.",
    )
    .action((file: string, flags: Flags) => build(file, flags, terminal));
}

async function build(path: string, flags: Flags, terminal: Terminal): Promise<void> {
  // --check and --bundle are about a folder: leaving them out without a word would look like success
  const needsFolder = flags.printPlan !== true || flags.check === true || flags.bundle === true;
  if (flags.output === "" || (flags.output === undefined && needsFolder)) {
    return giveUp(terminal, "-o DIR is missing: the folder to write the program into.");
  }
  try {
    const compiled = await compileAgent({
      path,
      agent: flags.agent,
      overrides: flags.set ?? [],
      settings: settingsOf(flags),
    });
    await report(compiled.findings, compiled.kind === "refused", terminal);
    if (compiled.kind === "refused") {
      terminal.exitCode = 1;
      return;
    }
    if (!(await delivers(compiled, flags.require, terminal))) return;
    if (flags.printPlan === true) terminal.out(printPlan(compiled.plan));
    if (flags.output !== undefined) await write(compiled, flags.output, path, flags, terminal);
  } catch (error) {
    const expected = [CannotCompile, FolderTaken, FolderUnusable].some((kind) => error instanceof kind);
    if (!expected) throw error;
    giveUp(terminal, (error as Error).message);
  }
}

/** Prints what lint has found; of a file that compiles only what is more than worth knowing. */
export async function report(findings: PrettyFile, refused: boolean, terminal: Terminal): Promise<void> {
  const shown = findings.diagnostics.filter((one) => one.severity !== "info" || stops(one));
  if (shown.length === 0) return;
  const options = await prettyOptions(terminal);
  terminal.err(prettyFile({ ...findings, diagnostics: shown }, options));
  if (refused) {
    const count = shown.filter(stops).length;
    const why = `${count} ${count === 1 ? "finding keeps" : "findings keep"} it from being compiled`;
    terminal.err(`${options.colours.red("Not built:")} ${why}.\n`);
  } else {
    terminal.err(prettySummary([{ ...findings, diagnostics: shown }], 0, options));
  }
}

/** Whether each flow promises what is required; prints what is in the way of it. */
async function delivers(
  { plan, findings }: CompiledAgent,
  wanted: DeliveryLevel | undefined,
  terminal: Terminal,
): Promise<boolean> {
  if (wanted === undefined) return true;
  const below = requirementFindings(findings.text, [deliveryOfPlan(plan)], wanted);
  if (below.length === 0) return true;
  await report({ ...findings, diagnostics: below }, true, terminal);
  terminal.exitCode = 1;
  return false;
}

async function write(
  compiled: CompiledAgent,
  folder: string,
  path: string,
  flags: Flags,
  terminal: Terminal,
): Promise<void> {
  const program = await compiled.emit();
  const files = new Map(program.files);
  const single = program.entry.replace(/\.ts$/, ".mjs");
  if (flags.bundle === true) {
    const { bundle } = await import("./build-bundle.ts");
    files.set(single, await bundle(program));
  }
  if (flags.check === true) return check(files, folder, path, flags, terminal);
  await writeProgram(folder, files);
  const lines = program.files.get(program.entry)!.split("\n").length - 1;
  const library = [...files.keys()].filter((file) => file.startsWith("lib/")).length;
  const shown = escapeText(folder);
  terminal.out(
    `Built ${escapeText(compiled.plan.agent)} into ${shown}: ${program.entry} (${lines} lines) and ${library} files in lib.\n`,
  );
  terminal.out(prettyDelivery([deliveryOfPlan(compiled.plan)], await prettyOptions(terminal)).trimEnd());
  terminal.out("\n");
  if (program.lookUps.length > 0) {
    const names = program.lookUps.map(({ variable, fallback }) =>
      fallback === undefined ? variable : `${variable} (optional)`,
    );
    terminal.out(
      `It looks these up when it starts, or in files named by …_FILE: ${names.join(", ")}. See .env.example.\n`,
    );
  }
  const install = program.packages.length > 0 ? "npm install --omit=dev && " : "";
  terminal.out(`Run it: cd ${shown} && ${install}node ${program.entry}\n`);
  if (flags.bundle === true) terminal.out(`Or, with nothing installed: node ${single}\n`);
}

async function check(
  files: ReadonlyMap<string, string>,
  folder: string,
  path: string,
  flags: Flags,
  terminal: Terminal,
): Promise<void> {
  const found = await differences(folder, files);
  if (found.length === 0) {
    terminal.out(`${escapeText(folder)} is what ${escapeText(path)} compiles to.\n`);
    return;
  }
  terminal.err(`${escapeText(folder)} is not what ${escapeText(path)} compiles to:\n`);
  for (const { file, how } of found) terminal.err(`  ${file}: ${how}\n`);
  const words = ["flafkac build", quoted(path), "-o", quoted(folder)];
  if (flags.agent !== undefined) words.push("--agent", quoted(flags.agent));
  for (const { key, value } of flags.set ?? []) words.push("--set", quoted(`${key}=${value}`));
  words.push(...settingWords(flags).map(quoted));
  if (flags.bundle === true) words.push("--bundle");
  terminal.err(`To bring it up to date: ${escapeText(words.join(" "))}\n`);
  terminal.exitCode = 1;
}

/** A word for a shell. */
function quoted(word: string): string {
  return /^[\w./=:@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
