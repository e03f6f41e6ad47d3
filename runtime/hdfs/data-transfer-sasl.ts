import type { LocatedBlock } from "./client-protocol.ts";
import { digestMd5Response } from "./digest-md5.ts";
import type { DataNodeHandshake } from "./login.ts";
import { ProtoMessage, ProtoWriter } from "./protobuf.ts";

const SASL_MAGIC = Buffer.from([0xde, 0xad, 0xbe, 0xef]);
const SASL_SUCCESS = 0;
const DIGEST_URI = "hdfs/0";

/** Shows the DataNode that this client has the block's token, and checks that the DataNode knows its password. */
export function dataNodeHandshake(block: LocatedBlock): DataNodeHandshake {
  const token = new ProtoMessage(block.token);
  const user = (token.bytes(1) ?? Buffer.alloc(0)).toString("base64");
  const password = (token.bytes(2) ?? Buffer.alloc(0)).toString("base64");
  let expected: string | undefined;
  return {
    hello: Buffer.concat([SASL_MAGIC, saslMessage(Buffer.alloc(0))]),
    answer: (message) => {
      if (message.uint(1) !== SASL_SUCCESS) throw new Error(`SASL: ${message.text(3) || "refused"}`);
      const payload = message.text(2);
      if (expected === undefined) {
        const { response, serverProof } = digestMd5Response(payload, user, password, DIGEST_URI);
        expected = serverProof;
        return saslMessage(response);
      }
      if (payload !== expected) throw new Error("SASL: it does not know the token's password");
      return undefined;
    },
  };
}

/** A delimited `DataTransferEncryptorMessageProto`. */
function saslMessage(payload: Buffer): Buffer {
  return new ProtoWriter()
    .delimited(new ProtoWriter().uint(1, SASL_SUCCESS).bytes(2, payload).finish())
    .finish();
}
