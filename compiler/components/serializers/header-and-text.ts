import { defineComponent } from "../../schema/component.ts";
import { flag } from "../../schema/property-types.ts";
import { headerAndTextPlan } from "./text-plans.ts";

/** `HeaderAndBodyTextEventSerializer`: the headers as Java prints a map, a blank, the body. */
export const headerAndTextSerializer = defineComponent({
  kind: "serializer",
  aliases: ["HEADER_AND_TEXT"],
  className: "org.apache.flume.serialization.HeaderAndBodyTextEventSerializer$Builder",
  since: "1.4",
  undocumented: true,
  description: "Writes the headers of each event in braces, a blank and the body.",
  properties: {
    appendNewline: flag({ default: "true", since: "1.4", description: "Ends each event with a line feed." }),
  },
  plan: headerAndTextPlan,
});
