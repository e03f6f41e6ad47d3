import type { PropertiesDocument } from "../../grammar/properties/ast.ts";
import { parseProperties } from "../../grammar/properties/parse.ts";
import type { Span } from "../../grammar/text/span.ts";
import type { BoundDocument, BoundProperty } from "../bind/agent-model.ts";
import { bind, type Override } from "../bind/bind.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { resolve } from "../resolve/resolve.ts";
import type { ResolvedAgent } from "../resolve/resolved-agent.ts";
import { asMeant, type Correction } from "./as-meant.ts";
import { quoted } from "./quoted.ts";
import type { Finding, LintContext, Rule } from "./rule.ts";
import { rule as binaryFile, isBinary } from "./rules/binary-file.ts";
import { rules as allRules } from "./rules.ts";
import { secretEntries, secretSpans } from "./secrets.ts";

/** What to judge. */
export interface LintOptions {
  /** Only this agent; the findings that belong to no agent stay. */
  readonly agent?: string;
  /** Properties set on the command line, read after the file. */
  readonly overrides?: readonly Override[];
  /** Brokers, `host:port` separated by commas, for fixes that need to know them. */
  readonly bootstrapServers?: string;
  /** Other rules than all of them, for tests. */
  readonly rules?: readonly Rule[];
}

/** Everything that was found, and what the finding was done on. */
export interface LintResult {
  readonly document: PropertiesDocument;
  /** As Flume reads it. */
  readonly bound: BoundDocument;
  readonly agents: readonly ResolvedAgent[];
  /** By place in the file. */
  readonly diagnostics: readonly Diagnostic[];
  /** Values that must not be printed. */
  readonly secrets: readonly Span[];
}

/**
 * Parses, binds, resolves and runs every rule. Rules that read the file as written go first; the others read it with
 * the corrections of the first, so that one mistake is one finding.
 *
 * @throws DocumentTooLargeError above the size that the grammar states
 */
export function lint(input: Uint8Array | string, options: LintOptions = {}): LintResult {
  const document = parseProperties(input);
  const overrides = options.overrides ?? [];
  const written = look(document, overrides);
  const secrets = secretEntries(document, written.agents);
  const chosen = options.rules ?? allRules;
  const rules = isBinary(document) ? chosen.filter((rule) => rule === binaryFile) : chosen;
  const found = new Collected(document, overrides);
  const corrections: Correction[] = [];

  const { bootstrapServers } = options;
  const writtenContext = contextOf(document, written, found, secrets, bootstrapServers);
  for (const rule of rules) {
    if (rule.reads !== "as-written") continue;
    for (const finding of rule.check(writtenContext)) {
      found.add(rule, finding);
      corrections.push(...(finding.corrections ?? []));
    }
  }

  const meantDocument = asMeant(document, corrections);
  const meant = corrections.length === 0 ? written : look(meantDocument, overrides);
  const meantSecrets = corrections.length === 0 ? secrets : secretEntries(meantDocument, meant.agents);
  const meantContext = contextOf(meantDocument, meant, found, meantSecrets, bootstrapServers);
  for (const rule of rules) {
    if (rule.reads !== "as-meant") continue;
    for (const finding of rule.check(meantContext)) found.add(rule, finding);
  }

  const { agent } = options;
  const diagnostics = found.sorted();
  return {
    document,
    ...written,
    diagnostics: agent === undefined ? diagnostics : diagnosticsOf(agent, diagnostics),
    secrets: secretSpans(new Set([...secrets, ...meantSecrets])),
  };
}

/** The agents that the file has: those with a list of components. */
export function agentNames({ bound }: LintResult): readonly string[] {
  return bound.agents.filter(({ lists }) => lists.size > 0).map(({ name }) => name);
}

/** The findings about one agent, and those that belong to none. */
export function diagnosticsOf(agent: string, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter((one) => (one.agent ?? agent) === agent);
}

