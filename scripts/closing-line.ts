import type { Reporter, SerializedError, TestModule } from "vitest/node";

/** A vitest reporter whose one line, `12 passed, 0 failed, 1 skipped`, closes the output of a run. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    // At the very end, so that no other reporter writes after it.
    process.once("exit", () => process.stdout.write(`\n${closingLine(modules, unhandled.length)}\n`));
  }
}

/** The line. Files that could not be collected and errors outside of tests count as failed. */
export function closingLine(modules: readonly TestModule[], unhandledErrors: number): string {
  let passed = 0;
  let failed = unhandledErrors;
  let skipped = 0;
  for (const module of modules) {
    const tests = [...module.children.allTests()];
    for (const test of tests) {
      const { state } = test.result();
      if (state === "passed") passed++;
      else if (state === "failed") failed++;
      else skipped++;
    }
    if (module.state() === "failed" && !tests.some((test) => test.result().state === "failed")) failed++;
  }
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
