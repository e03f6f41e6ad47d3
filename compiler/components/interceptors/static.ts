import { interceptorProperties } from "../../schema/common-properties.ts";
import { defineComponent } from "../../schema/component.ts";
import { flag, text } from "../../schema/property-types.ts";
import { staticPlan } from "./header-plans.ts";

/** `StaticInterceptor`: one header with one value. */
export const staticInterceptor = defineComponent({
  kind: "interceptor",
  aliases: ["static"],
  className: "org.apache.flume.interceptor.StaticInterceptor$Builder",
  since: "1.3",
  description: "Gives each event the same header.",
  properties: {
    ...interceptorProperties("1.3"),
    preserveExisting: flag({
      default: "true",
      since: "1.3",
      description: "Leaves a header alone that the event already has.",
    }),
    key: text({ default: "key", since: "1.3", description: "The name of the header." }),
    value: text({ default: "value", since: "1.3", description: "The value of the header." }),
  },
  plan: staticPlan,
});
