import { commentText } from "../../emit/literal.ts";
import type { ComponentPlan } from "../../plan/component-plan.ts";
import { literal } from "../../plan/component-reader.ts";
import { listenAddress } from "./listen-address.ts";

/** A `NetcatUdpSource` of the run time. Without `remoteAddress` there is no header, where Flume makes one named null. */
export const netcatUdpPlan: ComponentPlan = {
  of: "source",
  plan(source) {
    const { host, text } = listenAddress(source);
    const senderHeader = source.known("remoteAddress");
    return {
      summary: `netcatudp, ${text}`,
      construction: {
        symbol: { name: "NetcatUdpSource", module: "sources/netcat-udp.ts" },
        role: "listener",
        options: [
          { name: "host", value: host ?? literal("0.0.0.0"), origin: source.origin("bind") },
          ...source.option("port", "port"),
        ],
        says: `${commentText(source.component.name)} takes datagrams, each up to its first line end. Nobody is answered.`,
      },
      lines: source.lines("bind", "port"),
      unit: "datagram",
      headers: typeof senderHeader === "string" ? [{ header: senderHeader, value: { kind: "sender" } }] : [],
      acknowledges: false,
    };
  },
};
