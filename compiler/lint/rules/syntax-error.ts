import { replace, unsafeFix } from "../edits.ts";
import type { Rule } from "../rule.ts";

/** The one syntax error that a `.properties` file can have. */
export const rule: Rule = {
  id: "syntax-error",
  severity: "error",
  reads: "as-written",
  summary: "`\\u` that is not followed by four hexadecimal digits.",
  flume: "`Properties.load` throws IllegalArgumentException and Flume stops at once, with exit status 0.",
  bad: [
    {
      text: "a1.sinks.k1.channel = c1\n# next\na1.sources.r1.interceptors.i1.path = C:⟦\\u⟧sers",
      fixed: "a1.sinks.k1.channel = c1\n# next\na1.sources.r1.interceptors.i1.path = C:\\\\users",
      also: ["unknown-property"],
    },
  ],
  good: [{ text: "a1.sources.r1.bind = \\u006cocalhost" }],
  *check({ document }) {
    for (const { message, span } of document.problems) {
      const slash = { start: span.start, end: span.start + 1 };
      yield {
        span,
        message: `${message}. Flume cannot read the file at all and stops. Write four hexadecimal digits after \\u, or \\\\ for a backslash.`,
        fixes: [unsafeFix("Write a backslash as \\\\", replace(slash, "\\\\"))],
      };
    }
  },
};
