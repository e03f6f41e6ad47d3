import type { SourceComponent } from "../agent/component.ts";
import { errorText } from "../agent/log.ts";
import type { StartError } from "../agent/start-error.ts";

/** Names of the properties that say where a source listens, to find their lines. */
export interface ListenProperties {
  readonly host: string;
  readonly port: string;
}

/** Why a source cannot listen, in words for whoever wrote the configuration, at the line that is to blame. */
export function listenError(
  source: SourceComponent,
  error: unknown,
  host: string,
  port: number,
  properties: ListenProperties = { host: "bind", port: "port" },
): StartError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "EADDRINUSE":
      return source.startError(`port ${port} is already in use`, properties.port);
    case "EACCES":
    case "EPERM":
      return source.startError(`no permission to listen on port ${port}`, properties.port);
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EAI_NONAME":
      return source.startError(`unknown host ${JSON.stringify(host)}`, properties.host);
    case "EADDRNOTAVAIL":
      return source.startError(`${JSON.stringify(host)} is not an address of this machine`, properties.host);
    default:
      return source.startError(`cannot listen on ${host}:${port}: ${errorText(error)}`, properties.port);
  }
}
