import type { PropertyEntry } from "../../../grammar/properties/ast.ts";
import type { AgentModel, BoundDocument } from "../../bind/agent-model.ts";
import { listOfKind } from "../../bind/key.ts";
import { nearestName } from "../../schema/nearest-name.ts";
import { replace, safeFix, unsafeFix } from "../edits.ts";
import { isLookedUp } from "../helper-properties.ts";
import { type KeyPart, keyParts } from "../key-parts.ts";
import type { Finding, Rule } from "../rule.ts";
import { kindName } from "../walk.ts";
import { isBlankLine } from "./invisible-character.ts";

/** Keys that fit nowhere in an agent. */
export const rule: Rule = {
  id: "unrecognized-key",
  severity: "error",
  reads: "as-written",
  summary: "A key that is none of the shapes that Flume knows.",
  flume: "Flume ignores the line with a WARN.",
  bad: [
    { text: "a1.⟦source⟧ = r1", without: ["a1.sources"], fixed: "a1.sources = r1" },
    {
      text: "a1.⟦source⟧.r1.port = 44444\na1.source.r1.bind = localhost",
      without: ["a1.sources.r1.port", "a1.sources.r1.bind"],
      fixed: "a1.sources.r1.port = 44444\na1.sources.r1.bind = localhost",
    },
    {
      text: "a1.⟦Channels⟧.c1.capacity = 100",
      fixed: "a1.channels.c1.capacity = 100",
    },
    { text: "⟦port⟧ = 44444" },
    { text: "a1.sources.⟦r1⟧ = netcat" },
    { text: "a1.⟦owner⟧ = somebody" },
    { text: "⟦//⟧ a comment", fixed: "# a comment" },
  ],
  good: [
    { text: "a1.sources.r1.port : 44444" },
    { text: "ports.netcat = 44444\na1.sources.r1.port = ${ports.netcat}" },
  ],
  *check({ document, bound }) {
    for (const { entry, reason, overridden } of bound.rejected) {
      if (reason === "empty-value" || reason === "second-list" || isLookedUp(document, entry)) continue;
      for (const one of [...overridden, entry]) {
        if (isBlankLine(one)) continue;
        yield reason === "no-agent" ? noAgent(one, bound) : noProperty(one);
      }
    }
    for (const agent of bound.agents) {
      const entries = agent.unbound.filter((entry) => !isLookedUp(document, entry));
      const byWord = Map.groupBy(entries, ({ key }) => {
        const { word, name, property } = keyParts(key.text);
        return isKindWord(word?.text) ? `${word?.text}.${name?.text}.${property === undefined}` : word?.text;
      });
      for (const [first, ...others] of byWord.values()) {
        if (first !== undefined) yield inAgent(agent, first, others);
      }
    }
  },
};

const WORDS: readonly string[] = Object.values(listOfKind);
const KNOWN = "sources, channels, sinks, sinkgroups and configfilters";

function noAgent(entry: PropertyEntry, bound: BoundDocument): Finding {
  const { key } = entry;
  const slashes = /^\/\/+/.exec(key.text)?.[0];
  if (slashes !== undefined) {
    const span = key.rangeOf(0, slashes.length);
    return {
      span,
      severity: "warning",
      message:
        "Flume knows no comments with //: it takes this line for a property and ignores it with a WARN. A comment begins with #.",
      fixes: [safeFix("Begin the comment with #", replace(span, "#"))],
    };
  }
  const example = bound.agents.find(({ lists }) => lists.size > 0)?.name ?? "a1";
  return {
    span: key.span,
    message: `A key begins with the name of an agent and a dot, as in ${example}.sources. Flume ignores this line with a WARN. Name the agent, or begin the line with # if it is a comment.`,
  };
}

function noProperty(entry: PropertyEntry): Finding {
  return {
    span: entry.key.span,
    message:
      "This key ends after the name of the agent, so Flume ignores the line with a WARN. Name a property or delete the line.",
  };
}

function inAgent(agent: AgentModel, first: PropertyEntry, others: readonly PropertyEntry[]): Finding {
  const { word, name } = keyParts(first.key.text);
  if (word === undefined) return noProperty(first);
  if (isKindWord(word.text)) return componentWithoutProperty(agent, first, word, name);
  const span = first.key.rangeOf(word.start, word.end);
  const place = { agent: agent.name, property: first.key.text.slice(word.start) };
  const meant = nearestName(word.text, WORDS);
  const lines = others.length === 0 ? "this line" : `the ${others.length + 1} lines with it`;
  const what = `After the name of an agent Flume knows ${KNOWN} only, not "${word.text}", and ignores ${lines} with a WARN.`;
  if (meant === undefined) return { span, ...place, message: `${what} Delete it or correct it.` };
  const entries = [first, ...others];
  const edits = entries.map(({ key }) => replace(key.rangeOf(word.start, word.end), meant));
  const title = `Rename to ${meant}`;
  return {
    span,
    ...place,
    message: `${what} Did you mean "${meant}"?`,
    related: others.map(({ key }) => ({ message: "here too", span: key.rangeOf(word.start, word.end) })),
    fixes: [word.text.toLowerCase() === meant ? safeFix(title, ...edits) : unsafeFix(title, ...edits)],
    corrections: entries.map((entry) => ({
      entry,
      part: "key",
      start: word.start,
      end: word.end,
      text: meant,
    })),
  };
}

function componentWithoutProperty(
  agent: AgentModel,
  entry: PropertyEntry,
  word: KeyPart,
  name: KeyPart | undefined,
): Finding {
  const kind = (Object.keys(listOfKind) as (keyof typeof listOfKind)[]).find(
    (one) => listOfKind[one] === word.text,
  );
  const called = name === undefined || name.text === "" ? undefined : name.text;
  const advice = goesOnWithKey(entry.value.text)
    ? `A key ends at its first blank, and no name may hold one: write the name without it, here and in the list ${agent.name}.${word.text}.`
    : `Write it as ${agent.name}.${word.text}.${called ?? "NAME"}.type, or whatever property is meant.`;
  const what = `${kindName(kind ?? "source")}${called === undefined ? "" : ` ${called}`}`;
  return {
    span: called === undefined ? entry.key.span : entry.key.rangeOf(name?.start ?? 0, name?.end ?? 0),
    agent: agent.name,
    ...(called === undefined ? {} : { component: `${word.text}.${called}` }),
    message: `This key names no property of ${what}, so Flume ignores the line with a WARN. ${advice}`,
  };
}

/** True for `source.type = netcat`, the value of a line that begins with `a1.sources.my source.type`. */
function goesOnWithKey(value: string): boolean {
  const end = value.search(/[\s=:]/);
  return end !== -1 && value.lastIndexOf(".", end) > 0 && /^\s*[=:]/.test(value.slice(end));
}

function isKindWord(word: string | undefined): boolean {
  return word !== undefined && WORDS.includes(word);
}
