import {
  type ChannelComponent,
  componentOf,
  type SinkComponent,
  type SourceComponent,
} from "../../runtime/agent/component.ts";
import { LogOutput } from "../../runtime/agent/log.ts";

/** The lines that the components of a test logged, as objects. */
export interface Logged {
  readonly lines: { level: string; component: string; place?: string; message: string }[];
  readonly output: LogOutput;
}

export function logged(): Logged {
  const lines: Logged["lines"] = [];
  return { lines, output: new LogOutput("debug", "json", (line) => lines.push(JSON.parse(line))) };
}

export function sourceContext({ output }: Logged = logged()): SourceComponent {
  const lines = { bind: 7, port: 8, "max-line-length": 9, encoding: 10 };
  return componentOf("source", "source1", "agent1.conf", { type: "netcat", line: 6, lines }, output);
}

export function channelContext({ output }: Logged = logged()): ChannelComponent {
  return componentOf("channel", "channel1", "agent1.conf", { type: "memory", line: 11, lines: {} }, output);
}

export function sinkContext({ output }: Logged = logged()): SinkComponent {
  const lines = { "sink.directory": 16 };
  return componentOf("sink", "sink1", "agent1.conf", { type: "logger", line: 15, lines }, output);
}
