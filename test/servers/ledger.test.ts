import { expect, test } from "vitest";
import { deliveredLines } from "./delivered-files.ts";
import { examine, judge, ledgerLine, ledgersOf } from "./ledger.ts";
import { flawless } from "./pipeline.ts";

const written = { connection: "a", written: 4, acknowledged: new Set([0, 1, 2]), failed: new Set([3]) };

function topicOf(...numbers: number[]) {
  return numbers.map((number, offset) => ({
    partition: 0,
    offset,
    value: Buffer.from(ledgerLine("a", number)),
  }));
}

test("each kind of fault is found, and nothing else", () => {
  expect(judge([written], topicOf(0, 1, 2))).toEqual(flawless);
  expect(judge([written], topicOf(0, 2))).toEqual({ ...flawless, lost: 1 });
  expect(judge([written], topicOf(0, 2, 1))).toEqual({ ...flawless, reordered: 1 });
  expect(judge([written], topicOf(0, 1, 2, 3))).toEqual({ ...flawless, refusedButStored: 1 });
  expect(judge([written], topicOf(0, 1, 2, 4))).toEqual({ ...flawless, foreign: 1 });
  const torn = { partition: 0, offset: 9, value: Buffer.from(ledgerLine("a", 2).slice(0, -1)) };
  expect(judge([written], [...topicOf(0, 1), torn])).toEqual({ ...flawless, lost: 1, torn: 1 });
});

test("duplicates are found where they stand", () => {
  const { verdict, duplicates } = examine([written], topicOf(0, 1, 1, 2, 1));
  expect(verdict).toEqual({ ...flawless, duplicated: 2 });
  expect(duplicates).toEqual([
    { connection: "a", number: 1, at: "0 @ 2" },
    { connection: "a", number: 1, at: "0 @ 4" },
  ]);
});

test("what lies twice in a topic may come out twice, not three times; what is not in it may not come out", () => {
  const ledgers = ledgersOf(topicOf(0, 1, 1, 3));
  expect(judge(ledgers, topicOf(0, 1, 1, 3))).toEqual(flawless);
  expect(judge(ledgers, topicOf(0, 1, 3))).toEqual(flawless);
  expect(judge(ledgers, topicOf(0, 1, 1, 1, 3))).toEqual({ ...flawless, duplicated: 1 });
  expect(judge(ledgers, topicOf(0, 1, 2, 3))).toEqual({ ...flawless, refusedButStored: 1 });
  expect(judge(ledgers, topicOf(0, 1))).toEqual({ ...flawless, lost: 1 });
});

test("lines of files are judged with those of files in use, which are told apart; a torn end is seen", () => {
  const lines = (...numbers: number[]) => numbers.map((number) => `${ledgerLine("a", number)}\n`).join("");
  const delivered = deliveredLines(
    new Map([
      ["/logs/f.2.tmp", Buffer.from(lines(2).slice(0, -5))],
      ["/logs/f.1", Buffer.from(lines(0, 1))],
    ]),
  );
  expect(delivered.inUse).toBe(1);
  expect(delivered.inUseFiles).toEqual(["/logs/f.2.tmp"]);
  expect(judge([written], delivered.lines)).toEqual({ ...flawless, lost: 1, torn: 1 });
});
