import type { Socket } from "node:net";
import { nameOfAddress } from "./address.ts";
import type { DataNode, LocatedBlock } from "./client-protocol.ts";
import type { DataNodeHandshake } from "./login.ts";
import { emptyPacket, heartbeatPacket, PACKET_DATA_BYTES, type Packet } from "./packet.ts";
import { DelimitedStream, readAck } from "./pipeline-ack.ts";

/** What all pipelines of one file system have in common. */
export interface PipelineOptions {
  readonly clientName: string;
  /** Reach DataNodes by their names (`dfs.client.use.datanode.hostname`). */
  readonly useHostNames: boolean;
  /** DataNodes ask for proof of the block's token (`dfs.data.transfer.protection`), unless root runs them. */
  readonly handshake: ((block: LocatedBlock) => DataNodeHandshake) | undefined;
  /** ms for a DataNode to take a connection. */
  readonly connectTimeout: number;
  /** ms for the pipeline to get ready, and for an acknowledgement. */
  readonly ackTimeout: number;
  /** ms between heartbeats of a file to which nothing is written. */
  readonly heartbeatInterval: number;
}

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
      const who = dataNode === undefined ? "a DataNode" : nameOfDataNode(dataNode, this.#options);
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

/** Where a DataNode is reached. */
export function hostOfDataNode(dataNode: DataNode, { useHostNames }: PipelineOptions): string {
  return useHostNames ? dataNode.hostName : dataNode.ipAddress;
}

/** For messages: `host:port`. */
export function nameOfDataNode(dataNode: DataNode, options: PipelineOptions): string {
  return nameOfAddress({ host: hostOfDataNode(dataNode, options), port: dataNode.port });
}

function namesOf(dataNodes: readonly DataNode[], options: PipelineOptions): string {
  return dataNodes.map((dataNode) => nameOfDataNode(dataNode, options)).join(", ");
}
