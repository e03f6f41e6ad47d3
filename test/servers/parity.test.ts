import { afterAll, beforeAll, expect, test } from "vitest";
import { compareSides } from "../../scripts/parity/parity.ts";
import { allCounts, recordedSeed, variationsOf } from "../../scripts/parity/use-cases.ts";
import { type HdfsCluster, startHdfs } from "../../scripts/servers/hdfs.ts";
import { type KafkaServer, startKafka } from "../../scripts/servers/kafka.ts";

/** Of the recorded variations, a few that have little in common; `npm run parity` runs all. */
const selection = ["1-04", "2-03", "2-05", "2-07", "3-01", "4-03"];

const variations = variationsOf(recordedSeed, allCounts);

let kafka: KafkaServer;
let hdfs: HdfsCluster;

beforeAll(async () => {
  [kafka, hdfs] = await Promise.all([startKafka(), startHdfs()]);
});

afterAll(async () => {
  await kafka.close();
  await hdfs.close();
});

test.each(variations.filter(({ id }) => selection.includes(id)))(
  "Flume 1.11 and the emitted program write the same: $id, $varies",
  async (variation) => {
    const result = await compareSides(variation, { kafka, hdfs });
    expect(result.differences).toEqual([]);
    expect(result.compared.bytes + result.compared.records).toBeGreaterThan(0);
  },
);

test("at least forty variations are recorded, each of its own", () => {
  expect(variations.length).toBeGreaterThanOrEqual(40);
  const distinct = new Set(variations.map(({ useCase, varies }) => `${useCase} ${varies.join()}`));
  expect(distinct.size).toBe(variations.length);
});
