import { sourceParts, sourceProperties } from "../../schema/common-properties.ts";
import { defineComponent } from "../../schema/component.ts";
import { host, port, text } from "../../schema/property-types.ts";
import { netcatUdpPlan } from "./netcatudp.plan.ts";

/** `NetcatUdpSource`: datagrams, one event each. */
export const netcatUdpSource = defineComponent({
  kind: "source",
  aliases: ["netcatudp"],
  className: "org.apache.flume.source.NetcatUdpSource",
  since: "1.8",
  description: "Listens on a UDP port; every datagram becomes an event, up to its first line end.",
  notes: ["A datagram that finds the channel full is lost: nothing is sent again."],
  properties: {
    ...sourceProperties("1.8"),
    bind: host({
      since: "1.8",
      defaultNote: "all interfaces",
      description: "The local address to listen on; without it, every address of the machine.",
    }),
    port: port({ required: true, since: "1.8", description: "The UDP port to listen on." }),
    remoteAddress: text({
      since: "1.8",
      guideNames: ["remoteAddressHeader"],
      bugWhen: "absent",
      bug: "Without it Flume puts a header whose name is null, which breaks most sinks and the file channel.",
      description: "The name of the header that gets the sender's address, such as /192.0.2.7:53211.",
    }),
  },
  parts: sourceParts,
  plan: netcatUdpPlan,
});
