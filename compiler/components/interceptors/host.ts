import { interceptorProperties } from "../../schema/common-properties.ts";
import { defineComponent } from "../../schema/component.ts";
import { flag, text } from "../../schema/property-types.ts";
import { hostPlan } from "./header-plans.ts";

/** `HostInterceptor`: the machine that the agent runs on. */
export const hostInterceptor = defineComponent({
  kind: "interceptor",
  aliases: ["host"],
  className: "org.apache.flume.interceptor.HostInterceptor$Builder",
  since: "1.1",
  description: "Writes the address or the name of the agent's machine into a header.",
  properties: {
    ...interceptorProperties("1.1"),
    preserveExisting: flag({
      default: "false",
      since: "1.2",
      description: "Leaves a header alone that the event already has.",
    }),
    useIP: flag({
      default: "true",
      since: "1.2",
      description: "Writes the IP address rather than the host name.",
    }),
    hostHeader: text({ default: "host", since: "1.2", description: "The name of the header." }),
  },
  plan: hostPlan,
});
