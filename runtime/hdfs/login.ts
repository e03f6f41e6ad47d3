import type { LocatedBlock } from "./client-protocol.ts";
import type { ProtoMessage } from "./protobuf.ts";

/** Who calls. */
export interface HadoopUser {
  /** The user that the connection is made for. */
  readonly effective: string;
  /** The user that is known to the server, where it makes the connection for another one (`hdfs.proxyUser`). */
  readonly real: string | undefined;
}

/** The client half of a SASL mechanism: what to answer to a challenge. */
export interface SaslExchange {
  respond(challenge: Buffer): Promise<Buffer>;
}

/** How to prove to Hadoop's daemons who this is: `kerberosLogin`. */
export interface HadoopLogin {
  /** Begins to log in to a service: `nn` on `namenode.example.org`. */
  start(service: string, host: string): Promise<SaslExchange>;
  /** What a connection to a DataNode does before anything else, where `dfs.data.transfer.protection` asks for it. */
  handshake(block: LocatedBlock): DataNodeHandshake;
}

/** Shows a DataNode that this client has the block's token, and checks that the DataNode knows its password. */
export interface DataNodeHandshake {
  /** What to send first. */
  readonly hello: Buffer;
  /** What to send next; undefined when the DataNode has proved itself and the handshake is over. */
  answer(message: ProtoMessage): Buffer | undefined;
}
