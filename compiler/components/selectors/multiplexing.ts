import { selectorProperties } from "../../schema/common-properties.ts";
import { defineComponent } from "../../schema/component.ts";
import { references, text } from "../../schema/property-types.ts";
import { multiplexingPlan } from "./selector-plans.ts";

/** `MultiplexingChannelSelector`: a header says which channels. */
export const multiplexingSelector = defineComponent({
  kind: "selector",
  aliases: ["multiplexing"],
  className: "org.apache.flume.channel.MultiplexingChannelSelector",
  since: "1.0",
  description: "Sends each event to the channels that are mapped to the value of one of its headers.",
  notes: [
    "Lists are split at every single blank: a second blank or a tab makes a channel that does not exist.",
    "An event whose value is not mapped goes to the default channels, and without such is dropped in silence.",
  ],
  properties: {
    ...selectorProperties("1.0", { isDefault: false }),
    header: text({
      default: "flume.selector.header",
      since: "1.2",
      description: "The header that is looked at; its values are compared to the letter.",
    }),
    default: references("channel", {
      separator: "space",
      since: "1.2",
      description: "The channels for events without the header, or with a value that is not mapped.",
    }),
    "mapping.<value>": references("channel", {
      separator: "space",
      since: "1.2",
      guideNames: ["selector.mapping.*"],
      description: "The channels for this value of the header.",
    }),
    "optional.<value>": references("channel", {
      separator: "space",
      since: "1.3",
      undocumented: true,
      description: "Channels for this value that may fail to take the event without the source failing it.",
    }),
  },
  plan: multiplexingPlan,
});
