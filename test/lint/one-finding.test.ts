import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LintResult, lint } from "../../compiler/lint/lint.ts";
import { rules } from "../../compiler/lint/rules.ts";
import { flumeFate } from "../../compiler/resolve/flume-fate.ts";
import { inAgent } from "./surrounding-agent.ts";

const codes = ({ diagnostics }: LintResult) => diagnostics.map(({ code }) => code);
const lintText = (text: string) => lint(new TextEncoder().encode(text));

/** One slip of the hand in a faultless file, and all that is said about it. */
const SLIPS: readonly (readonly [
  slip: string,
  lines: string,
  without: readonly string[],
  findings: readonly string[],
])[] = [
  [
    "a comma hides two channels, three users",
    "a1.channels = c1, c2\na1.channels.c2.type = memory\na1.sources.r1.channels = c1 c2\na1.sinks = k1 k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = c2",
    [],
    ["comma-in-list"],
  ],
  ["a list under a wrong word", "a1.channel = c1", ["a1.channels"], ["unrecognized-key"]],
  [
    "a whole agent under a wrong name but for its lists",
    "agent1.sources = r1\nagent1.channels = c1\nagent1.sinks = k1",
    ["a1.sources", "a1.channels", "a1.sinks"],
    ["agent-name-typo"],
  ],
  [
    "a required property on a misspelt agent",
    "al.sources.r1.bind = localhost",
    ["a1.sources.r1.bind"],
    ["agent-name-typo"],
  ],
  [
    "a misspelt required property",
    "a1.sources.r1.bnid = localhost",
    ["a1.sources.r1.bind"],
    ["missing-required"],
  ],
  ["a required property without a value", "a1.sources.r1.bind =", ["a1.sources.r1.bind"], ["empty-value"]],
  [
    "a sink under the wrong name of its channel's property",
    "a1.sinks.k1.channels = c1",
    ["a1.sinks.k1.channel"],
    ["channel-swapped"],
  ],
  ["a comment behind a list", "a1.channels = c1 # memory", [], ["trailing-comment"]],
  [
    "a comment behind a port",
    "a1.sources.r1.port = 44444 # tcp",
    ["a1.sources.r1.port"],
    ["trailing-comment"],
  ],
  [
    "comments behind a type and behind a number of the same component",
    "a1.sources.r1.type = netcat # lines\na1.sources.r1.port = 44444 # tcp",
    ["a1.sources.r1.port"],
    ["trailing-comment", "trailing-comment"],
  ],
  [
    "a no-break space before =",
    "a1.sources.r1.bind\u00a0= localhost",
    ["a1.sources.r1.bind"],
    ["invisible-character"],
  ],
  [
    "a sink that is listed under another name",
    "a1.sinks = sink1\na1.sinks.snik1.type = logger\na1.sinks.snik1.channel = c1",
    ["a1.sinks.k1.type", "a1.sinks.k1.channel"],
    ["listed-not-configured"],
  ],
  [
    "a channel that is not listed",
    "a1.channels = c1\na1.channels.c2.type = memory\na1.sources.r1.channels = c1 c2\na1.sinks = k1 k2\na1.sinks.k2.type = logger\na1.sinks.k2.channel = c2",
    [],
    ["channel-undeclared", "channel-undeclared"],
  ],
  [
    "a blank in a name",
    "a1.sinks = k1 my\na1.sinks.my sink.type = logger\na1.sinks.my sink.channel = c1",
    [],
    ["listed-not-configured", "unrecognized-key"],
  ],
  ["a channel without its type", "a1.channels.c1.capacity = 100", ["a1.channels.c1.type"], ["missing-type"]],
  ["a source with a wrong type", "a1.sources.r1.type = netcta", [], ["unknown-type"]],
];

test("what Flume passes over for its default is a warning, what it drops the component for is an error", () => {
  const severities = (line: string) =>
    lintText(inAgent(line, { text: "" })).diagnostics.map(({ code, severity }) => `${severity} ${code}`);
  expect(severities("a1.channels.c1.capacity = 10000 # events")).toEqual(["warning trailing-comment"]);
  expect(severities("a1.sources.r1.port = 44444 # tcp")).toEqual(["error trailing-comment"]);
  expect(severities('a1.channels.c1.capacity = "10000"')).toEqual(["warning quoted-value"]);
  expect(severities("a1.sources.r1.port = '44444'")).toEqual(["error quoted-value"]);
});

