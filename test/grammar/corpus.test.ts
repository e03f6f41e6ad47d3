import { expect, test } from "vitest";
import { parseProperties } from "../../grammar/properties/parse.ts";
import { encodeText } from "../../grammar/text/encoding.ts";
import { corpusFiles } from "../../scripts/jdk-properties/corpus.ts";
import { lossesOf } from "./losses.ts";

const corpus = corpusFiles();

test("real configurations are parsed without loss", ({ skip }) => {
  if (corpus === undefined)
    return skip("no corpus here (FLAFKAC_CORPUS): 195 real configurations not judged");
  for (const { name, bytes } of corpus) {
    const document = parseProperties(bytes);
    expect(lossesOf(document), name).toEqual([]);
    expect(Buffer.compare(encodeText(document.text, document), bytes), name).toBe(0);
  }
  expect(corpus.length).toBeGreaterThan(150);
});
