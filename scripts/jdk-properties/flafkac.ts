import { parseProperties } from "../../grammar/properties/parse.ts";
import type { Loaded } from "./jdk.ts";

/** What flafkac makes of a file, in the terms of `Properties.load`: nothing after the first syntax problem. */
export function loadWithFlafkac(file: Uint8Array | string): Loaded {
  const { entries, problems } = parseProperties(file);
  const problem = problems[0];
  const sound =
    problem === undefined ? entries : entries.filter(({ span }) => span.end <= problem.span.start);
  return {
    pairs: sound.map(({ key, value }): [string, string] => [key.flumeText, value.flumeText]),
    refused: problem !== undefined,
  };
}
