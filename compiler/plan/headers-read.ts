import type { HeadersRead } from "./pipeline-plan.ts";

/** Whether somebody who looks at these headers looks at this one. */
export function reads(headers: HeadersRead, header: string): boolean {
  return headers === "all" || headers.includes(header);
}
