import { commentText } from "../../emit/literal.ts";
import { describeCount } from "../../emit/values.ts";
import type { ComponentPlan } from "../../plan/component-plan.ts";
import { literal, stated } from "../../plan/component-reader.ts";

/** Stated in place of Flume's 80 % of the JVM's heap, in bytes of event bodies. */
export const DEFAULT_BYTE_CAPACITY = 268_435_456;

/** A `MemoryChannel` of the run time. */
export const memoryPlan: ComponentPlan = {
  of: "channel",
  plan(channel) {
    const capacity = channel.integer("capacity") ?? literal(100);
    const count = describeCount(capacity);
    return {
      summary: `memory, ${count} events`,
      construction: {
        symbol: { name: "MemoryChannel", module: "channels/memory.ts" },
        role: "events",
        options: [
          ...channel.option("capacity", "capacity", { note: "events" }),
          ...(channel.isWritten("byteCapacity")
            ? channel.option("byteCapacity", "byteCapacity", { note: "bytes of bodies" })
            : [
                stated(
                  "byteCapacity",
                  DEFAULT_BYTE_CAPACITY,
                  "bytes of bodies; stated by flafkac, in Flume it is 80 % of the JVM's heap",
                ),
              ]),
          ...(channel.isWritten("byteCapacityBufferPercentage")
            ? channel.option("byteCapacityBufferPercentage", "byteCapacityBufferPercentage", {
                note: "% of byteCapacity, set aside for headers",
              })
            : []),
          ...channel.option("keepAlive", "keep-alive", {
            times: 1000,
            note: "ms that a source waits for room",
          }),
        ],
        says: `${commentText(channel.component.name)}: room for ${count} events, in memory.`,
      },
      lines: channel.lines("capacity", "byteCapacity"),
      capacity,
      durable: false,
    };
  },
};
