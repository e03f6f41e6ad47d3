import { channelProperties } from "../../schema/common-properties.ts";
import { defineComponent } from "../../schema/component.ts";
import { flag, hostPortList, integer, milliseconds, oneOf, open, text } from "../../schema/property-types.ts";
import { consumerProperties } from "../kafka-clients/consumer-properties.ts";
import { groupProperties } from "../kafka-clients/group-properties.ts";
import { producerProperties } from "../kafka-clients/producer-properties.ts";
import { kafkaPlan } from "./kafka.plan.ts";

const moved = (replacedBy: string) => ({ since: "1.7", replacedBy }) as const;

/** `KafkaChannel`: a topic as the channel; without a source it reads what others write there. */
export const kafkaChannel = defineComponent({
  kind: "channel",
  aliases: [],
  className: "org.apache.flume.channel.kafka.KafkaChannel",
  since: "1.6",
  removedIn: "2.0",
  description: "Keeps events in a topic of Kafka until the sinks have delivered them.",
  notes: [
    "Has no short name: the type is the class name.",
    "Needs no source (another program writes the topic) and no sink (another program reads it).",
    "Two channels with the same topic and group share the events; each gets all of them only with a group of its own.",
  ],
  properties: {
    ...channelProperties("1.6"),
    "kafka.bootstrap.servers": hostPortList({
      required: true,
      formerNames: ["metadata.broker.list", "kafka.brokerList", "kafka.metadata.broker.list"],
      onInvalid: "later",
      since: "1.7",
      description: "Brokers to start from, host:port separated by commas; the others are learnt from them.",
    }),
    "kafka.topic": text({
      default: "flume-channel",
      since: "1.7",
      description: "The topic that holds the events.",
    }),
    parseAsFlumeEvent: flag({
      default: "true",
      since: "1.6",
      description:
        "Each value is an Avro record of headers and body (AvroFlumeEvent). When false it is the body alone, and headers are lost.",
    }),
    "kafka.pollTimeout": milliseconds({
      default: "500",
      since: "1.7",
      guideNames: ["pollTimeout"],
      description: "How long a take waits for a record.",
      notHere: "The program waits for the broker's answer as long as that takes.",
    }),
    defaultPartitionId: integer({
      min: 0,
      onInvalid: { outOfRange: "later" },
      since: "1.7",
      description: "The partition for every event that partitionIdHeader says nothing about.",
    }),
    partitionIdHeader: text({
      since: "1.7",
      description:
        "The header with the number of the partition. A value that is no number fails the transaction.",
    }),
    ...producerProperties("kafka.producer."),
    ...consumerProperties("kafka.consumer."),
    ...groupProperties,
    "kafka.producer.acks": oneOf({
      values: {
        "0": "does not wait: what the broker loses or refuses is lost",
        "1": "the partition's leader has it",
        all: "all replicas in sync have it",
        "-1": "the same as all",
      },
      default: "all",
      onInvalid: "later",
      since: "1.7",
      undocumented: true,
      description: "Whose acknowledgement makes an event stored.",
    }),
    "kafka.consumer.auto.offset.reset": oneOf({
      values: {
        earliest: "from the oldest record that is still there",
        latest: "from now on: what is in the topic already is passed over",
        none: "fails where the group has no offset",
      },
      default: "earliest",
      guideDefault: "latest",
      onInvalid: "later",
      since: "1.7",
      description: "Where to start in a partition for which the group has no offset.",
    }),
    "kafka.producer.ssl.disableTLSHostnameVerification": flag({
      default: "false",
      since: "1.11",
      requiredWhen: "counts with security.protocol SSL or SASL_SSL only",
      description: "Does not compare the broker's name with its certificate.",
    }),
    "kafka.consumer.*": open({
      since: "1.7",
      guideNames: ["more producer/consumer security props"],
      description: "What Kafka's consumer knows, handed on as it is.",
      notHere: "The program knows no such property of a consumer.",
    }),
    "kafka.producer.*": open({
      since: "1.7",
      description: "What Kafka's producer knows, handed on as it is.",
      notHere: "The program knows no such property of a producer.",
    }),
    brokerList: hostPortList({
      since: "1.6",
      deprecated: moved("kafka.bootstrap.servers"),
      description: "The old name of kafka.bootstrap.servers.",
    }),
    topic: text({
      default: "flume-channel",
      since: "1.6",
      deprecated: moved("kafka.topic"),
      description: "The old name of kafka.topic.",
    }),
    groupId: text({
      default: "flume",
      since: "1.6",
      deprecated: moved("kafka.consumer.group.id"),
      description: "The old name of kafka.consumer.group.id.",
    }),
    readSmallestOffset: flag({
      since: "1.6",
      guideDefault: "false",
      deprecated: {
        ...moved("kafka.consumer.auto.offset.reset"),
        translate: (value) => (value.toLowerCase() === "true" ? "earliest" : "latest"),
        note: "true is now earliest, anything else latest.",
      },
      description: "The old name of kafka.consumer.auto.offset.reset: true for earliest.",
    }),
    zookeeperConnect: text({
      since: "1.6",
      deprecated: { since: "1.7" },
      description: "The ZooKeeper from which the group's old offsets are taken over.",
    }),
    timeout: milliseconds({
      default: "100",
      since: "1.6",
      removedIn: "1.7",
      deprecated: moved("kafka.pollTimeout"),
      noEffect: "Flume has not read it since 1.7.",
      description: "How long a take waited in 1.6.",
    }),
  },
  plan: kafkaPlan,
});
