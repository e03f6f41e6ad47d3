import { setTimeout as delay } from "node:timers/promises";
import type { BlockPipeline, PipelineOptions } from "./block-pipeline.ts";
import {
  type ClientProtocol,
  type DataNode,
  type FileBeingWritten,
  type LocatedBlock,
  withLength,
} from "./client-protocol.ts";
import type { ExcludedDataNodes } from "./excluded-data-nodes.ts";
import { HdfsError, type OutputFile } from "./file-system.ts";
import { CHUNK_BYTES, type Packet } from "./packet.ts";
import type { PacketPool } from "./packet-pool.ts";
import { openPipeline, PipelineError } from "./pipeline-setup.ts";

/** What the files of one file system share. */
export interface OutputFileContext {
  readonly protocol: ClientProtocol;
  readonly pipelines: PipelineOptions;
  readonly packets: PacketPool;
  readonly excluded: ExcludedDataNodes;
  /** ms for what a file waits for; 0: without end. */
  readonly callTimeout: number;
  /** Sees to it that the file gets closed (lease recovery). */
  recover(path: string): Promise<void>;
  /** The file needs its lease no more. */
  closed(file: HdfsOutputFile): void;
}

/** How often a block is placed anew because of a DataNode that cannot be reached. */
const PLACEMENTS = 5;
/** A NameNode that has just started places no block on a DataNode before that one's next heartbeat, 3 s later. ms */
const WAIT_FOR_HEARTBEAT = 5_000;
const PLACEMENT_PAUSE = 250; // ms

/** A file of HDFS while it is written. */
export class HdfsOutputFile implements OutputFile {
  readonly #context: OutputFileContext;
  readonly #file: FileBeingWritten;
  readonly #blockSize: number;
  #length = 0;
  /** The packet being filled, with its offset in the block: there is one only while there are bytes to send. */
  #packet: Packet | undefined;
  #packetOffset = 0;
  /** After a flush in mid-chunk: the chunk's bytes so far, which go again at the head of the next packet. */
  readonly #tail = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #tailLength = 0;
  #pipeline: BlockPipeline | undefined;
  /** The last finished block, with its length. */
  #previous: Buffer | undefined;
  /** Whether the NameNode has been asked to keep the blocks so far in its edit log. */
  #persisted = true;
  #error: Error | undefined;

  /** @internal Use `HdfsFileSystem.create`. */
  constructor(context: OutputFileContext, file: FileBeingWritten, blockSize: number) {
    this.#context = context;
    this.#file = file;
    this.#blockSize = blockSize;
  }

  get length(): number {
    return this.#length;
  }

  get replicas(): number | undefined {
    return this.#pipeline?.block.dataNodes.length;
  }

