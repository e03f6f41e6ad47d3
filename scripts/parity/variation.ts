import type { InputEvent } from "./input.ts";

/** Which of the four ways of Flume and Kafka a variation is of. */
export type UseCase = 1 | 2 | 3 | 4;

/** What of the files can be compared. */
export interface FileTraits {
  /** `bytes`: as they are; `inflated`: decompressed; `text`: by Hadoop's `dfs -text`. */
  readonly read: "bytes" | "inflated" | "text";
  /** Keys of a SequenceFile are the time of writing where events have none: they are left out. */
  readonly withoutKeys: boolean;
  /** Headers stand in the files, in the order of a hash map in Java. */
  readonly showsHeaders: boolean;
  /** Lines of several partitions come in any order. */
  readonly anyOrder: boolean;
}

/** One configuration and its input, to run through Flume and through the emitted program. */
export interface Variation {
  /** `2-07`: use case and number. */
  readonly id: string;
  readonly useCase: UseCase;
  /** What it varies: `format=SequenceFile Text`, … */
  readonly varies: readonly string[];
  /** The .conf, with @BROKERS@, @TOPIC@, @GROUP@, @PORT@ and @HDFS@ for what each run has of its own. */
  readonly conf: string;
  readonly input: readonly InputEvent[];
  /** Events of the input are AvroFlumeEvents in the topic. */
  readonly avroInput: boolean;
  /** Partitions of the topic. */
  readonly partitions: number;
  /** Records have neither key nor partition: the producer spreads them as it likes. */
  readonly anyPartition: boolean;
  readonly files: FileTraits;
  /** Events that an open file must have taken before the agent is stopped. */
  readonly delivered: number;
}

/** What stands for the placeholders of a configuration in one run. */
export interface Places {
  readonly brokers: string;
  readonly topic: string;
  readonly group: string;
  readonly port: number;
  readonly hdfs: string;
}

/** The text of a variation's .conf in one run. */
export function confOf({ conf }: Variation, places: Places): string {
  return conf
    .replaceAll("@BROKERS@", places.brokers)
    .replaceAll("@TOPIC@", places.topic)
    .replaceAll("@GROUP@", places.group)
    .replaceAll("@PORT@", String(places.port))
    .replaceAll("@HDFS@", places.hdfs);
}
