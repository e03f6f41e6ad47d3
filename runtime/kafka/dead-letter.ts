import { type KafkaRecord, RecordBatch } from "./record-batch.ts";

const BATCH_OVERHEAD = 1024; // bytes, more than head and lengths

/** A record as it is, with some more headers, in a batch of its own. */
export function deadLetter(
  { key, value, headers, timestamp }: KafkaRecord,
  added: readonly { readonly name: string; readonly value: string }[],
): RecordBatch {
  const all = [...headers, ...added];
  let size = BATCH_OVERHEAD + (key?.length ?? 0) + (value?.length ?? 0);
  // A character has three bytes at most.
  for (const header of all) size += 20 + 3 * header.name.length + 3 * (header.value?.length ?? 0);
  const batch = new RecordBatch(size);
  if (!batch.appendRecord({ key, value, headers: all, timestamp })) {
    throw new Error("a dead letter does not fit into its batch");
  }
  return batch;
}
