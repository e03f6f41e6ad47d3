import type { PropertiesDocument, PropertyEntry } from "../../grammar/properties/ast.ts";
import type { BoundDocument, BoundProperty } from "../bind/agent-model.ts";
import type { Diagnostic, Severity } from "../diagnostics/diagnostic.ts";
import type { ResolvedAgent } from "../resolve/resolved-agent.ts";
import type { Correction } from "./as-meant.ts";

/** What a rule found. The runner adds the rule's id, and its severity where the finding names none. */
export interface Finding extends Omit<Diagnostic, "code" | "severity"> {
  readonly severity?: Severity;
  /**
   * What the writer surely meant, for the rules that read the file as meant: with `k1, k2` read as `k1 k2` there is
   * one finding about the comma, and none about every component that the comma makes Flume lose.
   */
  readonly corrections?: readonly Correction[];
}

/**
 * A piece of configuration that a test lints. `⟦…⟧` marks what the rule must report, and nothing else may be
 * reported with it; without marks the rule must be silent. The lines stand in a small faultless agent `a1` (netcat
 * source r1, memory channel c1, logger sink k1), where a line replaces the one with the same key.
 */
export interface RuleExample {
  readonly text: string;
  /** Keys of the surrounding agent that this example goes without. */
  readonly without?: readonly string[];
  /** True: the text stands alone. */
  readonly whole?: boolean;
  /** The example's lines after its fixes. */
  readonly fixed?: string;
  /** Codes of other rules that rightly speak up too. */
  readonly also?: readonly string[];
}

/** What rules read. */
export interface LintContext {
  readonly document: PropertiesDocument;
  readonly bound: BoundDocument;
  readonly agents: readonly ResolvedAgent[];
  /** True when an earlier rule has already found an error at this very property. */
  isReported(agent: string, component: string, property: string): boolean;
  /** True when an earlier rule has found an error at this component, or anywhere in the agent. */
  hasError(agent: string, component: string | undefined): boolean;
  /** True for an entry whose value must not be shown, in a message or in a fix. */
  isSecret(entry: PropertyEntry): boolean;
  /** The brokers that a fix may write, where the user has named some. */
  readonly bootstrapServers: string | undefined;
  /** The value of a property for a message: in quotes, shortened, and blotted out when it is a secret. */
  quote(property: BoundProperty): string;
}

/**
 * One check. Its id is the name of its file and the code of its findings.
 * `as-written` rules read the file as Flume does; `as-meant` rules read it with their corrections applied.
 */
export interface Rule {
  readonly id: string;
  /** Of its findings, unless one says otherwise. */
  readonly severity: Severity;
  readonly reads: "as-written" | "as-meant";
  /** What it reports, in one line. */
  readonly summary: string;
  /** What Flume 1.11 does about it. */
  readonly flume: string;
  readonly bad: readonly RuleExample[];
  readonly good: readonly RuleExample[];
  check(context: LintContext): Iterable<Finding>;
}
