import { connect, type Socket } from "node:net";
import { errorText } from "../agent/log.ts";
import { type HostAndPort, nameOfAddress } from "./address.ts";
import { HdfsError } from "./file-system.ts";
import type { HadoopLogin, HadoopUser, SaslExchange } from "./login.ts";
import { ProtoMessage, ProtoWriter, readDelimited } from "./protobuf.ts";
import {
  callFrame,
  contextFrame,
  exceptionOf,
  kerberosOffer,
  type RpcCall,
  SASL_ANSWER_ID,
  SASL_STATES,
  saslFrame,
} from "./rpc-frames.ts";

/** How a connection to a NameNode is made. */
export interface RpcIdentity {
  readonly user: HadoopUser;
  readonly clientId: Buffer;
  /** Undefined: the NameNode takes the user's name on trust. */
  readonly login: NameNodeLogin | undefined;
}

/** Login to a NameNode. */
export interface NameNodeLogin {
  readonly login: HadoopLogin;
  /** Who a NameNode at that host must be: `nn/namenode.example.org`, without realm. */
  principalOf(host: string): string;
}

/** "hrpc", version 9, service class 0. The last byte says whether SASL comes next. */
const CONNECTION_HEADER = Buffer.from([0x68, 0x72, 0x70, 0x63, 9, 0]);
const NO_SASL = 0;
const SASL = 0xdf;
const RPC_SUCCESS = 0;
const RPC_FATAL = 2;
/** A server that sends more than this in one answer is none: a listing has at most 1,000 files. */
const MAX_ANSWER = 64 * 1024 * 1024;
/** A machine that is switched off does not refuse connections: it says nothing. ms */
const CONNECT_TIMEOUT = 8_000;

interface Waiting {
  resolve(answer: ProtoMessage): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

/**
 * One connection to a NameNode, Hadoop RPC version 9: calls and answers in any order. It ends with the first trouble,
 * and all calls under way fail then; whoever calls makes another one and sends them again.
 */
export class RpcConnection {
  /** For messages: `NameNode host:port`. */
  readonly name: string;
  readonly #address: HostAndPort;
  readonly #identity: RpcIdentity;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #received: Buffer[] = [];
  #receivedBytes = 0;
  #needed = 4;
  #error: Error | undefined;
  /** Calls that wait for the login. */
  #held: Buffer[] | undefined = [];
  #exchange: SaslExchange | undefined;

