import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { OutputFile } from "./file-system.ts";
import { readJson, remoteException } from "./web-hdfs-client.ts";

/** ms that a DataNode may take to take a connection. */
const WEB_CONNECT_TIMEOUT = 10_000;
const CREATED = 201;

/** A file on its way to a DataNode, as the body of one HTTP request. Nothing of it is promised before `close`. */
export class WebHdfsOutputFile implements OutputFile {
  readonly replicas = undefined;
  readonly #request: ClientRequest;
  readonly #path: string;
  readonly #timeout: number;
  readonly #remove: () => Promise<void>;
  readonly #response: Promise<IncomingMessage>;
  #length = 0;
  #error: Error | undefined;
  #failWrite: ((error: Error) => void) | undefined;

  /** @internal Use {@link openWebHdfsFile}. */
  constructor(request: ClientRequest, path: string, timeout: number, remove: () => Promise<void>) {
    this.#request = request;
    this.#path = path;
    this.#timeout = timeout;
    this.#remove = remove;
    this.#response = new Promise((resolve, reject) => {
      request.on("response", (response: IncomingMessage) => {
        // An answer before the end is a refusal: whoever writes learns of it now.
        if (!request.writableEnded || response.statusCode !== CREATED) void this.#refused(response);
        resolve(response);
      });
      request.on("error", (error) => {
        this.#fail(error);
        reject(error);
      });
      request.on("close", () => reject(new Error(`${path}: the DataNode closed the connection`)));
    });
    this.#response.catch(() => this.#fail(new Error(`${path}: the DataNode closed the connection`)));
  }

  get length(): number {
    return this.#length;
  }

  async write(bytes: Buffer): Promise<void> {
    if (this.#error !== undefined) throw this.#error;
    if (bytes.length === 0) return;
    // With the operating system, the bytes may be changed.
    await new Promise<void>((resolve, reject) => {
      this.#failWrite = reject;
      this.#request.write(bytes, (error) => (error ? reject(this.#error ?? error) : resolve()));
    });
    this.#length += bytes.length;
  }

  async hflush(): Promise<void> {
    if (this.#error !== undefined) throw this.#error;
  }

  hsync(): Promise<void> {
    return this.hflush();
  }

  async close(): Promise<void> {
    if (this.#error !== undefined) throw this.#error;
    if (this.#timeout > 0) {
      this.#request.setTimeout(this.#timeout, () => {
        this.#request.destroy(new Error(`${this.#path}: no answer within ${this.#timeout} ms`));
      });
    }
    this.#request.end();
    let response: IncomingMessage;
    try {
      response = await this.#response;
      if (response.statusCode !== CREATED) throw await this.#refused(response);
    } catch (error) {
      throw this.#fail(error as Error);
    }
    response.resume();
    this.#error = new Error(`${this.#path} is closed`);
  }

  /** Removes the file: nothing of it was promised, and the DataNode would close it wherever it was cut off. */
  async abandon(): Promise<void> {
    this.#fail(new Error(`${this.#path} was given up`));
    this.#request.destroy();
    await this.#remove();
  }

  #refusal: Promise<Error> | undefined;

  #refused(response: IncomingMessage): Promise<Error> {
    this.#refusal ??= readJson(response).then(
      (body) => this.#fail(remoteException(response.statusCode ?? 0, body)),
      (error: Error) => this.#fail(error),
    );
    return this.#refusal;
  }

  /** The first error stays the file's. */
  #fail(error: Error): Error {
    this.#error ??= error;
    this.#failWrite?.(this.#error);
    return this.#error;
  }
}

/**
 * Opens the request to the DataNode that the NameNode chose; resolves when the DataNode is ready for data.
 * @throws Error where the DataNode does not answer; HdfsError where it refuses.
 */
export async function openWebHdfsFile(
  location: URL,
  path: string,
  timeout: number,
  remove: () => Promise<void>,
): Promise<WebHdfsOutputFile> {
  const request = (location.protocol === "https:" ? httpsRequest : httpRequest)(location, {
    method: "PUT",
    agent: false,
    headers: {
      "content-type": "application/octet-stream",
      "transfer-encoding": "chunked",
      // The DataNode says when it is ready, or why not.
      expect: "100-continue",
    },
  });
  await new Promise<void>((resolve, reject) => {
    const unreachable = `DataNode ${location.host}: no answer within ${WEB_CONNECT_TIMEOUT} ms`;
    const timer = setTimeout(() => request.destroy(new Error(unreachable)), WEB_CONNECT_TIMEOUT);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      request.removeAllListeners();
      act();
    };
    request.on("continue", () => settle(resolve));
    request.on("error", (error) =>
      settle(() => reject(new Error(`DataNode ${location.host}: ${error.message}`))),
    );
    request.on("response", (response) => {
      settle(() => {
        request.on("error", () => undefined);
        readJson(response)
          .then((body) => reject(remoteException(response.statusCode ?? 0, body)), reject)
          .finally(() => request.destroy());
      });
    });
    request.flushHeaders();
  });
  return new WebHdfsOutputFile(request, path, timeout, remove);
}
