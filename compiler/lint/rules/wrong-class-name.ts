import { replace, safeFix } from "../edits.ts";
import { quoted } from "../quoted.ts";
import type { Rule } from "../rule.ts";
import { sites } from "../walk.ts";
import { effectOf } from "./unknown-type.ts";

/** A class name in the wrong case, or without its `$Builder`. */
export const rule: Rule = {
  id: "wrong-class-name",
  severity: "error",
  reads: "as-meant",
  summary: "A class of Flume's in the wrong case, or named without its `$Builder`.",
  flume:
    "Short names may be in any case, class names may not: validation lets them pass, then the class is not found.",
  bad: [
    {
      text: "a1.sinks.k1.type = ⟦org.apache.flume.sink.loggerSink⟧",
      fixed: "a1.sinks.k1.type = org.apache.flume.sink.LoggerSink",
    },
    {
      text: "a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = ⟦org.apache.flume.interceptor.TimestampInterceptor⟧",
      fixed:
        "a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = org.apache.flume.interceptor.TimestampInterceptor$Builder",
    },
  ],
  good: [
    { text: "a1.sinks.k1.type = org.apache.flume.sink.LoggerSink" },
    { text: "a1.sinks.k1.type = Logger" },
  ],
  *check({ agents }) {
    for (const site of sites(agents)) {
      const { typeLookUp, typeProperty, typeName } = site.component;
      if (typeLookUp === undefined || typeName === undefined || typeProperty === undefined) continue;
      if (typeLookUp.found !== "wrong-case" && typeLookUp.found !== "missing-builder") continue;
      const { className } = typeLookUp;
      const why =
        typeLookUp.found === "wrong-case"
          ? "The case of a class name counts"
          : "Flume wants the class that builds it, the $Builder inside it";
      yield {
        span: typeProperty.valueSpan,
        ...site.atType(),
        message: `${why}: ${quoted(typeName)} is not found, and ${effectOf(site)}. Write ${className}.`,
        fixes: [safeFix(`Change to ${className}`, replace(typeProperty.valueSpan, className))],
      };
    }
  },
};
