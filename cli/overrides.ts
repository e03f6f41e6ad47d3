import { InvalidArgumentError } from "commander";
import type { Override } from "../compiler/bind/bind.ts";

/**
 * Reads one `--set KEY=VALUE`; for commander's option parser, which collects them.
 *
 * @throws InvalidArgumentError where there is no `=` or no key
 */
export function parseOverride(text: string, earlier: readonly Override[] = []): readonly Override[] {
  const at = text.indexOf("=");
  const key = text.slice(0, Math.max(0, at)).trim();
  if (key === "") throw new InvalidArgumentError("Write KEY=VALUE, as in agent1.sources.source1.port=20444.");
  return [...earlier, { key, value: text.slice(at + 1).trim() }];
}
