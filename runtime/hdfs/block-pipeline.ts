import { connect, type Socket } from "node:net";
import type { DataNode, LocatedBlock } from "./client-protocol.ts";
import { dataNodeHandshake } from "./data-transfer-sasl.ts";
import { CHUNK_BYTES, emptyPacket, heartbeatPacket, PACKET_DATA_BYTES, type Packet } from "./packet.ts";
import { DelimitedStream, nameOfStatus, readAck } from "./pipeline-ack.ts";
import { ProtoMessage, ProtoWriter } from "./protobuf.ts";
import { nameOfAddress } from "./rpc-connection.ts";

/** What all pipelines of one file system have in common. */
export interface PipelineOptions {
  readonly clientName: string;
  /** Reach DataNodes by their names (`dfs.client.use.datanode.hostname`). */
  readonly useHostNames: boolean;
  /** DataNodes ask for proof of the block's token (`dfs.data.transfer.protection`), unless root runs them. */
  readonly protectedTransfer: boolean;
  /** ms for a DataNode to take a connection. */
  readonly connectTimeout: number;
  /** ms for the pipeline to get ready, and for an acknowledgement. */
  readonly ackTimeout: number;
  /** ms between heartbeats of a file to which nothing is written. */
  readonly heartbeatInterval: number;
}

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
/** Bytes on their way at most: what an acknowledgement takes to come back is filled with sending. */
const MAX_IN_FLIGHT = 64 * PACKET_DATA_BYTES;

interface SentPacket {
  readonly packet: Packet | undefined;
  /** Of the first byte behind it. */
  readonly end: number;
  readonly bytes: number;
}

/**
 * One block on its way to its DataNodes, data transfer protocol version 28: packets go to the first of them, which
 * hands them on; acknowledgements come back from the last. There is no recovery: with the first trouble it ends, and
 * what was acknowledged is safe with every DataNode of the pipeline.
 */
export class BlockPipeline {
  readonly block: LocatedBlock;
  readonly #socket: Socket;
  readonly #release: (packet: Packet) => void;
  readonly #options: PipelineOptions;
  readonly #acks = new DelimitedStream();
  readonly #sent: SentPacket[] = [];
  readonly #timer: NodeJS.Timeout;
  #nextSequence = 0;
  #acknowledgedSequence = 0;
  #inFlight = 0;
  #acknowledged = 0;
  #lastAckAt = 0;
  #error: Error | undefined;
  #waiting: { resolve(): void; reject(error: Error): void; inFlight: number } | undefined;

  /** @internal Use {@link openPipeline}. */
  constructor(
    socket: Socket,
    block: LocatedBlock,
    options: PipelineOptions,
    release: (packet: Packet) => void,
  ) {
    this.#socket = socket;
    this.block = block;
    this.#options = options;
    this.#release = release;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", (error) => this.fail(error));
    socket.on("close", () => this.fail(new Error("the connection was closed")));
    const { ackTimeout, heartbeatInterval } = options;
    this.#timer = setInterval(() => this.#watch(), Math.min(heartbeatInterval, ackTimeout / 2));
  }

  /** Bytes of the block that every DataNode has. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Whether `room` has to be waited for before the next packet. */
  get full(): boolean {
    return this.#inFlight >= MAX_IN_FLIGHT;
  }

  /** Resolves when another packet may be sent. */
  room(): Promise<void> {
    return this.#wait(MAX_IN_FLIGHT - PACKET_DATA_BYTES);
  }

  /** Resolves when all that was sent is acknowledged by every DataNode. */
  allAcknowledged(): Promise<void> {
    return this.#wait(-1);
  }

