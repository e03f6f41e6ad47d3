import type { Socket } from "node:net";
import type { SourceComponent } from "../agent/component.ts";
import { errorText } from "../agent/log.ts";
import type { RepeatedWarning } from "../agent/repeated-warning.ts";
import type { FullChannel } from "../channels/full-channel.ts";
import type { RefusedLines } from "../channels/stored-lines.ts";
import type { Charset } from "./charset.ts";
import { LateReplies } from "./late-replies.ts";
import { type LineFault, LineSplitter, type PutLine } from "./line-splitter.ts";

/** How many `OK` lines are ready to be written at once. */
const OKS_AT_ONCE = 4096;
/** How long a closing waits for a client that neither reads nor closes its side, ms. */
const CLOSING_PATIENCE = 1000;

/**
 * Asked right after so many lines were put, in the same turn: resolves when they are safe and may be answered `OK`, but
 * for those of which it says that they were refused after all.
 */
export type LinesStored = (lines: number) => Promise<RefusedLines | undefined>;

/** What all connections of a netcat source share. */
export interface NetcatSession {
  readonly source: SourceComponent;
  readonly put: PutLine;
  readonly charset: Charset;
  readonly maxLineLength: number;
  /** From `preparedOks`; undefined when lines are not to be answered. */
  readonly oks: Buffer | undefined;
  /** Resolves when the fate of the last lines that were put is known. Undefined: they are safe once they are put. */
  readonly stored: LinesStored | undefined;
  readonly refusals: RepeatedWarning;
  readonly closings: RepeatedWarning;
}

/** Many `OK` lines in one buffer, so that the lines of a chunk are answered by one write of a slice. */
export function preparedOks(charset: Charset): Buffer {
  return charset.encode("OK\n".repeat(OKS_AT_ONCE));
}

/**
 * One client of a netcat source. One chunk is under way at a time: while a channel is full, or while the client does
 * not read its replies, the socket is paused, so that nothing piles up here.
 */
export class NetcatConnection {
  readonly #session: NetcatSession;
  readonly #socket: Socket;
  readonly #lines: LineSplitter;
  /** Undefined where every reply is said at once. */
  readonly #late: LateReplies | undefined;
  /** A channel is full. */
  #waiting = false;
  /** The client has ended its side: the lines that it sent are still to be handed on and answered. */
  #ended = false;
  /** Nothing that arrives from now on is looked at. */
  #closing = false;

