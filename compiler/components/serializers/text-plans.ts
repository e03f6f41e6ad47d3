import type { ComponentPlan, PlannedPart } from "../../plan/component-plan.ts";
import { type ComponentReader, literal } from "../../plan/component-reader.ts";
import type { PlanValue } from "../../plan/pipeline-plan.ts";

/** `TEXT`: which function of the run time writes a batch. */
export const textPlan: ComponentPlan = {
  of: "part",
  plan: (part) => ({
    ...serializer(part, endsLines(part) ? "textLines" : "textBodies", "textSerializer"),
    bodies: { appendNewline: endsLines(part) },
    summary: endsLines(part) ? "bodies, a line each," : "bodies, nothing between them,",
  }),
};

/** `HEADER_AND_TEXT`. */
export const headerAndTextPlan: ComponentPlan = {
  of: "part",
  plan: (part) => ({
    ...serializer(
      part,
      endsLines(part) ? "headerAndTextLines" : "headerAndTextBodies",
      "headerAndTextSerializer",
    ),
    readsHeaders: "all",
    summary: endsLines(part)
      ? "headers and bodies, a line each,"
      : "headers and bodies, nothing between them,",
  }),
};

function endsLines(part: ComponentReader): boolean {
  return part.known("appendNewline") !== false;
}

function serializer(
  part: ComponentReader,
  ofBatches: string,
  ofFiles: string,
): Pick<PlannedPart, "value" | "inFile"> {
  const value: PlanValue = {
    kind: "runtime",
    use: "symbol",
    symbol: { name: ofBatches, module: "serializers/text.ts" },
    args: [],
  };
  const appendNewline = {
    name: "appendNewline",
    value: literal(endsLines(part)),
    origin: part.origin("appendNewline"),
  };
  const inFile: PlanValue = {
    kind: "runtime",
    use: "call",
    symbol: { name: ofFiles, module: "serializers/file-serializer.ts" },
    args: [{ kind: "options", options: [appendNewline] }],
  };
  return { value, inFile };
}
