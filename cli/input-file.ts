import { nearestName } from "../compiler/schema/nearest-name.ts";

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["EACCES", "permission denied"],
  ["EISDIR", "it is a directory"],
]);

/** Why a configuration could not be read or written, as every command says it; a fault of flafkac is thrown on. */
export function unreadable(path: string, error: unknown): string {
  if (!(error instanceof Error)) throw error;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined) return `${path}: ${REASONS.get(code) ?? error.message}`;
  if (error.name === "DocumentTooLargeError") return `${path}: ${error.message}`;
  throw error;
}

/** That a configuration does not have the agent that was asked for, as every command says it. */
export function noSuchAgent(wanted: string, where: string, names: readonly string[]): string {
  if (names.length === 0) return `${where} configures no agent, and so none called ${wanted}.`;
  const near = nearestName(wanted, names);
  const help =
    near === undefined
      ? `There ${names.length === 1 ? "is" : "are"} ${names.join(", ")}.`
      : `Did you mean ${near}?`;
  return `${where} has no agent ${wanted}; Flume would idle for ever. ${help}`;
}
