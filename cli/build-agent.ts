import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Override } from "../compiler/bind/bind.ts";
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import { type EmittedProgram, emit } from "../compiler/emit/emit.ts";
import { agentNames, diagnosticsOf, type LintResult, lint } from "../compiler/lint/lint.ts";
import type { BuildSettings } from "../compiler/plan/component-plan.ts";
import { optimize } from "../compiler/plan/passes/passes.ts";
import type { PipelinePlan } from "../compiler/plan/pipeline-plan.ts";
import { plan } from "../compiler/plan/plan.ts";
import { refusals } from "../compiler/plan/refusals.ts";
import { DocumentTooLargeError } from "../grammar/properties/parse.ts";
import { LineIndex } from "../grammar/text/line-index.ts";
import { packageVersions, readRuntime } from "./build-runtime.ts";
import { noSuchAgent, unreadable } from "./input-file.ts";
import type { PrettyFile } from "./pretty-report.ts";
import { version } from "./version.ts";

/** What to compile. */
export interface CompileRequest {
  readonly path: string;
  /** The agent; may be left out where the file has one. */
  readonly agent: string | undefined;
  readonly overrides: readonly Override[];
  /** `--default-fs` and `--on-poison`; what holds without them where it is absent. */
  readonly settings?: BuildSettings;
}

/** A compiled agent: its plan, and on demand its program. */
export interface CompiledAgent {
  readonly kind: "compiled";
  readonly findings: PrettyFile;
  readonly plan: PipelinePlan;
  emit(): Promise<EmittedProgram>;
}

/** Errors of the file, all of them. */
export interface RefusedAgent {
  readonly kind: "refused";
  readonly findings: PrettyFile;
}

/** The file or the agent could not be found: why, for the user. */
export class CannotCompile extends Error {
  override readonly name = "CannotCompile";
}

/**
 * Reads, lints and plans one agent of a file.
 *
 * @throws CannotCompile where there is no such file or agent, or several agents to choose from
 */
export async function compileAgent(request: CompileRequest): Promise<CompiledAgent | RefusedAgent> {
  return compileBytes(await readConfiguration(request.path), request);
}

/**
 * The same for a file that is read already.
 *
 * @throws CannotCompile where there is no such agent, or several to choose from
 */
export function compileBytes(
  bytes: Uint8Array | string,
  request: CompileRequest,
): CompiledAgent | RefusedAgent {
  const { path } = request;
  const result = linted(bytes, request);
  const name = chooseAgent(path, agentNames(result), request.agent);
  const ownDiagnostics = name === undefined ? result.diagnostics : diagnosticsOf(name, result.diagnostics);
  const findings = (diagnostics: readonly Diagnostic[]): PrettyFile => ({
    path,
    text: result.document.text,
    diagnostics,
    secrets: result.secrets,
  });
  const agent = result.agents.find((candidate) => candidate.name === name);
  if (agent === undefined) {
    if (ownDiagnostics.some(stops)) return { kind: "refused", findings: findings(ownDiagnostics) };
    throw new CannotCompile(`${path} configures no agent.`);
  }
  const lines = new LineIndex(result.document.text);
  // Rules that only the compiler has are told together with lint's, so that one run tells everything.
  const planned = ownDiagnostics.some(stops)
    ? { plan: undefined, diagnostics: refusals(agent) }
    : plan(agent, {
        file: basename(path),
        lineOf: (offset) => lines.position(offset).line,
        ...(request.settings !== undefined && { settings: request.settings }),
      });
  const diagnostics = merged(ownDiagnostics, planned.diagnostics);
  if (planned.plan === undefined || diagnostics.some(stops)) {
    return { kind: "refused", findings: findings(diagnostics) };
  }
  const optimized = optimize(planned.plan);
  return {
    kind: "compiled",
    findings: findings(diagnostics),
    plan: optimized,
    emit: async () =>
      emit(optimized, { runtime: await readRuntime(), version, packageVersions: packageVersions() }),
  };
}

/** Whether a finding keeps the file from being compiled. */
export function stops(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === "error" || diagnostic.stopsBuild === true;
}

/** Both lists by place in the file; where lint has said already that something stops the build, it is not said twice. */
function merged(linted: readonly Diagnostic[], own: readonly Diagnostic[]): readonly Diagnostic[] {
  const said = new Set(linted.filter(stops).map((one) => `${one.component} ${one.property ?? "type"}`));
  const places = new Set(linted.filter(stops).map(({ span }) => `${span.start} ${span.end}`));
  const added = own.filter(
    ({ component, property, span }) =>
      !said.has(`${component} ${property ?? "type"}`) && !places.has(`${span.start} ${span.end}`),
  );
  return [...linted, ...added].sort((a, b) => a.span.start - b.span.start);
}

function linted(bytes: Uint8Array | string, { path, overrides }: CompileRequest): LintResult {
  try {
    return lint(bytes, { overrides });
  } catch (error) {
    if (!(error instanceof DocumentTooLargeError)) throw error;
    throw new CannotCompile(`${path}: ${error.message}`);
  }
}

async function readConfiguration(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new CannotCompile(unreadable(path, error));
  }
}

/** The agent to compile; undefined where the file has none, which lint may know more about. */
function chooseAgent(path: string, names: readonly string[], wanted: string | undefined): string | undefined {
  if (wanted === undefined) {
    if (names.length <= 1) return names[0];
    throw new CannotCompile(
      `${path} configures the agents ${names.join(", ")}: choose one with --agent NAME.`,
    );
  }
  if (names.includes(wanted)) return wanted;
  throw new CannotCompile(noSuchAgent(wanted, path, names));
}