  constructor(session: NetcatSession, socket: Socket) {
    this.#session = session;
    this.#socket = socket;
    this.#lines = new LineSplitter(session.maxLineLength, session.charset.decoder?.(), session.put);
    if (session.stored !== undefined && session.oks !== undefined) {
      const late = new LateReplies(
        (lines) => this.#sayOk(lines),
        (reason) => this.#refuseLate(reason),
        (words) => this.#write(words),
        () => this.#resume(),
      );
      socket.on("close", () => late.drop());
      this.#late = late;
    }
    socket.on("data", (chunk: Buffer) => {
      if (this.#closing) return;
      this.#lines.feed(chunk);
      this.#goOn();
    });
    socket.on("drain", () => this.#resume());
    // What stands after the last newline is no line and is dropped, as in Flume.
    socket.on("end", () => {
      this.#ended = true;
      if (!this.#waiting) this.#close();
    });
    socket.on("error", (error) => session.source.log.debug(`connection broken: ${errorText(error)}`));
  }

  /** Lines not yet stored are given up, without an answer; resolves when the answers to the others are sent. */
  stop(): Promise<void> {
    return new Promise((resolve) => this.#close("", resolve));
  }

  /** Stores what lines there are, answers them, and sees what is next. */
  #goOn(): void {
    const { counters, log } = this.#session.source;
    let full: FullChannel | undefined;
    let broken = false;
    try {
      full = this.#lines.run();
    } catch (error) {
      broken = true;
      counters.GenericProcessingFail++;
      log.error(`line lost, connection closed: ${errorText(error)}`, { client: this.#client() });
    }
    const stored = this.#lines.takeHandedOn();
    counters.EventReceivedCount += stored;
    counters.EventAcceptedCount += stored;
    this.#answer(stored);
    if (broken) this.#close();
    else if (full !== undefined) this.#waitForRoom(full);
    else if (this.#lines.fault !== undefined) this.#closeFor(this.#lines.fault);
    else if (this.#ended) this.#close();
    else if (this.#socket.writableNeedDrain || this.#late?.isFull) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  /** Reads on, unless there is something else to wait for. */
  #resume(): void {
    if (this.#waiting || this.#socket.writableNeedDrain || this.#late?.isFull) return;
    if (this.#closing && this.#late?.isEmpty === false) return;
    this.#socket.resume();
  }

  #waitForRoom(full: FullChannel): void {
    this.#waiting = true;
    this.#socket.pause();
    full.waitForRoom().then((room) => {
      this.#waiting = false;
      if (this.#closing) return;
      if (!room) this.#giveUpLine(full.fullMessage);
      this.#goOn();
    });
  }

  #giveUpLine(why: string): void {
    this.#lines.skip();
    this.#session.source.counters.EventReceivedCount++;
    const words = this.#refusal(why);
    if (this.#late === undefined) this.#write(words);
    else this.#late.words(words);
  }

  /** A line that was put is not stored after all. */
  #refuseLate(why: string): void {
    this.#session.source.counters.EventAcceptedCount--;
    this.#write(this.#refusal(why));
  }

  /** Counts and logs the refusal of a line. Returns what to say. */
  #refusal(why: string): Buffer {
    const { charset, refusals, source } = this.#session;
    source.counters.ChannelWriteFail++;
    refusals.tell(`line refused: ${why}`, { client: this.#client() });
    return charset.encode(`FAILED: ${why}\n`);
  }

  #closeFor(fault: LineFault): void {
    const { charset, closings, maxLineLength, source } = this.#session;
    source.counters.EventReadFail++;
    if (fault === "invalid") {
      closings.tell("connection closed: bytes that are not valid in the encoding", {
        client: this.#client(),
        place: source.placeOf("encoding"),
      });
      this.#close();
      return;
    }
    const why = `Event exceeds the maximum length (${maxLineLength} chars, including newline)`;
    closings.tell(`connection closed: ${why}`, {
      client: this.#client(),
      place: source.placeOf("max-line-length"),
    });
    this.#close(charset.encode(`FAILED: ${why}\n`));
  }

  #answer(lines: number): void {
    if (this.#late === undefined) this.#sayOk(lines);
    else if (lines > 0) this.#late.ok(lines, this.#session.stored!(lines));
  }

  #sayOk(lines: number): void {
    const oks = this.#session.oks;
    if (oks === undefined) return;
    const bytes = oks.length / OKS_AT_ONCE;
    for (let left = lines; left > 0; left -= OKS_AT_ONCE) {
      this.#write(left >= OKS_AT_ONCE ? oks : oks.subarray(0, left * bytes));
    }
  }

  #write(reply: Buffer): void {
    if (this.#socket.writable) this.#socket.write(reply);
  }

  /** Nothing more is taken; once the replies that wait are said, the last words follow, and the connection ends. */
  #close(lastWords: Buffer | string = "", sent?: () => void): void {
    this.#closing = true;
    if (this.#late === undefined) this.#hangUp(lastWords, sent);
    else this.#late.whenEmpty(() => this.#hangUp(lastWords, sent));
  }

  /**
   * Sends the replies and this side's end. What still arrives is read and thrown away for a while: closing a socket
   * with input unread would make the kernel take the replies back.
   */
  #hangUp(lastWords: Buffer | string, sent?: () => void): void {
    const socket = this.#socket;
    if (socket.destroyed) {
      sent?.();
      return;
    }
    const patience = setTimeout(() => {
      socket.destroy();
      sent?.();
    }, CLOSING_PATIENCE);
    socket.once("close", () => {
      clearTimeout(patience);
      sent?.();
    });
    if (socket.writable) socket.end(lastWords, sent);
    socket.resume();
  }

  #client(): string {
    return `${this.#socket.remoteAddress ?? "?"}:${this.#socket.remotePort ?? "?"}`;
  }
}
