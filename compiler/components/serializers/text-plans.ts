import type { ComponentPlan } from "../../plan/component-plan.ts";
import type { ComponentReader } from "../../plan/component-reader.ts";
import type { PlanValue } from "../../plan/pipeline-plan.ts";

/** `TEXT`: which function of the run time writes a batch. */
export const textPlan: ComponentPlan = {
  of: "part",
  plan: (part) =>
    endsLines(part)
      ? { value: serializer("textLines"), summary: "bodies, a line each," }
      : { value: serializer("textBodies"), summary: "bodies, nothing between them," },
};

/** `HEADER_AND_TEXT`. */
export const headerAndTextPlan: ComponentPlan = {
  of: "part",
  plan: (part) =>
    endsLines(part)
      ? {
          value: serializer("headerAndTextLines"),
          readsHeaders: "all",
          summary: "headers and bodies, a line each,",
        }
      : {
          value: serializer("headerAndTextBodies"),
          readsHeaders: "all",
          summary: "headers and bodies, nothing between them,",
        },
};

function endsLines(part: ComponentReader): boolean {
  return part.known("appendNewline") !== false;
}

function serializer(name: string): PlanValue {
  return { kind: "runtime", use: "symbol", symbol: { name, module: "serializers/text.ts" }, args: [] };
}

/** `AVRO_EVENT`: an Avro container of events. */
export const avroEventPlan: ComponentPlan = {
  of: "part",
  plan: (part) => ({
    value: {
      kind: "runtime",
      use: "call",
      symbol: { name: "avroEvents", module: "serializers/avro-event.ts" },
      args: [
        {
          kind: "options",
          options: [
            ...part.option("syncIntervalBytes", "syncIntervalBytes"),
            ...part.option("compressionCodec", "compressionCodec"),
          ],
        },
      ],
    },
    readsHeaders: "all",
    summary: "events with their headers, as Avro,",
  }),
};
