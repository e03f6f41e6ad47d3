import { commentText } from "../../emit/literal.ts";
import type { ComponentPlan } from "../../plan/component-plan.ts";
import { literal } from "../../plan/component-reader.ts";
import { listenAddress } from "./listen-address.ts";

/** A `NetcatSource` of the run time. */
export const netcatPlan: ComponentPlan = {
  of: "source",
  plan(source) {
    const { host, text } = listenAddress(source);
    const acknowledges = source.known("ack-every-event") !== false;
    const name = commentText(source.component.name);
    return {
      summary: `netcat, ${text}`,
      construction: {
        symbol: { name: "NetcatSource", module: "sources/netcat.ts" },
        role: "listener",
        options: [
          { name: "host", value: host ?? literal("0.0.0.0"), origin: source.origin("bind") },
          ...source.option("port", "port"),
          ...source.option("maxLineLength", "max-line-length"),
          ...source.option("ackEveryEvent", "ack-every-event"),
          ...source.option("encoding", "encoding"),
        ],
        says: `${name} takes lines over TCP${acknowledges ? " and says OK for each" : ""}.`,
      },
      lines: source.lines("bind", "port", "encoding"),
      unit: "line",
      headers: [],
      acknowledges,
    };
  },
};
