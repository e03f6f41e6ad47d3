import { sourceParts, sourceProperties } from "../../schema/common-properties.ts";
import { defineComponent } from "../../schema/component.ts";
import {
  flag,
  hostPortList,
  integer,
  list,
  milliseconds,
  open,
  regex,
  text,
} from "../../schema/property-types.ts";
import { consumerProperties } from "../kafka-clients/consumer-properties.ts";
import { groupProperties } from "../kafka-clients/group-properties.ts";
import { kafkaPlan } from "./kafka.plan.ts";

const noPolling = "The program waits for the broker's answer; it does not poll and needs no pauses.";

/** `KafkaSource`: each record of some topics as an event. */
export const kafkaSource = defineComponent({
  kind: "source",
  aliases: [],
  className: "org.apache.flume.source.kafka.KafkaSource",
  since: "1.6",
  removedIn: "2.0",
  description: "Reads topics of Kafka as a member of a consumer group: the value becomes the body.",
  notes: [
    "Has no short name: the type is the class name.",
    "Sets the headers timestamp, topic, partition, offset and, where the record has one, key.",
    "Where the group has no offset it starts at the end of the topic: set kafka.consumer.auto.offset.reset to earliest to have what is there already.",
    "In the compiled program offsets are committed after the sinks have delivered the events. Flume commits them when the events are in the channel.",
  ],
  batchSizeProperty: "batchSize",
  properties: {
    ...sourceProperties("1.6"),
    "kafka.bootstrap.servers": hostPortList({
      required: true,
      requiredUnless: ["zookeeperConnect"],
      formerNames: ["brokerList", "metadata.broker.list", "kafka.brokerList", "kafka.metadata.broker.list"],
      onInvalid: "later",
      since: "1.7",
      description: "Brokers to start from, host:port separated by commas; the others are learnt from them.",
    }),
    "kafka.topics": list({
      separator: "comma",
      requiredUnless: ["kafka.topics.regex"],
      readUnless: "kafka.topics.regex",
      since: "1.7",
      description: "The topics to read, separated by commas.",
    }),
    "kafka.topics.regex": regex({
      since: "1.7",
      description: "Reads every topic whose whole name matches, also those created later.",
    }),
    batchSize: integer({
      default: "1000",
      unit: "events",
      since: "1.6",
      description: "How many events one transaction puts into the channels at most.",
    }),
    batchDurationMillis: milliseconds({
      default: "1000",
      since: "1.6",
      description: "How long a batch may gather before it goes into the channels.",
      notHere: "A batch is what has arrived: the program does not hold it back until it is larger.",
    }),
    useFlumeEventFormat: flag({
      default: "false",
      since: "1.7",
      description:
        "Reads each value as an Avro record of headers and body (AvroFlumeEvent), as Flume's sink writes it.",
    }),
    setTopicHeader: flag({
      default: "true",
      since: "1.8",
      description: "Keeps the name of the topic in a header.",
    }),
    topicHeader: text({
      default: "topic",
      readWhen: { property: "setTopicHeader", values: ["true"] },
      since: "1.8",
      description: "The header that gets the name of the topic.",
    }),
    "header.<flumeHeader>": text({
      since: "1.11",
      undocumented: true,
      description: "Copies the Kafka header that the value names into this header of the event.",
    }),
    ...consumerProperties("kafka.consumer."),
    ...groupProperties,
    "kafka.consumer.*": open({
      since: "1.7",
      guideNames: ["Other Kafka Consumer Properties", "more consumer security props"],
      description: "What Kafka's consumer knows, handed on as it is.",
      notHere: "The program knows no such property of a consumer.",
    }),
    topic: list({
      separator: "comma",
      since: "1.6",
      deprecated: { since: "1.7", replacedBy: "kafka.topics" },
      description: "The old name of kafka.topics.",
    }),
    groupId: text({
      since: "1.6",
      deprecated: { since: "1.7", replacedBy: "kafka.consumer.group.id" },
      description: "The old name of kafka.consumer.group.id.",
    }),
    zookeeperConnect: text({
      since: "1.6",
      deprecated: {
        since: "1.7",
        replacedBy: "kafka.bootstrap.servers",
        moves: false,
      },
      description:
        "The ZooKeeper where the brokers are looked up, host:port separated by commas, with or without a path behind. With kafka.bootstrap.servers only old offsets are taken from there.",
    }),
    backoffSleepIncrement: milliseconds({
      default: "1000",
      since: "1.7",
      description: "By how much the pause grows while there is nothing to read.",
      notHere: noPolling,
    }),
    maxBackoffSleep: milliseconds({
      default: "5000",
      since: "1.7",
      description: "The longest pause while there is nothing to read.",
      notHere: noPolling,
    }),
  },
  parts: sourceParts,
  plan: kafkaPlan,
});
