import type { DataNode } from "./client-protocol.ts";

const EXCLUDED_FOR = 60_000; // ms

/** DataNodes that could not be reached lately: the NameNode, which may not know it yet, is asked for others. */
export class ExcludedDataNodes {
  readonly #until = new Map<string, { dataNode: DataNode; until: number }>();

  add(dataNode: DataNode): void {
    this.#until.set(dataNode.uuid, { dataNode, until: performance.now() + EXCLUDED_FOR });
  }

  list(): DataNode[] {
    const now = performance.now();
    for (const [uuid, { until }] of this.#until) if (until < now) this.#until.delete(uuid);
    return [...this.#until.values()].map(({ dataNode }) => dataNode);
  }

  /** Gives all of them another chance. */
  clear(): void {
    this.#until.clear();
  }
}
