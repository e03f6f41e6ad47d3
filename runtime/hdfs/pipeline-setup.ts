import { connect, type Socket } from "node:net";
import { nameOfAddress } from "./address.ts";
import { BlockPipeline, hostOfDataNode, nameOfDataNode, type PipelineOptions } from "./block-pipeline.ts";
import type { DataNode, LocatedBlock } from "./client-protocol.ts";
import { CHUNK_BYTES, type Packet } from "./packet.ts";
import { DelimitedStream, nameOfStatus } from "./pipeline-ack.ts";
import { ProtoMessage, ProtoWriter } from "./protobuf.ts";

/** A pipeline that did not come about. The DataNode to blame is left out when the block is placed again. */
export class PipelineError extends Error {
  readonly dataNode: DataNode;

  constructor(message: string, dataNode: DataNode) {
    super(message);
    this.dataNode = dataNode;
  }
}

const DATA_TRANSFER_VERSION = 28;
const WRITE_BLOCK = 80;
const PIPELINE_SETUP_CREATE = 6;
const CRC32C = 2;
const DISK = 1;
/**
 * Has the block's DataNodes form a pipeline.
 * @throws PipelineError with the DataNode that could not be reached.
 */
export async function openPipeline(
  block: LocatedBlock,
  options: PipelineOptions,
  release: (packet: Packet) => void,
): Promise<BlockPipeline> {
  const [first] = block.dataNodes;
  if (first === undefined) throw new Error("the NameNode named no DataNode for a block");
  const { port } = first;
  const socket = connect({ host: hostOfDataNode(first, options), port, noDelay: true, keepAlive: true });
  try {
    const response = await setUp(socket, block, options);
    const status = response.uint(1);
    const badLink = response.text(2);
    if (status === 0 && badLink === "") return new BlockPipeline(socket, block, options, release);
    const bad = block.dataNodes.find((dataNode) => isCalled(dataNode, badLink)) ?? first;
    const reason =
      response.text(5) || (badLink === "" ? nameOfStatus(status) : "cannot be reached by the one before it");
    throw new PipelineError(`DataNode ${nameOfDataNode(bad, options)}: ${reason}`, bad);
  } catch (error) {
    socket.destroy();
    if (error instanceof PipelineError) throw error;
    throw new PipelineError(`DataNode ${nameOfDataNode(first, options)}: ${(error as Error).message}`, first);
  }
}

/** Connects, asks for the pipeline, and waits for the answer. */
function setUp(socket: Socket, block: LocatedBlock, options: PipelineOptions): Promise<ProtoMessage> {
  return new Promise((resolve, reject) => {
    const answers = new DelimitedStream();
    const request = writeBlockRequest(block, options.clientName);
    let handshake = isRoots(block) ? undefined : options.handshake?.(block);
    const { connectTimeout, ackTimeout } = options;
    socket.setTimeout(connectTimeout, () => reject(new Error(`no answer within ${socket.timeout} ms`)));
    socket.once("connect", () => socket.setTimeout(ackTimeout));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the connection was closed")));
    socket.on("data", (chunk: Buffer) => {
      try {
        for (const message of answers.messages(chunk)) {
          if (handshake !== undefined) {
            const answer = handshake.answer(new ProtoMessage(message));
            if (answer === undefined) handshake = undefined;
            socket.write(answer ?? request);
            continue;
          }
          socket.setTimeout(0);
          for (const event of ["timeout", "connect", "error", "close", "data"])
            socket.removeAllListeners(event);
          resolve(new ProtoMessage(message));
        }
      } catch (error) {
        reject(error as Error);
      }
    });
    socket.write(handshake?.hello ?? request);
  });
}

/** A DataNode that listens on a port of root's proves itself by that. */
function isRoots({ dataNodes }: LocatedBlock): boolean {
  return dataNodes[0]!.port < 1024;
}

function writeBlockRequest(block: LocatedBlock, clientName: string): Buffer {
  const [, ...targets] = block.dataNodes;
  const baseHeader = new ProtoWriter().bytes(1, block.block).bytes(2, block.token).finish();
  const request = new ProtoWriter().bytes(
    1,
    new ProtoWriter().bytes(1, baseHeader).text(2, clientName).finish(),
  );
  for (const { bytes } of targets) request.bytes(2, bytes);
  request
    .uint(4, PIPELINE_SETUP_CREATE)
    .uint(5, block.dataNodes.length)
    .uint(6, 0)
    .uint(7, 0)
    .uint(8, block.generation)
    .bytes(9, new ProtoWriter().uint(1, CRC32C).uint(2, CHUNK_BYTES).finish())
    .uint(11, block.storageTypes[0] ?? DISK);
  for (let index = 0; index < targets.length; index++)
    request.uint(12, block.storageTypes[index + 1] ?? DISK);
  const [firstStorage, ...otherStorages] = block.storageIds;
  if (firstStorage !== undefined) request.bytes(16, firstStorage);
  for (const storage of otherStorages) request.bytes(17, storage);
  const head = Buffer.from([0, DATA_TRANSFER_VERSION, WRITE_BLOCK]);
  return new ProtoWriter().raw(head).delimited(request.finish()).finish();
}

/** DataNodes name each other `address:port`, or `name:port`, whichever they use. */
function isCalled({ ipAddress, hostName, port }: DataNode, name: string): boolean {
  return (
    name !== "" &&
    [ipAddress, hostName].some((host) => `${host}:${port}` === name || nameOfAddress({ host, port }) === name)
  );
}
