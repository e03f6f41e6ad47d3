import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** A property in the reference of what Flume 1.11 really reads. */
export interface ReferenceProperty {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly default: string | null;
  readonly since: string;
  readonly [fact: string]: unknown;
}

/** A component in that reference. */
export interface ReferenceComponent {
  readonly kind: string;
  readonly aliases: readonly string[];
  readonly class: string | null;
  readonly since: string;
  readonly properties: readonly ReferenceProperty[];
  readonly [fact: string]: unknown;
}

const beside = (name: string) => resolve(import.meta.dirname, "../../../shared", name);

/** The folder with what Flume really does: `FLAFKAC_FLUME`, or `../shared/flume` beside the repository. */
export const flumeFolder = process.env.FLAFKAC_FLUME ?? beside("flume");
/** The folder with real configurations: `FLAFKAC_CORPUS`, or `../shared/corpus` beside the repository. */
export const corpusFolder = process.env.FLAFKAC_CORPUS ?? beside("corpus");

const componentsFile = join(flumeFolder, "flume-components.json");

/** Whether the reference of components is on this machine. */
export const hasReference = existsSync(componentsFile);

/** Every component of the reference. */
export function referenceComponents(): readonly ReferenceComponent[] {
  const { components } = JSON.parse(readFileSync(componentsFile, "utf8")) as {
    components: readonly ReferenceComponent[];
  };
  return components;
}
