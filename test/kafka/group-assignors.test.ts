import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  type AssignedMember,
  assignorNamed,
  readAssignment,
  readSubscription,
  writeAssignment,
  writeSubscription,
} from "../../runtime/kafka/group-assignors.ts";

/** Made by `node test/kafka/java/record-assignors.ts` with Kafka's client 2.7.2. */
const recorded = JSON.parse(readFileSync(new URL("assignors.recorded.json", import.meta.url), "utf8")) as {
  members: AssignedMember[];
  partitions: Record<string, number>;
  range: Record<string, string[]>;
  roundrobin: Record<string, string[]>;
}[];

test.each(["range", "roundrobin"] as const)("%s shares out as Java's does", (name) => {
  expect(recorded.length).toBeGreaterThan(50);
  for (const { members, partitions, [name]: expected } of recorded) {
    const assigned = assignorNamed(name)!(members, new Map(Object.entries(partitions)));
    const names = Array.from(assigned, ([memberId, all]) => [
      memberId,
      all.map(({ topic, partition }) => `${topic}-${partition}`).sort(),
    ]);
    // Java's order of a member's topics is that of a HashMap.
    const sorted = Object.entries(expected).map(([memberId, all]) => [memberId, [...all].sort()]);
    expect(Object.fromEntries(names)).toEqual(Object.fromEntries(sorted));
  }
});

test("what members say to each other survives the way", () => {
  const topics = ["calls_placed", "größe", "t"];
  expect(readSubscription(writeSubscription(topics))).toEqual(topics);
  const partitions = [
    { topic: "a", partition: 0 },
    { topic: "a", partition: 7 },
    { topic: "b", partition: 2 },
  ];
  expect(readAssignment(writeAssignment(partitions))).toEqual(partitions);
  expect(readAssignment(Buffer.alloc(0))).toEqual([]);
});

test("a subscription of a later version, with what this one does not know", () => {
  const later = Buffer.concat([writeSubscription(["a", "b"]), Buffer.from([0, 0, 0, 0, 1, 2, 3])]);
  later.writeInt16BE(3, 0);
  expect(readSubscription(later)).toEqual(["a", "b"]);
});