  constructor(address: HostAndPort, identity: RpcIdentity) {
    this.#address = address;
    this.#identity = identity;
    this.name = `NameNode ${nameOfAddress(address)}`;
    const socket = connect({ host: address.host, port: address.port, noDelay: true, keepAlive: true });
    this.#socket = socket;
    const unreachable = `cannot be reached within ${CONNECT_TIMEOUT} ms`;
    socket.setTimeout(CONNECT_TIMEOUT, () => this.#end(new Error(unreachable)));
    socket.on("connect", () => socket.setTimeout(0));
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", (error) => this.#end(error));
    socket.on("close", () => this.#end(new Error("the connection was closed")));
    socket.write(CONNECTION_HEADER);
    if (identity.login === undefined) {
      socket.write(Buffer.of(NO_SASL));
      this.#begin();
    } else {
      socket.write(Buffer.of(SASL));
      socket.write(saslFrame(SASL_STATES.negotiate));
    }
  }

  /** Whether it can take another call. */
  get usable(): boolean {
    return this.#error === undefined;
  }

  /**
   * Sends a call and waits for its answer.
   * @throws HdfsError where the NameNode answers with an exception; another Error, which leaves open whether the call
   * was done, where there is no answer within `timeout` ms or the connection ends.
   */
  call(call: RpcCall, timeout: number): Promise<ProtoMessage> {
    return new Promise((resolve, reject) => {
      if (this.#error !== undefined) {
        reject(this.#error);
        return;
      }
      // A NameNode that does not answer one call may be gone with the power: nothing else would end the connection.
      const timer = setTimeout(
        () => this.#end(new Error(`no answer within ${Math.round(timeout)} ms`)),
        timeout,
      );
      this.#waiting.set(call.callId, { resolve, reject, timer });
      const frame = callFrame(call);
      if (this.#held === undefined) this.#socket.write(frame);
      else this.#held.push(frame);
    });
  }

  /** Ends it; calls under way fail. */
  close(): void {
    this.#end(new Error("the connection was closed"));
  }

  /** Says who calls; calls may follow. */
  #begin(): void {
    const { user, clientId, login } = this.#identity;
    this.#socket.write(contextFrame(user, clientId, login !== undefined));
    for (const frame of this.#held ?? []) this.#socket.write(frame);
    this.#held = undefined;
  }

  async #logIn(message: ProtoMessage): Promise<void> {
    switch (message.uint(2)) {
      case SASL_STATES.success:
        this.#begin();
        return;
      case SASL_STATES.negotiate: {
        const auth = kerberosOffer(message);
        const service = auth.text(3);
        const host = auth.text(4);
        const expected = this.#identity.login!.principalOf(this.#address.host);
        if (`${service}/${host}` !== expected)
          throw new Error(`it says that it is ${service}/${host}, not ${expected}`);
        this.#exchange = await this.#identity.login!.login.start(service, host);
        const token = await this.#exchange.respond(Buffer.alloc(0));
        const chosen = new ProtoWriter()
          .text(1, auth.text(1))
          .text(2, auth.text(2))
          .text(3, service)
          .text(4, host);
        this.#socket.write(saslFrame(SASL_STATES.initiate, token, chosen.finish()));
        return;
      }
      case SASL_STATES.challenge: {
        const token = await this.#exchange?.respond(message.bytes(3) ?? Buffer.alloc(0));
        this.#socket.write(saslFrame(SASL_STATES.response, token));
      }
    }
  }

  #end(cause: Error): void {
    if (this.#error !== undefined) return;
    const error =
      cause instanceof HdfsError ? cause : new Error(`${this.name}: ${errorText(cause)}`, { cause });
    this.#error = error;
    this.#socket.destroy();
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#waiting.clear();
  }

  #receive(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes < this.#needed) return;
    let bytes = this.#received.length === 1 ? chunk : Buffer.concat(this.#received);
    try {
      while (bytes.length >= 4) {
        const end = 4 + bytes.readUInt32BE(0);
        if (end > MAX_ANSWER) throw new Error("not a NameNode: it does not speak Hadoop's protocol");
        this.#needed = end;
        if (bytes.length < end) break;
        this.#answer(bytes.subarray(4, end));
        bytes = bytes.subarray(end);
        this.#needed = 4;
      }
    } catch (error) {
      this.#end(error as Error);
      return;
    }
    this.#received = [bytes];
    this.#receivedBytes = bytes.length;
  }

  #answer(frame: Buffer): void {
    const head = readDelimited(frame, 0);
    if (head === undefined) throw new Error("not a NameNode: it does not speak Hadoop's protocol");
    const header = new ProtoMessage(head.message);
    const status = header.uint(2);
    const waiting = this.#waiting.get(header.uint(1));
    if (status === RPC_FATAL) {
      this.#end(exceptionOf(header));
      return;
    }
    if (header.uint(1) === SASL_ANSWER_ID && status === RPC_SUCCESS) {
      const message = readDelimited(frame, head.end)?.message ?? Buffer.alloc(0);
      this.#logIn(new ProtoMessage(message)).catch((error: Error) => {
        this.#end(new HdfsError("SaslException", `${this.name}: ${error.message}`));
      });
      return;
    }
    if (waiting === undefined) return;
    this.#waiting.delete(header.uint(1));
    clearTimeout(waiting.timer);
    if (status !== RPC_SUCCESS) waiting.reject(exceptionOf(header));
    else waiting.resolve(new ProtoMessage(readDelimited(frame, head.end)?.message ?? Buffer.alloc(0)));
  }
}
