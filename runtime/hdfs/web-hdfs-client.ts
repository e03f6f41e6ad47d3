import type { IncomingMessage } from "node:http";
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import { errorText, type Log } from "../agent/log.ts";
import { type HostAndPort, nameOfAddress } from "./address.ts";
import { HdfsError } from "./file-system.ts";
import type { HadoopUser } from "./login.ts";
import { LONG_SILENCE, NameNodeTrouble } from "./name-node-trouble.ts";

/** How WebHDFS is reached. */
export interface WebHdfsOptions {
  /** For messages: `webhdfs://namenode:9870`. */
  readonly uri: string;
  /** `swebhdfs`: over TLS. */
  readonly secure: boolean;
  /** HTTP addresses of the NameNode, or of those of a nameservice. */
  readonly nameNodes: readonly HostAndPort[];
  readonly user: HadoopUser;
  /** ms for a call; 0: without end. */
  readonly callTimeout: number;
  /** Is told when no NameNode answers, and when one does again. */
  readonly log?: Log | undefined;
}

/** An operation of WebHDFS: `PUT` and `{ op: "RENAME", … }`. */
export interface WebHdfsCall {
  readonly method: "GET" | "PUT" | "DELETE";
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Whether doing it twice gives another answer: it is not sent again where the first one is lost. */
  readonly once?: boolean;
}

/** What a NameNode answered. */
export interface WebHdfsAnswer {
  readonly status: number;
  /** Where a DataNode takes the data. */
  readonly location: string | undefined;
  readonly body: unknown;
}

const FIRST_WEB_PAUSE = 50; // ms
const LONGEST_WEB_PAUSE = 2_000; // ms
/** ms that a NameNode may take for one answer: longer than its garbage collection. */
const WEB_TRY_TIMEOUT = 20_000;
const MAX_BODY = 64 * 1024 * 1024;

/** Calls to the NameNode over HTTP, whichever of its addresses serves at the moment. */
export class WebHdfsClient {
  readonly #options: WebHdfsOptions;
  readonly #agent: HttpAgent;
  readonly #trouble: NameNodeTrouble;
  #active = 0;
  #closed = false;

  constructor(options: WebHdfsOptions) {
    this.#options = options;
    this.#trouble = new NameNodeTrouble(options.uri, options.log);
    this.#agent = options.secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  }

  /**
   * Does a call; sends it again while there is no answer.
   * @throws HdfsError with the exception that the NameNode answered, or the last connection's error.
   */
  async call(call: WebHdfsCall): Promise<WebHdfsAnswer> {
    const { nameNodes, callTimeout } = this.#options;
    const deadline = callTimeout === 0 ? Number.POSITIVE_INFINITY : performance.now() + callTimeout;
    const began = performance.now();
    let pause = FIRST_WEB_PAUSE;
    let why: string[] = [];
    for (let tries = 1; ; tries++) {
      const nameNode = this.#active;
      const address = nameNodes[nameNode]!;
      const name = `NameNode ${nameOfAddress(address)}`;
      const silence = setTimeout(() => this.#trouble.unanswered(`${name} is silent`, began), LONG_SILENCE);
      try {
        const timeout = Math.min(WEB_TRY_TIMEOUT, deadline - performance.now());
        const answer = await this.#ask(address, call, timeout);
        this.#trouble.answered();
        return answer;
      } catch (error) {
        if (this.#closed) throw error;
        const standby = error instanceof HdfsError && error.exception === "StandbyException";
        if (error instanceof HdfsError && !standby) this.#trouble.answered();
        if (!standby && (error instanceof HdfsError || call.once)) throw error;
        if (this.#active === nameNode) this.#active = (nameNode + 1) % nameNodes.length;
        why.push(standby ? `${name}: ${error.message}` : errorText(error));
        if (tries % nameNodes.length !== 0) continue;
        this.#trouble.unanswered(why.join("; "), began);
        why = [];
        if (performance.now() + pause > deadline) throw error;
        await delay(pause);
        pause = Math.min(2 * pause, LONGEST_WEB_PAUSE);
      } finally {
        clearTimeout(silence);
      }
    }
  }

  /** Ends all connections; calls under way fail. */
  close(): void {
    this.#closed = true;
    this.#agent.destroy();
  }

  async #ask(
    address: HostAndPort,
    { method, path, query }: WebHdfsCall,
    timeout: number,
  ): Promise<WebHdfsAnswer> {
    const { secure, user } = this.#options;
    const parameters = new URLSearchParams({ ...query, "user.name": user.real ?? user.effective });
    if (user.real !== undefined) parameters.set("doas", user.effective);
    const encodedPath = path.split("/").map(encodeURIComponent).join("/");
    const url = `${secure ? "https" : "http"}://${nameOfAddress(address)}/webhdfs/v1${encodedPath}?${parameters}`;
    const request = (secure ? httpsRequest : httpRequest)(url, { method, agent: this.#agent });
    const timer = setTimeout(() => request.destroy(new Error("no answer in time")), timeout);
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        request.on("response", resolve).on("error", reject).end();
      });
      const status = response.statusCode ?? 0;
      const body = await readJson(response);
      if (status >= 400) throw remoteException(status, body);
      return { status, location: response.headers.location, body };
    } catch (error) {
      if (error instanceof HdfsError) throw error;
      throw new Error(`NameNode ${nameOfAddress(address)}: ${errorText(error)}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The JSON of an answer; undefined where it is none. */
export async function readJson(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) throw new Error("an answer of more than 64 MiB");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}

/** What an answer of 400 or more says. */
export function remoteException(status: number, body: unknown): HdfsError {
  const remote = property(body, "RemoteException");
  const exception = property(remote, "exception");
  const message = property(remote, "message");
  if (typeof exception !== "string") return new HdfsError("IOException", `WebHDFS answered ${status}`);
  return new HdfsError(
    exception,
    typeof message === "string" ? message.split("\n", 1)[0]! : `WebHDFS answered ${status}`,
  );
}

/** A property of what may be anything. */
export function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
