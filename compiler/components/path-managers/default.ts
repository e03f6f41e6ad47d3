import { defineComponent } from "../../schema/component.ts";
import { text } from "../../schema/property-types.ts";
import { defaultPathManagerPlan } from "./path-manager-plans.ts";

/** `DefaultPathManager`: `<prefix><start in ms>-<number>.<extension>`. */
export const defaultPathManager = defineComponent({
  kind: "path-manager",
  aliases: ["DEFAULT"],
  className: "org.apache.flume.formatter.output.DefaultPathManager$Builder",
  since: "1.7",
  description: "Names files after the time at which the sink started, in milliseconds, and a number.",
  properties: {
    prefix: text({ default: "", since: "1.7", description: "What the file names start with." }),
    extension: text({
      default: "",
      since: "1.7",
      description: "What the file names end with, without the dot.",
    }),
  },
  plan: defaultPathManagerPlan,
});
