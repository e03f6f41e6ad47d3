import type { ComponentPlan } from "../../plan/component-plan.ts";
import { type ComponentReader, literal } from "../../plan/component-reader.ts";
import type { PlanOption, PlanValue } from "../../plan/pipeline-plan.ts";

/** `AVRO_EVENT`: an Avro container file of events. */
export const avroEventPlan: ComponentPlan = {
  of: "part",
  plan(part) {
    const syncIntervalBytes = {
      name: "syncIntervalBytes",
      value: part.integer("syncIntervalBytes") ?? literal(2_048_000),
      origin: part.origin("syncIntervalBytes"),
    };
    const value: PlanValue = {
      kind: "runtime",
      use: "call",
      symbol: { name: "avroEventSerializer", module: "serializers/avro-container.ts" },
      args: [{ kind: "options", options: [syncIntervalBytes, ...codec(part)] }],
    };
    return { value, inFile: value, readsHeaders: "all", summary: "events with their headers, as Avro," };
  },
};

/** The codecs of Avro that the run time has; others are refused, or are none to Avro either. */
const CODECS = new Map([
  ["deflate", { name: "avroDeflate", module: "serializers/avro-container.ts" }],
  ["snappy", { name: "avroSnappy", module: "serializers/avro-snappy.ts" }],
]);

function codec(part: ComponentReader): PlanOption[] {
  const symbol = CODECS.get(String(part.known("compressionCodec")));
  if (symbol === undefined) return [];
  const value = { kind: "runtime", use: "symbol", symbol, args: [] } as const;
  return [{ name: "codec", value, origin: part.origin("compressionCodec") }];
}
