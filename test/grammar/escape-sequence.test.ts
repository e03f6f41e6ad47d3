import { expect, test } from "vitest";
import { parseEscapeSequences } from "../../grammar/values/escape-sequence.ts";

const value = "hdfs://%[Localhost]/%{log.type}/%Y-%m/100%%/%{a b}%é%";

test("header, time and host stand between literal text", () => {
  const parts = parseEscapeSequences(value).map((part) => {
    if (part.kind === "literal") return part.text;
    if (part.kind === "time") return { time: part.letter };
    if (part.kind === "header")
      return { header: part.name, spelled: value.slice(part.nameSpan.start, part.nameSpan.end) };
    return { host: part.host, spelled: value.slice(part.nameSpan.start, part.nameSpan.end) };
  });
  expect(parts).toEqual([
    "hdfs://",
    { host: "localhost", spelled: "Localhost" },
    "/",
    { header: "log.type", spelled: "log.type" },
    "/",
    { time: "Y" },
    "-",
    { time: "m" },
    "/100",
    { time: "%" },
    "/%{a b}%é%",
  ]);
});

test("the parts follow each other without a gap", () => {
  let end = 0;
  for (const { span } of parseEscapeSequences(value)) {
    expect(span.start).toBe(end);
    end = span.end;
  }
  expect(end).toBe(value.length);
});

test("a host that Flume does not know", () => {
  expect(parseEscapeSequences("%[hostname]")).toMatchObject([
    { kind: "host", host: undefined, name: "hostname" },
  ]);
});

test("nothing at all", () => expect(parseEscapeSequences("")).toEqual([]));
