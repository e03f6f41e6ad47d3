import { type ComponentReader, literal } from "../../plan/component-reader.ts";
import type { PlanOption, PlanValue } from "../../plan/pipeline-plan.ts";

/** The option `poison` of a Kafka client, as `--on-poison` says. @param of what it is done with. */
export function poisonOption(component: ComponentReader, of: string): PlanOption {
  const poison = component.context.settings.onPoison;
  const value: PlanValue =
    typeof poison === "string"
      ? literal(poison)
      : {
          kind: "options",
          options: [
            {
              name: "deadLetterTopic",
              value: literal(poison.deadLetterTopic),
              origin: { from: "written", place: "--on-poison" },
            },
          ],
        };
  return { name: "poison", value, origin: { from: "flafkac" }, note: `${of}; flafkac build --on-poison` };
}