describe("one mistake is one finding", () => {
  test.each(SLIPS)("%s", (_, lines, without, findings) => {
    expect(codes(lintText(inAgent(lines, { text: "", without })))).toEqual(findings);
  });
});

test("without an error Flume drops nothing, and what it drops has an error from a rule that says why", () => {
  const lines = rules.flatMap(({ bad, good }) =>
    [...bad, ...good].flatMap(({ text }) => text.replace(/[⟦⟧]/g, "").split("\n")),
  );
  const unexplained = new Map<string, string>();
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 6 }), (picked) => {
      const result = lintText(inAgent(picked.join("\n"), { text: "" }));
      for (const { code, message } of result.diagnostics) {
        if (code === "dropped-component") unexplained.set(message, picked.join("\n"));
      }
      if (result.diagnostics.some(({ severity }) => severity === "error")) return;
      for (const [, { components }] of flumeFate(result.agents).agents) {
        for (const fate of components.values()) {
          expect(
            fate.kept || !fate.certain || fate.reason === "not-listed" || fate.reason === "no-user",
          ).toBe(true);
        }
      }
    }),
    { numRuns: 1000, seed: 20 },
  );
  expect([...unexplained]).toEqual([]);
});

test("findings come in the order of the file", () => {
  const lines = "a1.sources.r1.colour = blue\na1.channels.c1.capacity = x\na1.sinks.k1.colour = red";
  const starts = lintText(inAgent(lines, { text: "" })).diagnostics.map(({ span }) => span.start);
  expect(starts).toHaveLength(3);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
});

test("text that an editor holds gives the same findings as the bytes of the file", () => {
  const text = inAgent("a1.sources.r1.colour = café", { text: "" });
  expect(lint(text).diagnostics).toEqual(lintText(text).diagnostics);
  expect(codes(lint(text))).toEqual(["unknown-property", "encoding-difference"]);
});

test("ranges lie in the file, whatever is in it", () => {
  const pieces = [
    "a1",
    ".",
    "sources",
    "sinks",
    "channels",
    "=",
    " ",
    "\n",
    "\\",
    "\\\n",
    "#",
    ",",
    "\u00a0",
    "é",
    "${",
    "}",
    "\\u00",
    "type",
    "netcat",
    "🐘",
  ];
  let seed = 7;
  const next = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  for (let run = 0; run < 500; run++) {
    const text = Array.from({ length: next(60) }, () => pieces[next(pieces.length)]).join("");
    for (const { span, related = [], fixes = [] } of lint(text).diagnostics) {
      const spans = [span, ...related, ...fixes.flatMap(({ edits }) => edits)].map((one) =>
        "span" in one ? one.span : one,
      );
      for (const { start, end } of spans) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(text.length);
      }
    }
  }
});

describe("hostile files take time in proportion to their size", () => {
  const blanks = " ".repeat(300_000);
  test.each([
    ["blanks before a #", `a1.sources.r1.port = 1${blanks}x #`],
    ["blanks in a list", `a1.channels = c1${blanks}c2,`],
    [
      "blanks in a mapping",
      `a1.sources.r1.selector.type = multiplexing\na1.sources.r1.selector.default = c1${blanks}`,
    ],
    ["a long name", `a1.sources.r1.${"x".repeat(300_000)} = 1`],
    ["many agents", Array.from({ length: 5000 }, (_, at) => `agent${at}.sources.r = 1`).join("\n")],
    [
      "many agents with lists",
      Array.from({ length: 3000 }, (_, at) => `b${at}.channels = c\nd${at}.sources.r.x = 1`).join("\n"),
    ],
    [
      "many names listed in vain",
      `a1.sinks = ${Array.from({ length: 5000 }, (_, at) => `k${at}`).join(" ")}`,
    ],
    [
      "many names configured in vain",
      Array.from({ length: 5000 }, (_, at) => `a1.sinks.sink${at}.channel = c${at}`).join("\n"),
    ],
    [
      "many channels named in vain",
      `a1.sources.r1.channels = ${Array.from({ length: 5000 }, (_, at) => `x${at}`).join(" ")}`,
    ],
    ["many repetitions of a key", "a1.sources.r1.port = 44444\n".repeat(5000).trimEnd()],
  ])("%s", (_, lines) => {
    const started = performance.now();
    lintText(inAgent(lines, { text: "" }));
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
