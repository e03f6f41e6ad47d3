import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

test("kafkajs is loaded later where clients have taken all file descriptors at first", () => {
  const fixture = new URL("fixtures/no-descriptors.ts", import.meta.url).pathname;
  const limited = `ulimit -n 64 && exec "$0" "$1"`;
  const ended = spawnSync("sh", ["-c", limited, process.execPath, fixture], {
    encoding: "utf8",
    timeout: 15_000,
  });
  expect(ended).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^cannot reach Kafka .*too many open files.*\nconnected\n$/),
  });
});
