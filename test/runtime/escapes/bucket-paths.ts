import { fileURLToPath } from "node:url";
import { TimeEscapes } from "../../../runtime/escapes/time-escapes.ts";
import type { RoundUnit } from "../../../runtime/escapes/time-zone.ts";
import { randomNumbers } from "../../../scripts/jdk-properties/random-file.ts";
import { flumeArtifacts } from "../../../scripts/servers/artifacts.ts";
import { classPath } from "../../../scripts/servers/class-path.ts";
import { runCommand } from "../../../scripts/servers/command.ts";

/** The escapes whose texts are compared, all in one. */
const ALL_ESCAPES = "%a|%A|%b|%B|%c|%d|%D|%e|%H|%I|%j|%k|%l|%m|%M|%n|%p|%s|%S|%t|%y|%Y|%z|%%|%q|%_|%0";

/** A zone, a rounding (value 0: none), a moment, and what Flume makes of them. */
export type BucketPathVector = readonly [
  zone: string,
  unit: string,
  value: number,
  time: number,
  text: string,
];

const zones = [
  "UTC",
  "America/New_York",
  "Europe/Berlin",
  "Europe/Dublin",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "America/St_Johns",
  "Pacific/Apia",
  "Pacific/Chatham",
  "America/Sao_Paulo",
  "GMT+5:30",
  "GMT-7",
  "PST",
  "Nowhere/Land",
];

const roundings: readonly (readonly [unit: string, value: number])[] = [
  ["none", 0],
  ["second", 7],
  ["second", 60],
  ["minute", 1],
  ["minute", 10],
  ["minute", 45],
  ["hour", 1],
  ["hour", 5],
];

/** Moments at which clocks were set, and around them. None of the future: its rules change. */
const turning = [
  "2023-11-05T05:30:00Z",
  "2023-11-05T06:30:00Z",
  "2024-03-10T06:59:59Z",
  "2024-03-10T07:00:01Z",
  "2024-03-31T00:59:00Z",
  "2024-03-31T01:00:00Z",
  "2024-10-27T00:45:00Z",
  "2024-10-27T01:45:00Z",
  "2024-04-06T15:10:00Z",
  "2024-10-05T15:40:00Z",
  "2018-02-18T01:30:00Z",
  "2018-11-04T03:00:00Z",
  "2011-12-30T09:59:00Z",
  "2011-12-30T10:00:00Z",
  "2000-02-29T23:59:59Z",
].map((text) => Date.parse(text));

/** Asks Flume's own class. */
export async function recordBucketPaths(seed: number, randomTimes: number): Promise<BucketPathVector[]> {
  const next = randomNumbers(seed);
  const times = [
    ...turning,
    ...Array.from({ length: randomTimes }, () => 1 + next(1_730_000_000) * 1000 + next(1000)),
  ];
  const questions = zones.flatMap((zone) =>
    roundings.flatMap(([unit, value]) => times.map((time) => `${zone},${unit},${value},${time}`)),
  );
  const program = fileURLToPath(new URL("BucketPaths.java", import.meta.url));
  const { stdout } = await runCommand("java", ["-cp", await classPath(flumeArtifacts), program], {
    input: questions.join("\n"),
  });
  return stdout
    .trimEnd()
    .split("\n")
    .map((line): BucketPathVector => {
      const [zone, unit, value, time, ...text] = line.split(",");
      return [zone!, unit!, Number(value), Number(time), text.join(",")];
    });
}

/** Those that come out differently here. */
export function differingFrom(
  vectors: readonly BucketPathVector[],
): { vector: BucketPathVector; here: string }[] {
  return vectors
    .map((vector) => ({ vector, here: escapedHere(vector) }))
    .filter(({ vector, here }) => here !== vector[4]);
}

function escapedHere([timeZone, unit, value, time]: BucketPathVector): string {
  const rounding = { round: { unit: unit as RoundUnit, value } };
  return new TimeEscapes(ALL_ESCAPES, { timeZone, ...(value > 0 ? rounding : {}) }).at(time);
}
