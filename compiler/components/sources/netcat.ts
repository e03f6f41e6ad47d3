import { sourceParts, sourceProperties } from "../../schema/common-properties.ts";
import { defineComponent } from "../../schema/component.ts";
import { charset, flag, host, integer, port } from "../../schema/property-types.ts";
import { netcatPlan } from "./netcat.plan.ts";

/** `NetcatSource`: lines over TCP, one event a line. */
export const netcatSource = defineComponent({
  kind: "source",
  aliases: ["netcat"],
  className: "org.apache.flume.source.NetcatSource",
  since: "1.0",
  description: "Listens on a TCP port; every line that a client sends becomes an event.",
  notes: [
    "A carriage return before the end of the line stays in the body.",
    "What follows the last line end is dropped when the client closes.",
  ],
  properties: {
    ...sourceProperties("1.0"),
    bind: host({ required: true, since: "1.0", description: "The local address to listen on." }),
    port: port({ required: true, since: "1.0", description: "The TCP port to listen on." }),
    "max-line-length": integer({
      min: 1,
      default: "512",
      unit: "characters",
      onInvalid: { outOfRange: "later" },
      since: "1.2",
      description:
        "The longest line, its end included. A longer one is answered with FAILED and a closed connection.",
    }),
    "ack-every-event": flag({
      default: "true",
      since: "1.3",
      description: "Answers OK to each line once it is in every channel.",
    }),
    encoding: charset({
      default: "utf-8",
      since: "1.7",
      undocumented: true,
      onInvalid: "later",
      description: "How the bytes from the socket are read. The body of the event is UTF-8 in any case.",
    }),
  },
  parts: sourceParts,
  plan: netcatPlan,
});
