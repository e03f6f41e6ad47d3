import { sinkProperties } from "../../schema/common-properties.ts";
import { defineComponent } from "../../schema/component.ts";
import { integer } from "../../schema/property-types.ts";
import { nullPlan } from "./null.plan.ts";

/** `NullSink`: takes events and forgets them. */
export const nullSink = defineComponent({
  kind: "sink",
  aliases: ["null"],
  className: "org.apache.flume.sink.NullSink",
  since: "1.0",
  description: "Takes events from the channel and throws them away.",
  batchSizeProperty: "batchSize",
  properties: {
    ...sinkProperties("1.0"),
    batchSize: integer({
      min: 1,
      default: "100",
      unit: "events",
      since: "1.2",
      description: "How many events one transaction takes.",
    }),
    logEveryNEvents: integer({
      min: 1,
      default: "10000",
      unit: "events",
      since: "1.3",
      undocumented: true,
      description: "Logs the count after each such number of events.",
    }),
  },
  plan: nullPlan,
});
