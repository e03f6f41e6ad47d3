import { defineComponent } from "../../schema/component.ts";
import { flag } from "../../schema/property-types.ts";
import { textPlan } from "./text-plans.ts";

/** `BodyTextEventSerializer`: the body alone. */
export const textSerializer = defineComponent({
  kind: "serializer",
  aliases: ["TEXT"],
  className: "org.apache.flume.serialization.BodyTextEventSerializer$Builder",
  since: "1.0",
  description: "Writes the body of each event and drops its headers.",
  properties: {
    appendNewline: flag({ default: "true", since: "1.3", description: "Ends each body with a line feed." }),
  },
  plan: textPlan,
});
