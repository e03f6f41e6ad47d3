import { channelProperties } from "../../schema/common-properties.ts";
import { defineComponent } from "../../schema/component.ts";
import { bytes, integer } from "../../schema/property-types.ts";
import { memoryPlan } from "./memory.plan.ts";

/** `MemoryChannel`: events in the memory of the process. */
export const memoryChannel = defineComponent({
  kind: "channel",
  aliases: ["memory"],
  className: "org.apache.flume.channel.MemoryChannel",
  since: "1.0",
  description: "Keeps events in memory: fast, and lost when the process dies.",
  notes: [
    "transactionCapacity above capacity makes Flume drop the channel, and with it all that is attached to it.",
    "byteCapacity counts bodies in slots of 100 bytes, an empty body as one byte; headers only through the buffer percentage.",
  ],
  transactionCapacityProperty: "transactionCapacity",
  properties: {
    ...channelProperties("1.0"),
    capacity: integer({
      min: 1,
      default: "100",
      unit: "events",
      since: "1.0",
      onInvalid: "default",
      description: "The most events that the channel holds.",
    }),
    transactionCapacity: integer({
      min: 1,
      default: "100",
      unit: "events",
      atMost: "capacity",
      since: "1.2",
      onInvalid: "default",
      description:
        "The most events that one transaction may put or take. A source or sink with a larger batch is dropped.",
    }),
    "keep-alive": integer({
      default: "3",
      unit: "s",
      since: "1.0",
      onInvalid: { unparsable: "default" },
      description: "How long a put waits for room, and a take for an event.",
    }),
    byteCapacityBufferPercentage: integer({
      min: 0,
      max: 100,
      default: "20",
      unit: "%",
      since: "1.3",
      onInvalid: { unparsable: "default", outOfRange: "kept" },
      description: "The part of byteCapacity that is set aside for headers.",
    }),
    byteCapacity: bytes({
      defaultNote: "80 % of the JVM's heap",
      since: "1.3",
      onInvalid: { unparsable: "default" },
      description: "The most bytes of bodies that the channel holds; 0 lifts the limit (to about 200 GB).",
    }),
  },
  plan: memoryPlan,
});
