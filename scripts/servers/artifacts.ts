/** A set of Maven artifacts that together make one server's class path. */
export interface ArtifactSet {
  /** Names the set's folder in the cache, and the server in messages. */
  readonly name: string;
  /** Maven coordinates, `group:artifact:version`; their run-time dependencies come along. */
  readonly coordinates: readonly string[];
  /** `group:artifact` of what is left out of the dependencies that come along. */
  readonly without?: readonly string[];
}

/** The Kafka releases that the tests run against: the last of the 3 line, and a current one. */
export type KafkaVersion = "3.9.2" | "4.4.0";

/** The one logging back end: it writes to standard error and is configured by system properties. */
const logging = "org.slf4j:slf4j-simple:1.7.36";

/** The broker, its storage tool and its client tools. */
export function kafkaArtifacts(version: KafkaVersion): ArtifactSet {
  return { name: `kafka-${version}`, coordinates: [`org.apache.kafka:kafka_2.13:${version}`, logging] };
}

const flumeVersion = "1.11.0";

/** Apache Flume 1.11.0 with the components that the tests and the benchmarks compare with. */
export const flumeArtifacts: ArtifactSet = {
  name: `flume-${flumeVersion}`,
  coordinates: [
    `org.apache.flume:flume-ng-node:${flumeVersion}`,
    `org.apache.flume.flume-ng-sources:flume-kafka-source:${flumeVersion}`,
    `org.apache.flume.flume-ng-sources:flume-taildir-source:${flumeVersion}`,
    `org.apache.flume.flume-ng-sinks:flume-ng-kafka-sink:${flumeVersion}`,
    `org.apache.flume.flume-ng-channels:flume-kafka-channel:${flumeVersion}`,
    `org.apache.flume.flume-ng-channels:flume-file-channel:${flumeVersion}`,
    `org.apache.flume.flume-ng-channels:flume-spillable-memory-channel:${flumeVersion}`,
    logging,
  ],
};

/** The HDFS release that the tests run: NameNode, DataNode and the command line tools. */
export const hadoopVersion = "3.4.3";

/** The NameNode, the DataNode and Hadoop's own clients of them. */
export const hdfsArtifacts: ArtifactSet = {
  name: `hdfs-${hadoopVersion}`,
  coordinates: [
    `org.apache.hadoop:hadoop-hdfs:${hadoopVersion}`,
    `org.apache.hadoop:hadoop-hdfs-client:${hadoopVersion}`,
    `org.apache.hadoop:hadoop-common:${hadoopVersion}`,
    logging,
  ],
  without: ["org.slf4j:slf4j-reload4j"],
};

/** Flume 1.11.0 with its HDFS sink and the Hadoop client that it is built for. */
export const flumeHdfsArtifacts: ArtifactSet = {
  name: `flume-hdfs-${flumeVersion}`,
  coordinates: [
    ...flumeArtifacts.coordinates,
    `org.apache.flume.flume-ng-sinks:flume-hdfs-sink:${flumeVersion}`,
    "org.apache.hadoop:hadoop-client:3.3.6",
  ],
  without: ["org.slf4j:slf4j-reload4j"],
};
