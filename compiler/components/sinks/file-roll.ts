import { sinkProperties } from "../../schema/common-properties.ts";
import { defineComponent } from "../../schema/component.ts";
import { integer, open, partType, path, seconds, text } from "../../schema/property-types.ts";
import { fileRollPlan } from "./file-roll.plan.ts";

/** `RollingFileSink`: files in a local directory. */
export const fileRollSink = defineComponent({
  kind: "sink",
  aliases: ["file_roll"],
  className: "org.apache.flume.sink.RollingFileSink",
  since: "1.0",
  description: "Writes events into files of a local directory and starts a new file at a fixed interval.",
  notes: [
    "Every property but channel and type starts with sink.: directory alone is not read.",
    "A new file is started at each interval, also when there were no events.",
  ],
  batchSizeProperty: "sink.batchSize",
  properties: {
    ...sinkProperties("1.0"),
    "sink.directory": path({
      required: true,
      since: "1.2",
      description: "An existing directory for the files; the sink does not create it.",
    }),
    "sink.pathManager": partType({
      default: "DEFAULT",
      since: "1.7",
      description: "How the files are named.",
    }),
    "sink.pathManager.extension": text({
      default: "",
      since: "1.7",
      description: "What the file names end with, written without the dot.",
    }),
    "sink.pathManager.prefix": text({
      default: "",
      since: "1.7",
      description: "What the file names start with.",
    }),
    "sink.pathManager.*": open({ since: "1.7", description: "The properties of the path manager." }),
    "sink.rollInterval": seconds({
      default: "30",
      since: "1.2",
      description: "When to start a new file; 0 writes into one file for ever.",
    }),
    "sink.serializer": partType({
      default: "TEXT",
      since: "1.2",
      description:
        "How an event is written: TEXT, HEADER_AND_TEXT, AVRO_EVENT or the builder class of another.",
    }),
    "sink.serializer.*": open({ since: "1.1", description: "The properties of the serializer." }),
    "sink.batchSize": integer({
      default: "100",
      unit: "events",
      since: "1.3",
      description: "How many events one transaction takes.",
    }),
  },
  parts: [
    {
      form: "single",
      kind: "serializer",
      type: "sink.serializer",
      prefix: "sink.serializer.",
      defaultType: "TEXT",
      unknownType: "later",
    },
    {
      form: "single",
      kind: "path-manager",
      type: "sink.pathManager",
      prefix: "sink.pathManager.",
      defaultType: "DEFAULT",
    },
  ],
  plan: fileRollPlan,
});
