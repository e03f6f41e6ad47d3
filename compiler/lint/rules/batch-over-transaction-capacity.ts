import type { RelatedPlace } from "../../diagnostics/diagnostic.ts";
import { replace, unsafeFix } from "../edits.ts";
import { isDefaultByMistake, type NumberInForce, numberInForce } from "../numbers.ts";
import type { Rule } from "../rule.ts";
import { capitalized, droppedByName, sites } from "../walk.ts";

/** A batch that does not fit into one transaction of its channel. */
export const rule: Rule = {
  id: "batch-over-transaction-capacity",
  severity: "error",
  reads: "as-meant",
  summary: "A source's or sink's batch above its channel's transactionCapacity, defaults counted.",
  flume: "Since 1.9 Flume drops the source or sink; before that it failed at run time.",
  bad: [
    {
      text: "a1.sinks.k1.type = null\na1.sinks.k1.batchSize = ⟦1000⟧\na1.channels.c1.capacity = 10000",
      fixed: "a1.sinks.k1.type = null\na1.sinks.k1.batchSize = 100\na1.channels.c1.capacity = 10000",
    },
    {
      text: "a1.sinks.k1.type = null\na1.sinks.k1.channel = ⟦c1⟧\na1.channels.c1.transactionCapacity = 10",
      fixed: "a1.sinks.k1.type = null\na1.sinks.k1.channel = c1\na1.channels.c1.transactionCapacity = 100",
    },
  ],
  good: [
    {
      text: "a1.sinks.k1.type = null\na1.sinks.k1.batchSize = 1000\na1.channels.c1.capacity = 10000\na1.channels.c1.transactionCapacity = 1000",
    },
  ],
  *check({ agents, isReported }) {
    for (const site of sites(agents)) {
      const { component, agent } = site;
      const batch = numberInForce(component, component.definition?.batchSizeProperty);
      if (batch === undefined) continue;
      for (const { written: reference, target } of agent.channelsOf(component)) {
        const transaction = numberInForce(
          target ?? component,
          target?.definition?.transactionCapacityProperty,
        );
        if (target === undefined || transaction === undefined || batch.value <= transaction.value) continue;
        const related: RelatedPlace[] = [];
        if (transaction.written !== undefined) {
          related.push({
            message: `the ${transaction.name} of ${target.name}`,
            span: transaction.written.valueSpan,
          });
        }
        const byMistake =
          isDefaultByMistake(agent, component, batch, isReported) ||
          isDefaultByMistake(agent, target, transaction, isReported);
        yield {
          span: batch.written?.valueSpan ?? reference.span,
          ...site.at(batch.written?.name ?? batch.name),
          message: `${capitalized(site.name)} works in batches of ${of(batch)}, but a transaction of channel ${target.name} holds ${of(transaction)}. ${droppedByName(site)}. Lower ${batch.name} or raise ${transaction.name}.`,
          related,
          fixes: byMistake ? [] : fixesFor(batch, transaction),
        };
        break;
      }
    }
  },
};

function of({ value, written }: NumberInForce): string {
  return `${value} events${written === undefined ? " (the default)" : ""}`;
}

/** What is written is changed: the batch where it is, else the transaction. */
function fixesFor(batch: NumberInForce, transaction: NumberInForce) {
  if (batch.written !== undefined) {
    const title = `Lower ${batch.name} to ${transaction.value}`;
    return [unsafeFix(title, replace(batch.written.valueSpan, String(transaction.value)))];
  }
  if (transaction.written === undefined) return [];
  const title = `Raise ${transaction.name} to ${batch.value}`;
  return [unsafeFix(title, replace(transaction.written.valueSpan, String(batch.value)))];
}
