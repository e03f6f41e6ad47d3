import { sinkProperties } from "../../schema/common-properties.ts";
import { defineComponent } from "../../schema/component.ts";
import { integer } from "../../schema/property-types.ts";
import { loggerPlan } from "./logger.plan.ts";

/** `LoggerSink`: each event as a log line. */
export const loggerSink = defineComponent({
  kind: "sink",
  aliases: ["logger"],
  className: "org.apache.flume.sink.LoggerSink",
  since: "1.0",
  description: "Writes each event into the log at level INFO: headers, and the first 16 bytes of the body.",
  properties: {
    ...sinkProperties("1.0"),
    maxBytesToLog: integer({
      default: "16",
      unit: "bytes",
      since: "1.6",
      noEffect:
        "No release of Flume passes the properties of a logger sink on to it, so 16 bytes are logged whatever this says.",
      description: "How much of the body is logged.",
    }),
  },
  plan: loggerPlan,
});
