/**
 * What becomes of a record that is no AvroFlumeEvent where one is asked for, or that a channel or a topic can never take.
 */
export type PoisonPolicy =
  /** Nothing passes it: a program that reads ends when all records before it are delivered; one that writes waits. */
  | "stop"
  /** It is counted, logged, and left out. */
  | "skip"
  /** It is written to that topic as it is, with key and headers, before its offset is passed. */
  | { readonly deadLetterTopic: string };
