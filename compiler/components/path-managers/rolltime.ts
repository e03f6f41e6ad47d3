import { defineComponent } from "../../schema/component.ts";
import { text } from "../../schema/property-types.ts";
import { rollTimePathManagerPlan } from "./path-manager-plans.ts";

/** `RollTimePathManager`: `<prefix><yyyyMMddHHmmss>-<number>.<extension>`. */
export const rollTimePathManager = defineComponent({
  kind: "path-manager",
  aliases: ["ROLLTIME"],
  className: "org.apache.flume.formatter.output.RollTimePathManager$Builder",
  since: "1.7",
  description: "Names files after the local time at which they were started, and a number.",
  properties: {
    prefix: text({ default: "", since: "1.7", description: "What the file names start with." }),
    extension: text({
      default: "",
      since: "1.7",
      description: "What the file names end with, without the dot.",
    }),
  },
  plan: rollTimePathManagerPlan,
});
