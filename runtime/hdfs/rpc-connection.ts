import { connect, type Socket } from "node:net";
import { HdfsError } from "./file-system.ts";
import { ProtoMessage, ProtoWriter, readDelimited } from "./protobuf.ts";

/** Where a server listens. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** Who calls. */
export interface HadoopUser {
  /** The user that the connection is made for. */
  readonly effective: string;
  /** The user that is known to the server, where it makes the connection for another one (`hdfs.proxyUser`). */
  readonly real: string | undefined;
}

/** One call, the same however often it is sent: the server recognizes it, and does not do it twice. */
export interface RpcCall {
  readonly method: string;
  readonly request: Buffer;
  readonly callId: number;
  readonly clientId: Buffer;
  /** How often it was sent before. */
  readonly retry: number;
}

const PROTOCOL = "org.apache.hadoop.hdfs.protocol.ClientProtocol";
const PROTOCOL_VERSION = 1;
/** "hrpc", version 9, service class 0, no SASL. */
const CONNECTION_HEADER = Buffer.from([0x68, 0x72, 0x70, 0x63, 9, 0, 0]);
const CONTEXT_CALL_ID = -3;
const PROTOCOL_BUFFERS = 2;
const FINAL_PACKET = 0;
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
  readonly #name: string;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #received: Buffer[] = [];
  #receivedBytes = 0;
  #needed = 4;
  #error: Error | undefined;

  constructor(address: HostAndPort, user: HadoopUser, clientId: Buffer) {
    this.#name = nameOfAddress(address);
    const socket = connect({ host: address.host, port: address.port, noDelay: true, keepAlive: true });
    this.#socket = socket;
    const unreachable = `cannot be reached within ${CONNECT_TIMEOUT} ms`;
    socket.setTimeout(CONNECT_TIMEOUT, () => this.#end(new Error(unreachable)));
    socket.on("connect", () => socket.setTimeout(0));
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", (error) => this.#end(error));
    socket.on("close", () => this.#end(new Error("the connection was closed")));
    socket.write(CONNECTION_HEADER);
    socket.write(contextFrame(user, clientId));
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
      const timer = setTimeout(() => this.#end(new Error(`no answer within ${timeout} ms`)), timeout);
      this.#waiting.set(call.callId, { resolve, reject, timer });
      this.#socket.write(callFrame(call));
    });
  }

  /** Ends it; calls under way fail. */
  close(): void {
    this.#end(new Error("the connection was closed"));
  }

  #end(cause: Error): void {
    if (this.#error !== undefined) return;
    const error =
      cause instanceof HdfsError ? cause : new Error(`NameNode ${this.#name}: ${cause.message}`, { cause });
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
    if (waiting === undefined) return;
    this.#waiting.delete(header.uint(1));
    clearTimeout(waiting.timer);
    if (status !== RPC_SUCCESS) waiting.reject(exceptionOf(header));
    else waiting.resolve(new ProtoMessage(readDelimited(frame, head.end)?.message ?? Buffer.alloc(0)));
  }
}

/** `host:port`, an IPv6 address in brackets. */
export function nameOfAddress({ host, port }: HostAndPort): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** The Java exception that an answer carries; its first line says what there is to say, the rest is a stack. */
function exceptionOf(header: ProtoMessage): HdfsError {
  const className = header.text(4);
  const simpleName = /[^.$]*$/.exec(className)![0] || "IOException";
  const message = header.text(5).split(/\n\s*at /, 1)[0]!;
  return new HdfsError(
    simpleName,
    message.startsWith(`${className}: `) ? message.slice(className.length + 2) : message,
  );
}

function contextFrame({ effective, real }: HadoopUser, clientId: Buffer): Buffer {
  const userInformation = new ProtoWriter().text(1, effective);
  if (real !== undefined) userInformation.text(2, real);
  const context = new ProtoWriter().bytes(2, userInformation.finish()).text(3, PROTOCOL);
  return rpcFrame(requestHeader(CONTEXT_CALL_ID, clientId, -1), context.finish());
}

function callFrame({ method, request, callId, clientId, retry }: RpcCall): Buffer {
  const methodHeader = new ProtoWriter().text(1, method).text(2, PROTOCOL).uint(3, PROTOCOL_VERSION);
  return rpcFrame(requestHeader(callId, clientId, retry), methodHeader.finish(), request);
}

function requestHeader(callId: number, clientId: Buffer, retry: number): Buffer {
  const header = new ProtoWriter().uint(1, PROTOCOL_BUFFERS).uint(2, FINAL_PACKET).sint(3, callId);
  return header.bytes(4, clientId).sint(5, retry).finish();
}

function rpcFrame(...messages: readonly Buffer[]): Buffer {
  const frame = new ProtoWriter().raw(Buffer.alloc(4));
  for (const message of messages) frame.delimited(message);
  const bytes = frame.finish();
  bytes.writeUInt32BE(bytes.length - 4, 0);
  return bytes;
}
