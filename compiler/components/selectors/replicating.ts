import { selectorProperties } from "../../schema/common-properties.ts";
import { defineComponent } from "../../schema/component.ts";
import { references } from "../../schema/property-types.ts";
import { replicatingPlan } from "./selector-plans.ts";

/** `ReplicatingChannelSelector`: every event into every channel. */
export const replicatingSelector = defineComponent({
  kind: "selector",
  aliases: ["replicating"],
  className: "org.apache.flume.channel.ReplicatingChannelSelector",
  since: "1.0",
  description:
    "Puts each event into every channel of the source. It is what a source does unless told otherwise.",
  properties: {
    ...selectorProperties("1.0", { isDefault: true }),
    optional: references("channel", {
      separator: "whitespace",
      since: "1.4",
      bug: "A name that is no channel of the source loads, and then fails with every event after the other channels have taken it.",
      description: "Channels that may fail to take an event without the source failing it.",
    }),
  },
  plan: replicatingPlan,
});
