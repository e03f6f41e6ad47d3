import { defineComponent } from "../../schema/component.ts";
import { bytes, oneOf } from "../../schema/property-types.ts";
import { avroEventPlan } from "./avro-event.plan.ts";

/** `FlumeEventAvroEventSerializer`: an Avro container file of events. */
export const avroEventSerializer = defineComponent({
  kind: "serializer",
  aliases: ["AVRO_EVENT"],
  className: "org.apache.flume.serialization.FlumeEventAvroEventSerializer$Builder",
  since: "1.0",
  description: "Writes an Avro container file whose records are events: a map of headers and the body.",
  notes: ["A file cannot be continued after a restart: each starts with its own header."],
  properties: {
    syncIntervalBytes: bytes({
      // `Context.getInteger`: beyond an int Flume drops the component.
      default: "2048000",
      since: "1.2",
      description: "About how much goes into a block of the file.",
    }),
    compressionCodec: oneOf({
      values: {
        null: "as it is",
        deflate: "zlib's",
        snappy: "fast",
        bzip2: "small, slow",
        xz: "small, slow",
        zstandard: "small and fast",
      },
      open: true,
      default: "null",
      onInvalid: "ignored",
      since: "1.2",
      description:
        "How blocks of the file are compressed. A name that Avro does not know compresses nothing.",
      refusedByBuild: {
        except: ["null", "deflate", "snappy"],
        why: "The compiled program writes Avro files with the codec deflate or snappy, or uncompressed (null).",
      },
    }),
  },
  plan: avroEventPlan,
});
