import type { Component } from "./component.ts";
import { isGauge, readings } from "./counters.ts";

/**
 * Counters in Prometheus' text format 0.0.4: `EventReceivedCount` of a source is
 * `flume_source_event_received_total{agent="agent1",component="source1",type="netcat"}`.
 */
export function prometheusText(agent: string, components: readonly Component[]): string {
  const families = new Map<string, { type: "counter" | "gauge"; samples: string[] }>();
  for (const { counters, name, type } of components) {
    const labels = `{agent="${label(agent)}",component="${label(name)}",type="${label(type)}"}`;
    for (const [counter, value] of readings(counters)) {
      const metric = metricName(counters.Type, counter);
      let family = families.get(metric);
      if (family === undefined) {
        family = { type: isGauge(counter) ? "gauge" : "counter", samples: [] };
        families.set(metric, family);
      }
      family.samples.push(`${metric}${labels} ${value}`);
    }
  }
  let text = "";
  for (const [metric, { type, samples }] of families)
    text += `# TYPE ${metric} ${type}\n${samples.join("\n")}\n`;
  return text;
}

function metricName(type: string, counter: string): string {
  const words = counter.replace(/Count$/, "").replace(/(?<=[a-z])(?=[A-Z])/g, "_");
  return `flume_${type}_${words}${isGauge(counter) ? "" : "_total"}`.toLowerCase();
}

function label(value: string): string {
  return value.replace(/[\\"\n]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`));
}