interface Look {
  readonly bound: BoundDocument;
  readonly agents: readonly ResolvedAgent[];
}

function look(document: PropertiesDocument, overrides: readonly Override[]): Look {
  const bound = bind(document, overrides);
  return { bound, agents: resolve(bound).agents };
}

/** The findings so far, without repetitions. */
class Collected {
  readonly #diagnostics = new Map<string, Diagnostic>();
  readonly #properties = new Set<string>();
  readonly #components = new Set<string>();
  readonly #document: PropertiesDocument;
  readonly #overrides: readonly Override[];

  constructor(document: PropertiesDocument, overrides: readonly Override[]) {
    this.#document = document;
    this.#overrides = overrides;
  }

  add(rule: Rule, finding: Finding): void {
    const { corrections: _, ...rest } = finding;
    const found: Diagnostic = {
      ...rest,
      code: rule.id,
      severity: finding.severity ?? rule.severity,
      message: shortened(rest.message),
    };
    const diagnostic = this.#onCommandLine(found) ?? found;
    const key = `${diagnostic.code} ${diagnostic.span.start} ${diagnostic.span.end} ${diagnostic.message}`;
    if (!this.#diagnostics.has(key)) this.#diagnostics.set(key, diagnostic);
    if (diagnostic.severity === "error") {
      this.#components
        .add(`${finding.agent ?? ""}\n`)
        .add(`${finding.agent ?? ""}\n${finding.component ?? ""}`);
    }
    if (diagnostic.severity === "error" && finding.property !== undefined) {
      this.#properties.add(placeOf(finding.agent ?? "", finding.component ?? "", finding.property));
    }
  }

  /** A finding about a `--set` has no place in the file, and nothing in the file can mend it. */
  #onCommandLine(diagnostic: Diagnostic): Diagnostic | undefined {
    const { start, end } = diagnostic.span;
    if (this.#overrides.length === 0 || start !== end || start !== this.#document.text.length)
      return undefined;
    const path = [diagnostic.agent, diagnostic.component, diagnostic.property].filter(
      (part) => part !== undefined,
    );
    const key = path.join(".");
    const override = this.#overrides.findLast((one) => one.key === key) ?? this.#overrides[0];
    if (override === undefined) return undefined;
    const { fixes: _, ...rest } = diagnostic;
    return { ...rest, override: override.key, message: `--set ${override.key}: ${diagnostic.message}` };
  }

  isReported(agent: string, component: string, property: string): boolean {
    return this.#properties.has(placeOf(agent, component, property));
  }

  hasError(agent: string, component: string | undefined): boolean {
    return this.#components.has(`${agent}\n${component ?? ""}`);
  }

  sorted(): Diagnostic[] {
    const order = (one: Diagnostic) => SEVERITIES.indexOf(one.severity);
    return [...this.#diagnostics.values()].sort(
      (a, b) => a.span.start - b.span.start || a.span.end - b.span.end || order(a) - order(b),
    );
  }
}

/** Names of a file can be as long as the file. */
function shortened(message: string): string {
  return message.length > 1000 ? `${message.slice(0, 999)}…` : message;
}

const SEVERITIES = ["error", "warning", "info"];

function placeOf(agent: string, component: string, property: string): string {
  return `${agent}\n${component}\n${property}`;
}

function contextOf(
  document: PropertiesDocument,
  { bound, agents }: Look,
  found: Collected,
  secrets: ReadonlySet<unknown>,
  bootstrapServers: string | undefined,
): LintContext {
  return {
    bootstrapServers,
    document,
    bound,
    agents,
    isReported: (agent, component, property) => found.isReported(agent, component, property),
    hasError: (agent, component) => found.hasError(agent, component),
    isSecret: (entry) => secrets.has(entry),
    quote: (property: BoundProperty) =>
      secrets.has(property.entry) ? "(a secret, not shown)" : quoted(property.editorValue),
  };
}
