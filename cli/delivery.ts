import { basename } from "node:path";
import { Option } from "commander";
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import type { JsonDelivery } from "../compiler/diagnostics/json-report.ts";
import { wrap } from "../compiler/emit/comments.ts";
import { agentNames, type LintResult } from "../compiler/lint/lint.ts";
import {
  type DeliveryLevel,
  deliveryLevels,
  describeFlow,
  type FlowGuarantee,
  guaranteesOf,
  isAtLeast,
  type Weakness,
} from "../compiler/plan/guarantee.ts";
import type { PipelinePlan } from "../compiler/plan/pipeline-plan.ts";
import { plan } from "../compiler/plan/plan.ts";
import { LineIndex } from "../grammar/text/line-index.ts";
import type { Span } from "../grammar/text/span.ts";
import { escapeText } from "./escape-text.ts";
import type { PrettyOptions } from "./pretty-report.ts";

/** What one agent of a file delivers. */
export interface AgentDelivery {
  readonly agent: string;
  /** Empty where it is not known. */
  readonly flows: readonly FlowGuarantee[];
  /** Why it is not known; undefined where it is. A sentence. */
  readonly unknown: string | undefined;
}

/** What the agents of a file (or one of them) would deliver as compiled programs. */
export function deliveryOf(path: string, result: LintResult, only?: string): readonly AgentDelivery[] {
  const lines = new LineIndex(result.document.text);
  const names = new Set(agentNames(result).filter((name) => only === undefined || name === only));
  const findings = Map.groupBy(result.diagnostics, ({ agent }) => agent);
  return result.agents.flatMap((agent) => {
    const { name } = agent;
    if (!names.has(name)) return [];
    const own = [...(findings.get(name) ?? []), ...(findings.get(undefined) ?? [])];
    if (own.some(({ severity }) => severity === "error")) {
      return [{ agent: name, flows: [], unknown: "Its errors have to be mended first." }];
    }
    const stop = own.find(({ stopsBuild }) => stopsBuild === true);
    if (stop !== undefined) return [{ agent: name, flows: [], unknown: stop.message }];
    const file = path === "<stdin>" ? path : basename(path);
    const planned = plan(agent, { file, lineOf: (offset) => lines.position(offset).line });
    return planned.plan === undefined
      ? [{ agent: name, flows: [], unknown: planned.diagnostics[0]?.message ?? "It cannot be compiled." }]
      : [deliveryOfPlan(planned.plan)];
  });
}

/** The same for a plan that is there already. */
export function deliveryOfPlan(planned: PipelinePlan): AgentDelivery {
  return { agent: planned.agent, flows: guaranteesOf(planned), unknown: undefined };
}

/** `--require LEVEL`, a gate for what is below. */
export function requireOption(): Option {
  const option = new Option("--require <LEVEL>", "fail where a flow delivers less than this");
  return option.choices([...deliveryLevels]);
}

/** An error for everything that keeps a flow below what `--require` asks for. */
export function requirementFindings(
  text: string,
  deliveries: readonly AgentDelivery[],
  wanted: DeliveryLevel,
): readonly Diagnostic[] {
  return deliveries.flatMap((delivery) => {
    const base = { code: "delivery-below-required", severity: "error", agent: delivery.agent } as const;
    if (delivery.unknown !== undefined) {
      const message = `What ${delivery.agent} delivers is not known, and --require asks for ${wanted}. ${delivery.unknown}`;
      return [{ ...base, message, span: { start: 0, end: 0 } }];
    }
    return delivery.flows.flatMap((flow) =>
      flow.weaknesses
        .filter(({ level }) => !isAtLeast(level, wanted))
        .map((weakness) => ({
          ...base,
          ...placeOf(text, weakness),
          component: weakness.component,
          ...(weakness.property !== undefined && { property: weakness.property }),
          message: `${describeFlow(flow)}: ${weakness.may}. --require asks for ${wanted}. ${weakness.change}`,
        })),
    );
  });
}

/** The line that is to blame; what was given with --set is in no line. */
function placeOf(text: string, { place }: Weakness): { readonly span: Span; readonly override?: string } {
  if (typeof place !== "number") {
    return { span: { start: text.length, end: text.length }, override: place };
  }
  const lines = new LineIndex(text);
  const line = lines.lineText(place);
  const start = lines.offset(place, 1) + line.length - line.trimStart().length;
  return { span: { start, end: start + line.trim().length } };
}

/** What each flow promises, a line or two each; empty where nothing is known. */
export function prettyDelivery(
  deliveries: readonly AgentDelivery[],
  { colours, width }: PrettyOptions,
): string {
  return deliveries
    .filter(({ flows }) => flows.length > 0)
    .map(({ agent, flows }) => {
      const lines = flows.map((flow) => {
        const [first, ...more] = wrap(`${describeFlow(flow)}: ${flow.sentence}`.trim(), width - 4);
        const paint = flow.level === "at-least-once" ? colours.green : colours.yellow;
        return [`  ${first ?? ""}`, ...more.map((line) => `    ${line}`)].map((line) =>
          paint(escapeText(line)),
        );
      });
      return `${colours.bold(`Delivery of ${escapeText(agent)}:`)}\n${lines.flat().join("\n")}\n\n`;
    })
    .join("");
}

/** The deliveries of a file for the JSON report. */
export function jsonDelivery(deliveries: readonly AgentDelivery[]): readonly JsonDelivery[] {
  return deliveries.map(({ agent, unknown, flows }) => ({
    agent,
    unknown: unknown ?? null,
    flows: flows.map(({ sources, channel, sinks, level, sentence, weaknesses }) => ({
      ...{ sources, channel, sinks, level, sentence },
      weaknesses: weaknesses.map(({ level, may, component, property, place, change }) => ({
        ...{ level, may, component },
        property: property ?? null,
        line: typeof place === "number" ? place : null,
        change,
      })),
    })),
  }));
}
