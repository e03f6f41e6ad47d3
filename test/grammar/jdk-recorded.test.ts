import { expect, test } from "vitest";
import { loadWithFlafkac } from "../../scripts/jdk-properties/flafkac.ts";
import recorded from "./jdk.recorded.json" with { type: "json" };

// Made by: node scripts/jdk-properties/compare.ts --seed 20100 --record test/grammar/jdk.recorded.json

test(`reads ${recorded.length} recorded files as java.util.Properties did`, () => {
  const differing = recorded.filter(([text, pairs, refused]) => {
    const loaded = loadWithFlafkac(Buffer.from(text as string, "latin1"));
    return JSON.stringify([loaded.pairs, loaded.refused]) !== JSON.stringify([pairs, refused]);
  });
  expect(differing).toEqual([]);
  expect(recorded.length).toBeGreaterThanOrEqual(2000);
  expect(recorded.filter(([, , refused]) => refused).length).toBeGreaterThan(200);
});
