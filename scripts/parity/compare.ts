import type { TopicRecord } from "../servers/topic.ts";
import type { Directory, Outcome } from "./outcome.ts";
import type { FileTraits, Variation } from "./variation.ts";

/** What differs between two outcomes, each in a sentence; none when they are the same. */
export interface Differences {
  readonly differences: readonly string[];
  /** Those that docs/differences-from-flume.md tells of. */
  readonly deliberate: readonly string[];
}

/** The order of headers in a file, where Flume's depends on the version of Java. */
const HEADER_ORDER = "the order of headers alone";

/** Compares what Flume and the emitted program have made of a variation. */
export function compareOutcomes(variation: Variation, flume: Outcome, emitted: Outcome): Differences {
  const all = [
    ...compareRecords(variation, flume.records, emitted.records),
    ...compareLists("Files in use", flume.inUse, emitted.inUse),
    ...compareDirectories(variation.files, flume.directories, emitted.directories),
  ];
  const isDeliberate = (difference: string) => difference.endsWith(`: ${HEADER_ORDER}`);
  return {
    differences: all.filter((difference) => !isDeliberate(difference)),
    deliberate: all.filter(isDeliberate),
  };
}

function compareDirectories(
  traits: FileTraits,
  flume: ReadonlyMap<string, Directory>,
  emitted: ReadonlyMap<string, Directory>,
): string[] {
  const found = compareLists("Directories", [...flume.keys()].sort(), [...emitted.keys()].sort());
  for (const [name, ofFlume] of flume) {
    const ofEmitted = emitted.get(name);
    if (ofEmitted === undefined) continue;
    found.push(...compareLists(`Names in ${name}`, ofFlume.names, ofEmitted.names));
    const [expected = "", actual = ""] = [ofFlume, ofEmitted].map(({ contents }) =>
      comparable(Buffer.concat(contents), traits),
    );
    if (expected !== actual)
      found.push(`Contents of ${name}: ${contentDifference(expected, actual, traits)}`);
    const cuts = [ofFlume, ofEmitted].map(({ contents }) =>
      contents.map((content) => lengthOf(content, traits)),
    );
    // What is in any order is cut anywhere; the whole was compared.
    if (!traits.anyOrder) found.push(...compareLists(`Lengths in ${name}`, cuts[0]!, cuts[1]!));
  }
  return found;
}

function contentDifference(flume: string, emitted: string, { showsHeaders }: FileTraits): string {
  const [expected, actual] = [flume, emitted].map(withSortedHeaders);
  if (showsHeaders && expected === actual) return HEADER_ORDER;
  return firstDifference(flume, emitted);
}

/** `{b=1, a=2} body` with its headers in the order of the alphabet; Avro's JSON the same. */
function withSortedHeaders(text: string): string {
  return text.replace(/\{([^{}]*)\}/g, (_, headers: string) => `{${headers.split(/, ?/).sort().join()}}`);
}

/** Contents in a form that is the same for what counts as the same. Latin-1, so that no byte gets lost. */
function comparable(content: Buffer, traits: FileTraits): string {
  let text = content.toString("latin1");
  if (traits.withoutKeys) text = text.replace(/^\d+\t/gm, "");
  if (!traits.anyOrder) return text;
  return text.split("\n").sort().join("\n");
}

function lengthOf(content: Buffer, traits: FileTraits): string {
  return String(comparable(content, traits).length);
}

function compareRecords(
  { useCase, anyPartition }: Variation,
  flume: readonly TopicRecord[],
  emitted: readonly TopicRecord[],
): string[] {
  if (useCase === 2 || useCase === 4) return []; // both read the same topic
  const texts = [flume, emitted].map((records) => {
    if (!anyPartition) return records.map(recordText);
    return records.map((record) => recordText({ ...record, partition: -1 })).sort();
  });
  return compareLists(anyPartition ? "Records in any order" : "Records", texts[0]!, texts[1]!);
}

function recordText({ partition, key, value, headers }: TopicRecord): string {
  const bytes = (buffer: Buffer | null) => buffer?.toString("latin1") ?? "null";
  const pairs = headers.map((header) => header.join("="));
  return `partition ${partition}, key ${bytes(key)}, headers [${pairs.join()}], value ${bytes(value)}`;
}

function compareLists(what: string, flume: readonly string[], emitted: readonly string[]): string[] {
  if (flume.length !== emitted.length) {
    return [`${what}: ${flume.length} by Flume, ${emitted.length} here: ${shown(flume)} / ${shown(emitted)}`];
  }
  const index = flume.findIndex((value, at) => value !== emitted[at]);
  if (index < 0) return [];
  return [`${what}, number ${index + 1}: ${firstDifference(flume[index]!, emitted[index]!)}`];
}

function shown(values: readonly string[]): string {
  return printable(values.slice(0, 4).join(", ").slice(0, 300));
}

function firstDifference(flume: string, emitted: string): string {
  let at = 0;
  while (at < flume.length && flume[at] === emitted[at]) at++;
  const around = (text: string) => printable(text.slice(Math.max(0, at - 20), at + 60));
  return `at ${at} "${around(flume)}" by Flume, "${around(emitted)}" here`;
}

function printable(latin1: string): string {
  return Buffer.from(latin1, "latin1")
    .toString()
    .replace(
      /[\u0000-\u001f\u007f|]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}
