import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { loadWithFlafkac } from "../../scripts/jdk-properties/flafkac.ts";
import { loadWithJdk } from "../../scripts/jdk-properties/jdk.ts";
import { randomFile, randomNumbers } from "../../scripts/jdk-properties/random-file.ts";

const seed = Number(process.env.FLAFKAC_SEED ?? randomInt(1, 2 ** 31));

test("reads random files as this machine's java.util.Properties does", async () => {
  console.log(`random properties files: FLAFKAC_SEED=${seed}`);
  const random = randomNumbers(seed);
  const files = Array.from({ length: 20_000 }, () => randomFile(random));
  const loaded = await loadWithJdk(files);
  const differing = files.flatMap((file, i) => {
    const [jdk, flafkac] = [loaded[i]!, loadWithFlafkac(file)];
    return JSON.stringify(jdk) === JSON.stringify(flafkac) ? [] : [{ file: file.toString(), jdk, flafkac }];
  });
  expect(differing.slice(0, 3)).toEqual([]);
});
