import { InvalidArgumentError } from "commander";
import type { Override } from "../compiler/bind/bind.ts";

/**
 * Reads one `--set KEY=VALUE`; for commander's option parser, which collects them.
 *
 * @throws InvalidArgumentError where there is no `=` or no key
 */
export function parseOverride(text: string, earlier: readonly Override[] = []): readonly Override[] {
  const override = overrideOf(text);
  if (override === undefined) {
    throw new InvalidArgumentError("Write KEY=VALUE, as in agent1.sources.source1.port=20444.");
  }
  return [...earlier, override];
}

/** `KEY=VALUE` taken apart; undefined where there is no `=` or no key. */
export function overrideOf(text: string): Override | undefined {
  const at = text.indexOf("=");
  const key = text.slice(0, Math.max(0, at)).trim();
  return key === "" ? undefined : { key, value: text.slice(at + 1).trim() };
}