  /** Sends a packet; `offset` is that of its first byte in the block. Its memory is released when it is acknowledged. */
  send(packet: Packet, offset: number, sync: boolean): void {
    const bytes = packet.seal({ offset, sequence: this.#nextSequence, last: false, sync });
    this.#send(bytes, { packet, end: offset + packet.length, bytes: packet.length });
  }

  /** Sends an order: to put the block's first `length` bytes on the disks, or that they were all. */
  sendEmpty(length: number, sync: boolean, last: boolean): void {
    const bytes = emptyPacket({ offset: length, sequence: this.#nextSequence, last, sync });
    this.#send(bytes, { packet: undefined, end: length, bytes: 0 });
  }

  /** Packets that are sent until `uncork` go out together. */
  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  /** Ends it, without a word to the DataNodes: for good after the last packet, or to let go of the file. */
  destroy(): void {
    this.fail(new Error("the file was let go"));
  }

  /** The first trouble ends it; whoever waits is told. */
  fail(cause: Error): void {
    if (this.#error !== undefined) return;
    this.#error = new Error(`DataNodes ${namesOf(this.block.dataNodes, this.#options)}: ${cause.message}`, {
      cause,
    });
    clearInterval(this.#timer);
    this.#socket.destroy();
    this.#waiting?.reject(this.#error);
    this.#waiting = undefined;
  }

  #send(bytes: Buffer, sent: SentPacket): void {
    if (this.#error !== undefined) throw this.#error;
    if (this.#sent.length === 0) this.#lastAckAt = performance.now();
    this.#nextSequence++;
    this.#sent.push(sent);
    this.#inFlight += sent.bytes;
    this.#socket.write(bytes);
  }

  /** Waits until no more than so many bytes are on their way; -1: and no packet without bytes either. */
  #wait(inFlight: number): Promise<void> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#hasAtMost(inFlight)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject, inFlight };
    });
  }

  #hasAtMost(inFlight: number): boolean {
    return inFlight < 0 ? this.#sent.length === 0 : this.#inFlight <= inFlight;
  }

  #receive(chunk: Buffer): void {
    try {
      for (const message of this.#acks.messages(chunk)) this.#acknowledge(message);
    } catch (error) {
      this.fail(error as Error);
      return;
    }
    if (this.#waiting !== undefined && this.#hasAtMost(this.#waiting.inFlight)) {
      this.#waiting.resolve();
      this.#waiting = undefined;
    }
  }

  #acknowledge(message: Buffer): void {
    const { sequence, failed, status } = readAck(message);
    if (failed !== undefined) {
      const dataNode = this.block.dataNodes[failed];
      const who = dataNode === undefined ? "a DataNode" : nameOf(dataNode, this.#options);
      throw new Error(`${who} did not take a packet (${status})`);
    }
    if (sequence < 0) return;
    const sent = this.#sent[0];
    if (sent === undefined || sequence !== this.#acknowledgedSequence) {
      throw new Error(`packet ${sequence} was acknowledged instead of ${this.#acknowledgedSequence}`);
    }
    this.#sent.shift();
    this.#acknowledgedSequence++;
    this.#inFlight -= sent.bytes;
    this.#acknowledged = sent.end;
    this.#lastAckAt = performance.now();
    if (sent.packet !== undefined) this.#release(sent.packet);
  }

  #watch(): void {
    const { ackTimeout } = this.#options;
    if (this.#sent.length === 0) this.#socket.write(heartbeatPacket());
    else if (performance.now() - this.#lastAckAt > ackTimeout) {
      this.fail(new Error(`no acknowledgement within ${ackTimeout} ms`));
    }
  }
}

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
  const socket = connect({ host: hostOf(first, options), port, noDelay: true, keepAlive: true });
  try {
    const response = await setUp(socket, block, options);
    const status = response.uint(1);
    const badLink = response.text(2);
    if (status === 0 && badLink === "") return new BlockPipeline(socket, block, options, release);
    const bad = block.dataNodes.find((dataNode) => isCalled(dataNode, badLink)) ?? first;
    const reason =
      response.text(5) || (badLink === "" ? nameOfStatus(status) : "cannot be reached by the one before it");
    throw new PipelineError(`DataNode ${nameOf(bad, options)}: ${reason}`, bad);
  } catch (error) {
    socket.destroy();
    if (error instanceof PipelineError) throw error;
    throw new PipelineError(`DataNode ${nameOf(first, options)}: ${(error as Error).message}`, first);
  }
}

/** Connects, asks for the pipeline, and waits for the answer. */
function setUp(socket: Socket, block: LocatedBlock, options: PipelineOptions): Promise<ProtoMessage> {
  return new Promise((resolve, reject) => {
    const answers = new DelimitedStream();
    const request = writeBlockRequest(block, options.clientName);
    let handshake = needsHandshake(block, options) ? dataNodeHandshake(block) : undefined;
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
function needsHandshake(block: LocatedBlock, { protectedTransfer }: PipelineOptions): boolean {
  return protectedTransfer && block.dataNodes[0]!.port >= 1024;
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

function hostOf(dataNode: DataNode, { useHostNames }: PipelineOptions): string {
  return useHostNames ? dataNode.hostName : dataNode.ipAddress;
}

function nameOf(dataNode: DataNode, options: PipelineOptions): string {
  return nameOfAddress({ host: hostOf(dataNode, options), port: dataNode.port });
}

function namesOf(dataNodes: readonly DataNode[], options: PipelineOptions): string {
  return dataNodes.map((dataNode) => nameOf(dataNode, options)).join(", ");
}

/** DataNodes name each other `address:port`, or `name:port`, whichever they use. */
function isCalled({ ipAddress, hostName, port }: DataNode, name: string): boolean {
  return (
    name !== "" &&
    [ipAddress, hostName].some((host) => `${host}:${port}` === name || nameOfAddress({ host, port }) === name)
  );
}
