import type { RelatedPlace } from "../../diagnostics/diagnostic.ts";
import { replace, unsafeFix } from "../edits.ts";
import { isDefaultByMistake, numberInForce } from "../numbers.ts";
import type { Rule } from "../rule.ts";
import { sites } from "../walk.ts";

/** A transaction that is larger than its channel. */
export const rule: Rule = {
  id: "transaction-capacity-over-capacity",
  severity: "error",
  reads: "as-meant",
  summary: "A channel's transactionCapacity above its capacity.",
  flume: "Flume drops the channel, and with it every source and sink that is connected to no other.",
  bad: [
    {
      text: "a1.channels.c1.capacity = 1000\na1.channels.c1.transactionCapacity = ⟦5000⟧",
      fixed: "a1.channels.c1.capacity = 5000\na1.channels.c1.transactionCapacity = 5000",
    },
    { text: "a1.channels.c1.capacity = ⟦50⟧", fixed: "a1.channels.c1.capacity = 100" },
    { text: "a1.channels.c1.transactionCapacity = ⟦200⟧", fixed: "a1.channels.c1.transactionCapacity = 100" },
  ],
  good: [{ text: "a1.channels.c1.capacity = 1000\na1.channels.c1.transactionCapacity = 1000" }],
  *check({ agents, isReported }) {
    for (const site of sites(agents)) {
      const { component, agent } = site;
      const transaction = numberInForce(component, component.definition?.transactionCapacityProperty);
      const capacity = numberInForce(component, "capacity");
      if (transaction === undefined || capacity === undefined || transaction.value <= capacity.value)
        continue;
      const place = transaction.written ?? capacity.written;
      if (place === undefined) continue;
      const users = [...agent.sources, ...agent.sinks].filter((user) =>
        agent.channelsOf(user).some(({ target }) => target === component),
      );
      const related: RelatedPlace[] = [];
      if (transaction.written !== undefined && capacity.written !== undefined) {
        related.push({ message: "the capacity", span: capacity.written.valueSpan });
      }
      related.push(
        ...users.map(({ name, bound }) => ({ message: `${name} needs this channel`, span: bound.nameSpan })),
      );
      const fix =
        capacity.written === undefined
          ? unsafeFix(
              `Lower ${transaction.name} to ${capacity.value}`,
              replace(place.valueSpan, String(capacity.value)),
            )
          : unsafeFix(
              `Raise capacity to ${transaction.value}`,
              replace(capacity.written.valueSpan, String(transaction.value)),
            );
      yield {
        span: place.valueSpan,
        ...site.at(place.name),
        message: `${transaction.name} is ${of(transaction)}, more than the capacity of ${of(capacity)}. Flume drops channel ${component.name}${users.length === 0 ? "" : `, and with it ${users.map(({ name }) => name).join(", ")}`}. Raise capacity or lower ${transaction.name}.`,
        related,
        fixes: [capacity, transaction].some((one) => isDefaultByMistake(agent, component, one, isReported))
          ? []
          : [fix],
      };
    }
  },
};

function of({ value, written }: { value: number; written: unknown }): string {
  return `${value} events${written === undefined ? " (the default)" : ""}`;
}
