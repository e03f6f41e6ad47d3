import { sinkProperties } from "../../schema/common-properties.ts";
import { defineComponent } from "../../schema/component.ts";
import {
  bytes,
  flag,
  integer,
  long,
  milliseconds,
  oneOf,
  open,
  partType,
  path,
  seconds,
  text,
} from "../../schema/property-types.ts";
import { hdfsPlan } from "./hdfs.plan.ts";
import { codecNames, compiledCodecs } from "./hdfs-codecs.ts";

const noPools = "Accepted, no meaning here: the program has no pools of threads.";
const rounds = { property: "hdfs.round", values: ["true"] } as const;

/** `HDFSEventSink`: files in HDFS, in folders and with names that may hang on the event. */
export const hdfsSink = defineComponent({
  kind: "sink",
  aliases: ["hdfs"],
  className: "org.apache.flume.sink.hdfs.HDFSEventSink",
  since: "1.0",
  description: "Writes events into files of HDFS and starts a new file by time, size or number of events.",
  notes: [
    "Every property but channel, type, config and serializer starts with hdfs.: path alone is not read, and neither is hdfs.channel.",
    "By default a file is finished after 30 seconds, 1,024 bytes or 10 events, whichever comes first: that makes very many tiny files.",
    "Escapes of the time (%Y, %H …) need the header timestamp in every event, or hdfs.useLocalTimeStamp.",
  ],
  batchSizeProperty: "hdfs.batchSize",
  properties: {
    ...sinkProperties("1.0"),
    "hdfs.path": path({
      required: true,
      interpolated: "headers-and-time",
      since: "1.2",
      description:
        "The directory, with or without hdfs://host:port in front. Escapes such as %{header}, %Y and %[fqdn] are replaced for each event.",
    }),
    "hdfs.filePrefix": text({
      default: "FlumeData",
      interpolated: "headers-and-time",
      since: "1.2",
      description: "What file names start with, escapes as in hdfs.path.",
    }),
    "hdfs.fileSuffix": text({
      default: "",
      since: "1.3",
      description: "What file names end with, written with its dot. Without it the ending of the codec.",
    }),
    "hdfs.inUsePrefix": text({
      default: "",
      since: "1.4",
      description: "What the name of a file starts with while it is written.",
    }),
    "hdfs.inUseSuffix": text({
      default: ".tmp",
      readWhen: { property: "hdfs.emptyInUseSuffix", values: ["false"] },
      since: "1.4",
      description: "What the name of a file ends with while it is written.",
    }),
    "hdfs.emptyInUseSuffix": flag({
      default: "false",
      since: "1.9",
      description: "Gives files their final ending while they are written, whatever hdfs.inUseSuffix says.",
    }),
    "hdfs.rollInterval": seconds({
      default: "30",
      since: "1.2",
      description: "After which time a file is finished; 0 for never.",
    }),
    "hdfs.rollSize": bytes({
      default: "1024",
      since: "1.2",
      description: "At which size a file is finished, counted before compression; 0 for none.",
    }),
    "hdfs.rollCount": long({
      default: "10",
      unit: "events",
      since: "1.2",
      description: "After how many events a file is finished; 0 for none.",
    }),
    "hdfs.idleTimeout": seconds({
      default: "0",
      since: "1.3",
      description: "After how long without an event a file is finished; 0 for never.",
    }),
    "hdfs.batchSize": long({
      min: 1,
      default: "100",
      unit: "events",
      since: "1.2",
      description: "How many events one transaction takes; after them the files are flushed.",
    }),
    "hdfs.codeC": oneOf({
      values: codecNames,
      ignoreCase: true,
      requiredWith: { property: "hdfs.fileType", values: ["CompressedStream"] },
      forbiddenWith: {
        property: "hdfs.fileType",
        values: ["DataStream"],
        why: "A DataStream is never compressed. Take hdfs.codeC away, or set hdfs.fileType to CompressedStream",
      },
      since: "1.2",
      description: "How files are compressed.",
      refusedByBuild: {
        except: compiledCodecs,
        why: "The compiled program compresses with gzip, deflate, snappy or lz4. Choose one of them for hdfs.codeC.",
      },
    }),
    "hdfs.fileType": oneOf({
      values: {
        SequenceFile: "Hadoop's own container of keys and values",
        DataStream: "what the serializer writes, and nothing around it",
        CompressedStream: "the same, compressed by hdfs.codeC",
      },
      ignoreCase: true,
      default: "SequenceFile",
      onInvalid: "later",
      since: "1.2",
      description: "What kind of file it is.",
    }),
    "hdfs.maxOpenFiles": integer({
      default: "5000",
      unit: "files",
      since: "1.2",
      description:
        "How many files may be open; beyond it the one that was not written for longest is closed.",
    }),
    "hdfs.minBlockReplicas": integer({
      min: 0,
      onInvalid: "later",
      unit: "replicas",
      since: "1.4",
      description:
        "With how many replicas a block counts as healthy; with fewer the file is finished. Without it HDFS's own number.",
    }),
    "hdfs.writeFormat": oneOf({
      values: {
        Writable: "the time as a LongWritable, the body as a BytesWritable",
        Text: "the time as a LongWritable, the body as a Text",
      },
      open: true,
      default: "Writable",
      readWhen: { property: "hdfs.fileType", values: ["SequenceFile"] },
      since: "1.2",
      constraint: "counts to the letter",
      description: "What the records of a SequenceFile are made of, or the class that makes them.",
      refusedByBuild: {
        except: ["Writable", "Text"],
        why: "The compiled program writes SequenceFiles of Writable or Text, in this spelling.",
      },
    }),
    "hdfs.threadsPoolSize": integer({
      default: "10",
      unit: "threads",
      since: "1.2",
      description: "How many threads call HDFS.",
      notHere: noPools,
    }),
    "hdfs.rollTimerPoolSize": integer({
      default: "1",
      unit: "threads",
      since: "1.2",
      description: "How many threads finish files by time.",
      notHere: noPools,
    }),
    "hdfs.kerberosPrincipal": text({
      requiredWith: { property: "hdfs.kerberosKeytab" },
      since: "1.2",
      description: "Who the program is to Kerberos; goes with hdfs.kerberosKeytab.",
    }),
    "hdfs.kerberosKeytab": path({
      requiredWith: { property: "hdfs.kerberosPrincipal" },
      since: "1.2",
      description: "The file with the key of that principal.",
    }),
    "hdfs.proxyUser": text({ since: "1.2", description: "The user on whose behalf files are written." }),
    "hdfs.round": flag({
      default: "false",
      since: "1.2",
      description: "Rounds the time down before it goes into escapes; %t stays as it is.",
    }),
    "hdfs.roundValue": integer({
      min: 1,
      max: 60,
      default: "1",
      readWhen: rounds,
      maxWhen: { property: "hdfs.roundUnit", values: ["hour"], max: 24 },
      constraint: "1 to 60 seconds or minutes, 1 to 24 hours",
      since: "1.2",
      description: "To a multiple of how many of these units.",
    }),
    "hdfs.roundUnit": oneOf({
      values: { second: "seconds", minute: "minutes", hour: "hours" },
      ignoreCase: true,
      default: "second",
      readWhen: rounds,
      onInvalid: "ignored",
      since: "1.2",
      description: "The unit of rounding. With another word Flume does not round.",
    }),
    "hdfs.timeZone": text({
      since: "1.3",
      description:
        "The time zone of escapes, such as Europe/Berlin; the machine's own without it. A name that Java does not know is GMT.",
    }),
    "hdfs.useLocalTimeStamp": flag({
      default: "false",
      since: "1.4",
      description: "Takes the machine's time for escapes rather than the header timestamp.",
    }),
    "hdfs.closeTries": integer({
      default: "2147483647",
      unit: "attempts",
      guideDefault: "0",
      since: "1.5",
      description: "How often finishing a file is tried; 0 or less for as often as it takes.",
    }),
    "hdfs.retryInterval": seconds({
      default: "180",
      since: "1.5",
      description: "The pause between these attempts; 0 or less makes it one attempt.",
    }),
    "hdfs.callTimeout": milliseconds({
      default: "30000",
      since: "1.2",
      deprecated: { since: "1.10", note: "The guide says so; Flume still reads it." },
      description: "How long a call to HDFS may take; 0 for no limit.",
    }),
    "hdfs.useRawLocalFileSystem": flag({
      default: "false",
      since: "1.4",
      undocumented: true,
      description: "Writes local files without the .crc files beside them.",
      notHere: "The program never writes .crc files beside local files.",
    }),
    serializer: partType({
      default: "TEXT",
      readWhen: { property: "hdfs.fileType", values: ["DataStream", "CompressedStream"] },
      since: "1.2",
      description:
        "How an event is written: TEXT, HEADER_AND_TEXT, AVRO_EVENT or the builder class of another.",
    }),
    "serializer.*": open({ since: "1.0", description: "The properties of the serializer." }),
  },
  parts: [
    {
      form: "single",
      kind: "serializer",
      type: "serializer",
      prefix: "serializer.",
      defaultType: "TEXT",
      unknownType: "later",
    },
  ],
  plan: hdfsPlan,
});
