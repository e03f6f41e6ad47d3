import { flag, text } from "../../schema/property-types.ts";

/** The consumer group and what used to be in ZooKeeper: of the Kafka source and the Kafka channel alike. */
export const groupProperties = {
  "kafka.consumer.group.id": text({
    default: "flume",
    since: "1.7",
    description: "The consumer group: its members share the partitions, and its offsets say how far it is.",
  }),
  "kafka.consumer.ssl.disableTLSHostnameVerification": flag({
    default: "false",
    since: "1.11",
    requiredWhen: "counts with security.protocol SSL or SASL_SSL only",
    description: "Does not compare the broker's name with its certificate.",
  }),
  migrateZookeeperOffsets: flag({
    default: "true",
    since: "1.7",
    deprecated: { since: "1.10" },
    description:
      "Takes the group's offsets over from ZooKeeper where Kafka has none of the topic; needs zookeeperConnect.",
  }),
};
