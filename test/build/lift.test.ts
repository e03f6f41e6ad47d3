import { expect, test } from "vitest";
import { readRuntime } from "../../cli/build-runtime.ts";
import { lift } from "../../compiler/emit/lift.ts";

const SOURCES = new Map([
  [
    "sources/line.ts",
    `import net, { type Socket } from "node:net";
import type { Counters } from "../agent/counters.ts";
import { Batch, unusedHelper } from "../kafka/batch.ts";

/** Bytes of a line, with its newline. */
export const LONGEST_LINE = 512;

/** Not reached by LineSource. */
export const nobody = unusedHelper();

/** Reads lines. */
export class LineSource {
  readonly counters: Counters;
  readonly batch = new Batch();
  constructor(counters: Counters) {
    this.counters = counters;
  }
  listen(socket: Socket): void {
    net.createServer();
    // A parameter of the same name hides the function
    [1].map((hidden) => hidden);
    check(socket, this.unrelated);
  }
  unrelated = 1;
}

// Detached: belongs to nobody.

// Belongs to check.
function check(socket: Socket, size: number): boolean {
  return size < LONGEST_LINE && socket.destroyed;
}

export function hidden(): void {}

export function unrelated(): void {}
`,
  ],
  [
    "agent/counters.ts",
    `export interface Counters {\n  received: number;\n}\n\nexport type Other = Counters;\n`,
  ],
  [
    "kafka/batch.ts",
    `import { Encoder } from "kafkajs/src/protocol/encoder.js";

export class Batch {
  encoder = new Encoder();
}

export function unusedHelper(): number {
  return 1;
}
`,
  ],
  [
    "kafka/kafkajs.d.ts",
    `declare module "kafkajs/src/protocol/encoder.js" {\n  export class Encoder {}\n}\n`,
  ],
]);

test("only what is reached is copied, with the imports that it still uses", () => {
  const lifted = lift(SOURCES, [{ module: "sources/line.ts", name: "LineSource" }]);

  expect([...lifted.files.keys()]).toEqual([
    "agent/counters.ts",
    "kafka/batch.ts",
    "kafka/kafkajs.d.ts",
    "sources/line.ts",
  ]);
  expect(lifted.packages).toEqual(["kafkajs"]);
  const line = lifted.files.get("sources/line.ts")!;
  expect(line).toContain('import { Batch } from "../kafka/batch.ts";');
  expect(line).toContain('import net, { type Socket } from "node:net";');
  expect(line).toContain("/** Bytes of a line, with its newline. */\nexport const LONGEST_LINE = 512;");
  expect(line).toContain("// Belongs to check.\nfunction check(");
  expect(line).not.toMatch(/nobody|function hidden|function unrelated|Detached/);
  expect(lifted.files.get("agent/counters.ts")).toBe("export interface Counters {\n  received: number;\n}\n");
  expect(lifted.files.get("kafka/batch.ts")).not.toContain("unusedHelper");
});

test("a default import within braces stays there, and what is imported at run time is copied whole", () => {
  const sources = new Map([
    [
      "a.ts",
      `import type { default as Cluster, Broker } from "kafkajs/src/cluster/index.js";

export async function connect(): Promise<Cluster> {
  const { helper } = await import("./b.ts");
  const { default: Made } = await import("kafkajs/src/cluster/index.js");
  return new Made(helper());
}
`,
    ],
    [
      "b.ts",
      "export function helper(): number {\n  return inner();\n}\n\nfunction inner(): number {\n  return 1;\n}\n",
    ],
  ]);
  const lifted = lift(sources, [{ module: "a.ts", name: "connect" }]);
  expect(lifted.files.get("a.ts")).toMatch(/^import type { default as Cluster } from "kafkajs/);
  expect(lifted.files.get("b.ts")).toContain("function inner()");
  expect(lifted.packages).toEqual(["kafkajs"]);
});

test("a name that leads nowhere is an error, and so is a statement with an effect", () => {
  expect(() => lift(SOURCES, [{ module: "sources/line.ts", name: "Missing" }])).toThrow(
    "declares no Missing",
  );
  const effect = new Map([["a.ts", "export const a = 1;\n\nconsole.log(a);\n"]]);
  expect(() => lift(effect, [{ module: "a.ts", name: "a" }])).toThrow("runtime/a.ts:3");
});

test("every declaration of the run time can be lifted, alone", async () => {
  const runtime = await readRuntime();
  const exported = [...runtime]
    .filter(([path]) => !path.endsWith(".d.ts"))
    .flatMap(([module, text]) =>
      [...text.matchAll(/^export (?:async )?(?:function|class|const|interface|type) (\w+)/gm)].map(
        (match) => ({
          module,
          name: match[1]!,
        }),
      ),
    );
  expect(exported.length).toBeGreaterThan(50);
  for (const symbol of exported) expect(lift(runtime, [symbol]).files.has(symbol.module)).toBe(true);
});
