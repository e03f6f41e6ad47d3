import { HdfsError } from "./file-system.ts";
import type { HadoopUser } from "./login.ts";
import { ProtoMessage, ProtoWriter } from "./protobuf.ts";

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
const SASL_CALL_ID = -33;
/** The login's number in answers, where it is unsigned. */
export const SASL_ANSWER_ID = 2 ** 32 + SASL_CALL_ID;
/** `SaslState` of RpcHeader.proto. */
export const SASL_STATES = { success: 0, negotiate: 1, initiate: 2, challenge: 3, response: 4 };
const CONTEXT_CALL_ID = -3;
const PROTOCOL_BUFFERS = 2;
const FINAL_PACKET = 0;

/** The Java exception that an answer carries; its first line says what there is to say, the rest is a stack. */
export function exceptionOf(header: ProtoMessage): HdfsError {
  const className = header.text(4);
  const simpleName = /[^.$]*$/.exec(className)![0] || "IOException";
  const message = header.text(5).split(/\n\s*at /, 1)[0]!;
  return new HdfsError(
    simpleName,
    message.startsWith(`${className}: `) ? message.slice(className.length + 2) : message,
  );
}

/** Says who calls, and by which protocol. */
export function contextFrame({ effective, real }: HadoopUser, clientId: Buffer, loggedIn: boolean): Buffer {
  const context = new ProtoWriter();
  const userInformation = new ProtoWriter();
  // After a login the NameNode knows who calls, and has to be told only for whom.
  if (!loggedIn || real !== undefined) userInformation.text(1, effective);
  if (!loggedIn && real !== undefined) userInformation.text(2, real);
  context.bytes(2, userInformation.finish()).text(3, PROTOCOL);
  return rpcFrame(requestHeader(CONTEXT_CALL_ID, clientId, -1), context.finish());
}

/** `RpcSaslProto` */
export function saslFrame(state: number, token?: Buffer, auth?: Buffer): Buffer {
  const message = new ProtoWriter().uint(2, state);
  if (token !== undefined) message.bytes(3, token);
  if (auth !== undefined) message.bytes(4, auth);
  return rpcFrame(requestHeader(SASL_CALL_ID, Buffer.alloc(0), -1), message.finish());
}

/** The NameNode's offer of Kerberos among its ways to log in. @throws Error where there is none. */
export function kerberosOffer(message: ProtoMessage): ProtoMessage {
  const offers = message.all(4).map((bytes) => new ProtoMessage(bytes));
  const offer = offers.find((one) => one.text(1) === "KERBEROS");
  if (offer !== undefined) return offer;
  throw new Error("it does not ask for Kerberos: take hdfs.kerberosPrincipal out, or look who answers there");
}

/** A call as it goes over the wire. */
export function callFrame({ method, request, callId, clientId, retry }: RpcCall): Buffer {
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
