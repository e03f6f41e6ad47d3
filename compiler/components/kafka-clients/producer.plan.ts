import { type ComponentReader, literal, stated } from "../../plan/component-reader.ts";
import type { PlanOption } from "../../plan/pipeline-plan.ts";
import { poisonOption } from "./poison-option.ts";
import { securityOptions } from "./security-plan.ts";

const PRODUCER = "kafka.producer.";

/** The largest request to a partition, unless max.request.size says so: what every broker takes by default. */
const MAX_BATCH_BYTES = 1_000_000;

/** Who acknowledges a record: -1 all replicas in sync, 1 the partition's leader, 0 nobody. */
export type Acks = -1 | 0 | 1;

/** The `acks` of a Kafka sink or channel; `otherwise` where nobody wrote it. */
export function acksOf(component: ComponentReader, otherwise: Acks): Acks {
  const acks = component.known(`${PRODUCER}acks`);
  if (acks === undefined) return otherwise;
  if (acks === "all" || Number(acks) === -1) return -1;
  return Number(acks) === 0 ? 0 : 1;
}

/** Options of a `KafkaProducer`. */
export function producerOptions(component: ComponentReader, acks: Acks): PlanOption[] {
  const written = (name: string, property: string, note?: string) =>
    component.isWritten(PRODUCER + property)
      ? component.option(name, PRODUCER + property, note === undefined ? {} : { note })
      : [];
  return [
    ...component.option("brokers", "kafka.bootstrap.servers"),
    {
      name: "acks",
      value: literal(acks),
      origin: component.origin(`${PRODUCER}acks`),
      ...(acks === -1 && { note: "all replicas in sync" }),
    },
    ...component.option("requestTimeout", `${PRODUCER}request.timeout.ms`, { note: "ms" }),
    ...written("clientId", "client.id"),
    ...compressionOption(component),
    ...written("retryBackoff", "retry.backoff.ms", "ms"),
    ...written("metadataMaxAge", "metadata.max.age.ms", "ms"),
    poisonOption(component, "events that the topic refuses for ever"),
    ...securityOptions(component, PRODUCER),
  ];
}

/** The most bytes of one request to a partition. */
export function maxBatchBytes(component: ComponentReader): PlanOption[] {
  return component.isWritten(`${PRODUCER}max.request.size`)
    ? component.option("maxBatchBytes", `${PRODUCER}max.request.size`)
    : [stated("maxBatchBytes", MAX_BATCH_BYTES, "below every broker's message.max.bytes")];
}

/** Names of the written properties that a connection to a broker may fail for. */
export function securityNames(component: ComponentReader): string[] {
  return [...component.component.properties.keys()].filter((key) =>
    /^kafka\.(?:producer|consumer)\.(?:ssl|sasl|security)\./.test(key),
  );
}

function compressionOption(component: ComponentReader): PlanOption[] {
  const type = component.known(`${PRODUCER}compression.type`) ?? "none";
  if (type === "none") return [];
  const symbol = { name: `${type}Records`, module: "kafka/compression.ts" };
  const value = { kind: "runtime", use: "symbol", symbol, args: [] } as const;
  return [{ name: "compression", value, origin: component.origin(`${PRODUCER}compression.type`) }];
}
