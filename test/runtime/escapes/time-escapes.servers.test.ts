import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { differingFrom, recordBucketPaths } from "./bucket-paths.ts";

test("times are printed as Flume's own BucketPath prints them", async () => {
  const seed = Number(process.env.FLAFKAC_SEED ?? randomInt(1, 2 ** 31));
  console.log(`time escapes: FLAFKAC_SEED=${seed}`);
  const vectors = await recordBucketPaths(seed, 50);
  expect(vectors.length).toBeGreaterThan(5000);
  expect(differingFrom(vectors).slice(0, 5)).toEqual([]);
});