  async write(bytes: Buffer): Promise<void> {
    this.#check();
    try {
      await this.#write(bytes);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  hflush(): Promise<void> {
    return this.#flush(false);
  }

  hsync(): Promise<void> {
    return this.#flush(true);
  }

  async close(): Promise<void> {
    this.#check();
    try {
      if (this.#packet !== undefined) await this.#sendPacket(false);
      if (this.#pipeline !== undefined) await this.#finishBlock();
      const { protocol, callTimeout } = this.#context;
      await protocol.complete(this.#file, this.#previous, callTimeout);
    } catch (error) {
      throw this.#failed(error);
    }
    this.#error = new Error(`${this.#file.path} is closed`);
    this.#context.closed(this);
  }

  async abandon(): Promise<void> {
    this.#failed(new Error(`${this.#file.path} was given up`));
    this.#context.closed(this);
    const pipeline = this.#pipeline;
    this.#pipeline = undefined;
    pipeline?.destroy();
    // A block of which nothing was acknowledged may not exist on any DataNode: recovery would look for it in vain.
    if (pipeline !== undefined && pipeline.acknowledged === 0) await this.#takeBack(pipeline.block.block);
    await this.#context.recover(this.#file.path);
  }

  /** Without recovery: for the end of the process, after which somebody else finishes the file. */
  letGo(): void {
    this.#failed(new Error(`${this.#file.path} was let go`));
    this.#pipeline?.destroy();
  }

  async #write(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const packet = this.#packet ?? this.#nextPacket();
      const leftInBlock = this.#blockSize - this.#packetOffset - packet.length;
      const end = Math.min(bytes.length, at + packet.room, at + leftInBlock);
      packet.append(bytes, at, end);
      this.#length += end - at;
      at = end;
      const blockFull = this.#packetOffset + packet.length === this.#blockSize;
      if (packet.room === 0 || blockFull) await this.#sendPacket(false);
      if (blockFull) await this.#finishBlock();
    }
  }

  async #flush(sync: boolean): Promise<void> {
    this.#check();
    try {
      if (this.#packet !== undefined) await this.#sendPacket(sync);
      else if (sync) this.#pipeline?.sendEmpty(this.#packetOffset + this.#tailLength, true, false);
      await this.#pipeline?.allAcknowledged();
      if (!this.#persisted) {
        await this.#context.protocol.fsync(this.#file);
        this.#persisted = true;
      }
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #nextPacket(): Packet {
    const packet = this.#context.packets.take();
    packet.append(this.#tail, 0, this.#tailLength);
    this.#tailLength = 0;
    this.#packet = packet;
    return packet;
  }

  async #sendPacket(sync: boolean): Promise<void> {
    this.#pipeline ??= await this.#nextBlock();
    if (this.#pipeline.full) await this.#pipeline.room();
    const packet = this.#packet!;
    const tail = packet.tail();
    this.#tailLength = tail.copy(this.#tail);
    const offset = this.#packetOffset;
    this.#packetOffset += packet.length - tail.length;
    this.#packet = undefined;
    this.#pipeline.send(packet, offset, sync);
  }

  async #nextBlock(): Promise<BlockPipeline> {
    const { excluded, pipelines, packets } = this.#context;
    let trouble: PipelineError | undefined;
    for (let placement = 1; ; placement++) {
      const without = excluded.list();
      const block = await this.#place(without).catch((error: unknown) => {
        // Nobody is left: perhaps one of those left out is back by the next time.
        if (without.length > 0) excluded.clear();
        throw withReason(error, trouble);
      });
      try {
        const pipeline = await openPipeline(block, pipelines, (packet) => packets.release(packet));
        this.#persisted = false;
        return pipeline;
      } catch (error) {
        await this.#takeBack(block.block);
        if (!(error instanceof PipelineError) || placement === PLACEMENTS) throw error;
        trouble = error;
        excluded.add(error.dataNode);
      }
    }
  }

  async #place(without: readonly DataNode[]): Promise<LocatedBlock> {
    const { protocol, callTimeout } = this.#context;
    const deadline = performance.now() + Math.min(WAIT_FOR_HEARTBEAT, callTimeout / 2 || WAIT_FOR_HEARTBEAT);
    for (;;) {
      try {
        return await protocol.addBlock(this.#file, this.#previous, without, callTimeout);
      } catch (error) {
        const noPlace = error instanceof HdfsError && error.message.includes("could only be written to 0 of");
        if (!noPlace || without.length > 0 || performance.now() > deadline) throw error;
        await delay(PLACEMENT_PAUSE);
      }
    }
  }

  async #finishBlock(): Promise<void> {
    const pipeline = this.#pipeline!;
    const length = this.#packetOffset + this.#tailLength;
    pipeline.sendEmpty(length, false, true);
    await pipeline.allAcknowledged();
    this.#previous = withLength(pipeline.block.block, length);
    this.#pipeline = undefined;
    this.#packetOffset = 0;
    this.#tailLength = 0;
    pipeline.destroy();
  }

  /** Without success nothing is lost: lease recovery deals with the block, though it may have to wait for DataNodes. */
  async #takeBack(block: Buffer): Promise<void> {
    await this.#context.protocol.abandonBlock(this.#file, block).catch(() => undefined);
  }

  #check(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  /** The first error stays the file's. */
  #failed(cause: unknown): Error {
    this.#error ??= cause instanceof Error ? cause : new Error(String(cause));
    return this.#error;
  }
}

/** Why the DataNodes were left out that the NameNode now misses. */
function withReason(error: unknown, trouble: PipelineError | undefined): unknown {
  if (trouble === undefined || !(error instanceof HdfsError)) return error;
  return new HdfsError(error.exception, `${error.message} (${trouble.message})`);
}
