import type { ComponentReader } from "../../plan/component-reader.ts";
import { literal } from "../../plan/component-reader.ts";
import type { PlanValue } from "../../plan/pipeline-plan.ts";

/** Where a source listens: the address for the run time (undefined: everywhere) and `host:port` for comments. */
export function listenAddress(source: ComponentReader): {
  readonly host: PlanValue | undefined;
  readonly text: string;
} {
  const port = source.describe("port");
  const host = source.value("bind");
  // Java's localhost is 127.0.0.1; Node's may be ::1.
  if (host?.kind === "literal" && String(host.value).toLowerCase() === "localhost") {
    return { host: literal("127.0.0.1"), text: `127.0.0.1:${port}` };
  }
  return { host, text: `${host === undefined ? "every address" : source.describe("bind")}:${port}` };
}
