import { sinkProperties } from "../../schema/common-properties.ts";
import { defineComponent } from "../../schema/component.ts";
import { flag, hostPortList, integer, open, text } from "../../schema/property-types.ts";
import { producerProperties } from "../kafka-clients/producer-properties.ts";
import { kafkaPlan } from "./kafka.plan.ts";

const moved = (replacedBy: string) => ({ since: "1.7", replacedBy }) as const;

/** `KafkaSink`: each event as a record of a topic. */
export const kafkaSink = defineComponent({
  kind: "sink",
  aliases: [],
  className: "org.apache.flume.sink.kafka.KafkaSink",
  since: "1.6",
  removedIn: "2.0",
  description: "Sends each event to a Kafka topic: the body as the value, the header key as the key.",
  notes: [
    "Has no short name: the type is the class name.",
    "A header named topic, as Kafka sources set it, sends an event to that topic rather than to kafka.topic.",
    "With acks = 1 delivery is at-least-once while the partition's leader lives.",
  ],
  batchSizeProperty: "flumeBatchSize",
  properties: {
    ...sinkProperties("1.6"),
    "kafka.bootstrap.servers": hostPortList({
      required: true,
      formerNames: ["metadata.broker.list", "kafka.brokerList", "kafka.metadata.broker.list"],
      onInvalid: "later",
      since: "1.7",
      description: "Brokers to start from, host:port separated by commas; the others are learnt from them.",
    }),
    "kafka.topic": text({
      default: "default-flume-topic",
      interpolated: "headers",
      since: "1.7",
      description: "The topic. Escapes such as %{header} count unless allowTopicOverride is false.",
    }),
    flumeBatchSize: integer({
      default: "100",
      unit: "events",
      since: "1.7",
      description: "How many events one transaction takes from the channel.",
    }),
    useFlumeEventFormat: flag({
      default: "false",
      since: "1.7",
      description: "Sends headers and body as one Avro record (AvroFlumeEvent) rather than the body alone.",
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
        "The header with the number of the partition. A value that is no number fails the batch for ever.",
    }),
    allowTopicOverride: flag({
      default: "true",
      since: "1.8",
      description: "Lets a header choose the topic. When false, kafka.topic is taken to the letter.",
    }),
    topicHeader: text({
      default: "topic",
      since: "1.8",
      description: "The header that may choose the topic.",
    }),
    timestampHeader: text({
      since: "1.11",
      undocumented: true,
      description: "The header with the time of the record, in milliseconds since 1970.",
    }),
    "header.<flumeHeader>": text({
      since: "1.11",
      undocumented: true,
      description: "Copies this header of the event into the Kafka header that the value names.",
    }),
    ...producerProperties("kafka.producer."),
    "kafka.producer.ssl.disableTLSHostnameVerification": flag({
      default: "false",
      since: "1.11",
      requiredWhen: "counts with security.protocol SSL or SASL_SSL only",
      description: "Does not compare the broker's name with its certificate.",
    }),
    "kafka.producer.*": open({
      since: "1.7",
      guideNames: ["Other Kafka Producer Properties", "more producer security props"],
      description: "What Kafka's producer knows, handed on as it is.",
      notHere: "The program knows no such property of a producer.",
    }),
    brokerList: hostPortList({
      since: "1.6",
      deprecated: moved("kafka.bootstrap.servers"),
      description: "The old name of kafka.bootstrap.servers.",
    }),
    topic: text({
      default: "default-flume-topic",
      interpolated: "headers",
      since: "1.6",
      deprecated: moved("kafka.topic"),
      description: "The old name of kafka.topic.",
    }),
    batchSize: integer({
      default: "100",
      unit: "events",
      since: "1.6",
      deprecated: moved("flumeBatchSize"),
      description: "The old name of flumeBatchSize.",
    }),
    requiredAcks: text({
      default: "1",
      since: "1.6",
      deprecated: moved("kafka.producer.acks"),
      description: "The old name of kafka.producer.acks.",
    }),
    "serializer.class": text({
      since: "1.6",
      deprecated: {
        ...moved("kafka.producer.value.serializer"),
        note: "Flume warns of it and does not read it.",
      },
      noEffect: "Flume has not read it since 1.7: it warns and goes on with byte arrays.",
      description: "How values became bytes in 1.6.",
    }),
    "key.serializer.class": text({
      since: "1.6",
      deprecated: {
        ...moved("kafka.producer.key.serializer"),
        note: "Flume warns of it and does not read it.",
      },
      noEffect: "Flume has not read it since 1.7: it warns and goes on with strings.",
      description: "How keys became bytes in 1.6.",
    }),
  },
  plan: kafkaPlan,
});
