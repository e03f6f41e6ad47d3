import type { ResolvedComponent } from "../../resolve/resolved-agent.ts";
import type { Rule } from "../rule.ts";
import { sites, writtenAs } from "../walk.ts";

const second = (lines: string) =>
  `a1.sources = r1 r2\na1.sources.r2.type = netcat\na1.sources.r2.channels = c1\n${lines}`;

/** Two sources of an agent that listen at one address. */
export const rule: Rule = {
  id: "port-taken",
  severity: "error",
  reads: "as-meant",
  summary: "Two sources of an agent on one port.",
  flume:
    "Flume starts the first one; the other fails to bind, and Flume tries it again every 3 seconds for ever.",
  bad: [
    { text: second("a1.sources.r2.bind = localhost\na1.sources.r2.port = ⟦44444⟧") },
    { text: second("a1.sources.r2.bind = 0.0.0.0\na1.sources.r2.port = ⟦44444⟧") },
  ],
  good: [
    { text: second("a1.sources.r2.bind = localhost\na1.sources.r2.port = 44445") },
    { text: second("a1.sources.r2.bind = 127.0.0.2\na1.sources.r2.port = 44444") },
    {
      text: "a1.sources = r1 r2\na1.sources.r2.type = netcatudp\na1.sources.r2.remoteAddress = from\na1.sources.r2.channels = c1\na1.sources.r2.port = 44444",
    },
  ],
  *check({ agents }) {
    const taken = new Map<string, { readonly source: ResolvedComponent; readonly host: string }[]>();
    for (const site of sites(agents)) {
      const { component } = site;
      const port = component.properties.get("port");
      if (component.kind !== "source" || port?.value.kind !== "number" || port.value.value === 0) continue;
      const bind = component.properties.get("bind");
      if (bind !== undefined && bind.value.kind !== "string") continue;
      const written = writtenAs(port);
      if (written === undefined) continue;
      const host = addressOf(bind?.text);
      const udp = /udp/i.test(component.definition?.className ?? "");
      const key = `${site.agent.name}\n${udp ? "udp" : "tcp"} ${port.value.value}`;
      const others = taken.get(key) ?? [];
      taken.set(key, [...others, { source: component, host }]);
      const other = others.find((one) => one.host === host || one.host === ANY || host === ANY);
      if (other === undefined) continue;
      yield {
        span: written.valueSpan,
        ...site.at(written.name),
        message: `Source ${other.source.name} listens on port ${port.value.value} already, so source ${component.name} never gets it. Give it another port.`,
      };
    }
  },
};

const ANY = "0.0.0.0";

/** Names of the same address, as far as the file tells. */
function addressOf(bind: string | undefined): string {
  if (bind === undefined || bind === "::" || bind === "[::]") return ANY;
  return bind.toLowerCase() === "localhost" ? "127.0.0.1" : bind.toLowerCase();
}
