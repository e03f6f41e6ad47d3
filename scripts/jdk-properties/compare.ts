/**
 * Compares flafkac's reading of properties files with the JDK's own, file by file: random ones and the corpus.
 *
 *     node scripts/jdk-properties/compare.ts [--files 200000] [--seed N] [--record test/grammar/jdk.recorded.json]
 *
 * Needs `java` (17 or later). The corpus is the folder in FLAFKAC_CORPUS, or ../shared/corpus beside this
 * repository. Ends with code 1 where there is any difference. `--record` keeps 2,000 of the random files with
 * what the JDK made of them, for the tests that run without a JDK.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { corpusFiles } from "./corpus.ts";
import { loadWithFlafkac } from "./flafkac.ts";
import { type Loaded, loadWithJdk } from "./jdk.ts";
import { randomFile, randomNumbers } from "./random-file.ts";

const FILES_PER_JVM = 50_000;
const RECORDED = 2000;

const { values } = parseArgs({
  options: { files: { type: "string" }, seed: { type: "string" }, record: { type: "string" } },
});
const count = Number(values.files ?? 200_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);

let differences = 0;
let refused = 0;

function compare(name: string, file: Uint8Array, expected: Loaded): void {
  const actual = loadWithFlafkac(file);
  if (expected.refused) refused++;
  if (JSON.stringify(actual) === JSON.stringify(expected)) return;
  differences++;
  if (differences > 10) return;
  const show = (value: unknown) => JSON.stringify(value).slice(0, 500);
  console.log(`${name}: ${show(Buffer.from(file).toString("latin1"))}`);
  console.log(`  JDK     ${show(expected)}\n  flafkac ${show(actual)}`);
}

console.log(`seed ${seed}`);
const random = randomNumbers(seed);
const recorded: [string, Loaded["pairs"], boolean][] = [];
for (let done = 0; done < count; done += FILES_PER_JVM) {
  const files = Array.from({ length: Math.min(FILES_PER_JVM, count - done) }, () => randomFile(random));
  const loaded = await loadWithJdk(files);
  files.forEach((file, i) => {
    compare(`random file ${done + i}`, file, loaded[i]!);
    if (recorded.length < RECORDED && file.length < 400) {
      recorded.push([Buffer.from(file).toString("latin1"), loaded[i]!.pairs, loaded[i]!.refused]);
    }
  });
}
console.log(`${count} random files compared, ${refused} of them malformed`);

// Longer than what flafkac (64 KiB) and the JDK (8 KiB) take at a time; without \u, which would end most of them.
const long = Array.from({ length: Math.ceil(count / 2000) }, () => {
  const parts = Array.from({ length: 10_000 }, () => Buffer.from(randomFile(random)).toString("latin1"));
  return Buffer.from(parts.join("").replaceAll("\\u", "\\"), "latin1");
});
const loadedLong = await loadWithJdk(long);
long.forEach((file, i) => {
  compare(`long file ${i}`, file, loadedLong[i]!);
});
console.log(`${long.length} long random files compared`);

const corpus = corpusFiles();
if (corpus === undefined) {
  console.log("no corpus here: 0 of its files compared");
} else {
  const loaded = await loadWithJdk(corpus.map(({ bytes }) => bytes));
  corpus.forEach(({ name, bytes }, i) => {
    compare(name, bytes, loaded[i]!);
  });
  console.log(`${corpus.length} files of the corpus compared`);
}
console.log(`${differences} differences`);

if (values.record !== undefined) {
  const lines = recorded.map((entry) => JSON.stringify(entry));
  writeFileSync(values.record, `[\n${lines.join(",\n")}\n]\n`);
  console.log(`${recorded.length} recorded in ${values.record}`);
}
process.exitCode = differences === 0 ? 0 : 1;
