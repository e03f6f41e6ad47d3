import { interceptorProperties } from "../../schema/common-properties.ts";
import { defineComponent } from "../../schema/component.ts";
import { flag, text } from "../../schema/property-types.ts";
import { timestampPlan } from "./header-plans.ts";

/** `TimestampInterceptor`: when the event came by. */
export const timestampInterceptor = defineComponent({
  kind: "interceptor",
  aliases: ["timestamp"],
  className: "org.apache.flume.interceptor.TimestampInterceptor$Builder",
  since: "1.1",
  description: "Writes the present time, in milliseconds since 1970, into a header.",
  properties: {
    ...interceptorProperties("1.1"),
    headerName: text({ default: "timestamp", since: "1.8", description: "The name of the header." }),
    preserveExisting: flag({
      default: "false",
      since: "1.2",
      description: "Leaves a header alone that the event already has.",
    }),
  },
  plan: timestampPlan,
});
