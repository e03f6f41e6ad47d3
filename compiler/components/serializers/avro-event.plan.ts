import type { ComponentPlan } from "../../plan/component-plan.ts";
import type { PlanValue } from "../../plan/pipeline-plan.ts";

/** `AVRO_EVENT`: an Avro container file of events. */
export const avroEventPlan: ComponentPlan = {
  of: "part",
  plan(part) {
    const value: PlanValue = {
      kind: "runtime",
      use: "call",
      symbol: { name: "avroEventSerializer", module: "serializers/avro-event.ts" },
      args: [
        {
          kind: "options",
          options: [
            ...part.option("syncIntervalBytes", "syncIntervalBytes"),
            ...part.option("compressionCodec", "compressionCodec"),
          ],
        },
      ],
    };
    return { value, inFile: value, readsHeaders: "all", summary: "events with their headers, as Avro," };
  },
};
