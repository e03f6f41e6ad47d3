import { connect, type Socket } from "node:net";
import type { ZooKeeperHost } from "./connect-string.ts";
import { JuteReader, juteRequest, juteText } from "./jute.ts";

// ZooKeeper's numbers of its requests and errors.
const GET_DATA = 4;
const GET_CHILDREN = 8;
const CLOSE_SESSION = -11;
const NO_NODE = -101;
const NO_AUTHORIZATION = -102;

/** How long the server is asked to keep a session without a word from us, ms; it is closed long before. */
const ZOOKEEPER_SESSION_TIMEOUT = 30_000;
const PASSWORD_BYTES = 16;
/** Far more than any node that is asked for; a server that is no ZooKeeper seems to announce gigabytes. */
const MOST_REPLY_BYTES = 16_777_216;

/**
 * A session with one ZooKeeper for a few reads. It sets no watches, and sends no pings: what it reads keeps it alive,
 * and it ends then. The connection, and each read, may take `timeout` ms.
 */
export class ZooKeeperSession {
  readonly #socket: Socket;
  readonly #timeout: number;
  /** What has arrived and is no whole frame yet. */
  #received: Buffer = Buffer.alloc(0);
  /** Who waits for an answer; they come in the order of the requests. */
  readonly #waiting: { resolve(frame: Buffer): void; reject(error: Error): void }[] = [];
  #xid = 0;
  #broken: Error | undefined;

  private constructor(socket: Socket, timeout: number) {
    this.#socket = socket;
    this.#timeout = timeout;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", (error) => this.#break(error));
    socket.on("close", () => this.#break(new Error("it closed the connection")));
  }

  /** Connects and opens a session. */
  static async open({ host, port }: ZooKeeperHost, timeout: number): Promise<ZooKeeperSession> {
    const session = new ZooKeeperSession(connect({ host, port, noDelay: true }), timeout);
    try {
      await session.#begin();
      return session;
    } catch (error) {
      session.#socket.destroy();
      throw error;
    }
  }

  /** The names of the nodes under a path, in no order; undefined when there is no such node. */
  async getChildren(path: string): Promise<string[] | undefined> {
    const reply = await this.#read(GET_CHILDREN, path);
    if (reply === undefined) return undefined;
    const names: string[] = [];
    for (let left = reply.int32(); left > 0; left--) names.push(reply.buffer().toString());
    return names;
  }

  /** The data of a node; undefined when there is no such node. */
  async getData(path: string): Promise<Buffer | undefined> {
    const reply = await this.#read(GET_DATA, path);
    return reply?.buffer();
  }

  /** Ends the session; whether the server answers does not matter any more. */
  close(): void {
    if (this.#broken !== undefined) return;
    this.#socket.write(juteRequest(++this.#xid, CLOSE_SESSION));
    this.#socket.destroySoon();
  }

  async #begin(): Promise<void> {
    // Protocol 0, no transaction seen, the time-out, no session to go on with, and a password of zeros.
    const frame = Buffer.alloc(32 + PASSWORD_BYTES);
    frame.writeInt32BE(frame.length - 4, 0);
    frame.writeInt32BE(ZOOKEEPER_SESSION_TIMEOUT, 16);
    frame.writeInt32BE(PASSWORD_BYTES, 28);
    const reply = new JuteReader(await this.#ask(frame));
    reply.skip(4); // the protocol
    if (reply.int32() <= 0) throw new Error("it gives no session");
  }

  async #read(type: number, path: string): Promise<JuteReader | undefined> {
    const xid = ++this.#xid;
    const noWatch = Buffer.alloc(1);
    const reply = new JuteReader(await this.#ask(juteRequest(xid, type, juteText(path), noWatch)));
    if (reply.int32() !== xid) throw new Error("it answers what it was not asked");
    reply.skip(8); // the newest transaction
    const error = reply.int32();
    if (error === NO_NODE) return undefined;
    if (error === NO_AUTHORIZATION) throw new Error(`nobody may read ${path} without a login`);
    if (error !== 0) throw new Error(`it cannot read ${path} (error ${error})`);
    return reply;
  }

  async #ask(frame: Buffer): Promise<Buffer> {
    if (this.#broken !== undefined) throw this.#broken;
    const answer = Promise.withResolvers<Buffer>();
    this.#waiting.push(answer);
    this.#socket.write(frame);
    const late = setTimeout(
      () => this.#break(new Error(`no answer within ${this.#timeout / 1000} s`)),
      this.#timeout,
    );
    try {
      return await answer.promise;
    } finally {
      clearTimeout(late);
    }
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 4) {
      const length = this.#received.readInt32BE(0);
      if (length < 0 || length > MOST_REPLY_BYTES) {
        this.#break(new Error("what answers there does not speak ZooKeeper's protocol"));
        return;
      }
      if (this.#received.length < 4 + length) return;
      const frame = this.#received.subarray(4, 4 + length);
      this.#received = this.#received.subarray(4 + length);
      this.#waiting.shift()?.resolve(frame);
    }
  }

  #break(error: Error): void {
    this.#broken ??= error;
    this.#socket.destroy();
    for (const { reject } of this.#waiting.splice(0)) reject(this.#broken);
  }
}
