import { expect, test } from "vitest";
import { LINE_BYTES, numberedLines } from "../../bench/side-by-side/numbered-lines.ts";
import { Tally } from "../../bench/side-by-side/tally.ts";

const COUNT = 100;
const all = numberedLines(0, COUNT);
const line = (number: number) => numberedLines(number, 1);

function verdict(bytes: Buffer, partitions = 1): string {
  const tally = new Tally(COUNT, partitions);
  tally.lines(bytes);
  try {
    tally.settle("out");
    return "all there";
  } catch (error) {
    return (error as Error).message;
  }
}

test("every line once and in order is as it should be", () => {
  expect(verdict(all)).toBe("all there");
});

test("a lost line is found", () => {
  expect(verdict(all.subarray(LINE_BYTES + 1))).toBe("out: 1 lines lost");
});

test("a line that is there twice is found", () => {
  expect(verdict(Buffer.concat([all, line(COUNT - 1)]))).toBe("out: 1 there twice");
});

test("a line that comes again later is out of order, too", () => {
  expect(verdict(Buffer.concat([all, line(3)]))).toBe("out: 1 there twice, 1 out of order");
});

test("a changed byte is found", () => {
  const damaged = Buffer.from(all);
  damaged[50]! ^= 1;
  expect(verdict(damaged)).toBe("out: 1 lines lost, 1 damaged");
});

test("a newline that is missing or too many is found", () => {
  const damaged = Buffer.from(all);
  damaged[LINE_BYTES] = 0;
  expect(verdict(damaged)).toBe("out: 1 lines lost, 1 damaged");
  expect(verdict(Buffer.concat([all, Buffer.from("\n")]))).toContain("damaged");
});

test("a number that was never sent is found", () => {
  expect(verdict(Buffer.concat([all, line(COUNT)]))).toBe("out: 1 damaged");
});

test("order counts within a partition, and anew for each writer", () => {
  const even = numberedLines(0, COUNT / 2, 2);
  const odd = numberedLines(1, COUNT / 2, 2);
  expect(verdict(Buffer.concat([even, odd]))).toBe("out: 1 out of order");
  expect(verdict(Buffer.concat([even, odd]), 2)).toBe("all there");
  const tally = new Tally(COUNT);
  tally.lines(even);
  tally.beginSequence();
  tally.lines(odd);
  tally.settle("out");
});
