import type { ComponentReader } from "../../plan/component-reader.ts";
import { literal } from "../../plan/component-reader.ts";
import type { PlanValue } from "../../plan/pipeline-plan.ts";

/** Where a source listens: the address for the run time (undefined: everywhere) and `host:port` for comments. */
export function listenAddress(
  source: ComponentReader,
  localhost: string,
): { readonly host: PlanValue | undefined; readonly text: string } {
  const port = source.describe("port");
  const written = source.known("bind");
  // Java's localhost is 127.0.0.1; Node's may be ::1.
  if (typeof written === "string" && written.toLowerCase() === "localhost") {
    return { host: literal(localhost), text: `${localhost}:${port}` };
  }
  const host = source.value("bind");
  return { host, text: `${host === undefined ? "every address" : source.describe("bind")}:${port}` };
}
