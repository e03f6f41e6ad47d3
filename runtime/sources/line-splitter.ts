import { isUtf8 } from "node:buffer";
import type { FullChannel } from "../channels/full-channel.ts";
import type { CharsetDecoder } from "./charset.ts";
import { countUnits, endOfUnits, endOfWholeCharacters } from "./utf8.ts";

/**
 * Stores the line `bytes[start, end)`, its newline excluded. Undefined: stored. A full channel: nothing is stored, and
 * the same call comes again when there is room. The bytes never change after this, so a body may be a slice of them.
 */
export type PutLine = (bytes: Buffer, start: number, end: number) => FullChannel | undefined;

/** What is no line: more characters than a line may have, or bytes that mean nothing in the encoding. */
export type LineFault = "too-long" | "invalid";

const NEWLINE = 10;

/**
 * Cuts a stream of bytes into lines, whatever the chunks it comes in: the same bytes give the same lines and the same
 * fault. Lines that lie whole in a chunk are handed on where they are; only a line that is split over chunks is
 * copied, and no more of it than a line may be long.
 */
export class LineSplitter {
  /** Set once everything before it is handed on; nothing comes after it. */
  fault: LineFault | undefined;
  readonly #maxLineLength: number;
  readonly #decoder: CharsetDecoder | undefined;
  readonly #put: PutLine;

  // The chunk under way. Lines from #position up to #end are valid and still to be handed on.
  #chunk: Buffer | undefined;
  #position = 0;
  #end = 0;
  /** What stands at #end instead of a line. */
  #faultAtEnd: LineFault | undefined;
  #handedOn = 0;

  // The beginning of a line whose end is in a later chunk; complete once #carryIsLine.
  #carry: Buffer | undefined;
  #carryLength = 0;
  #carryIsLine = false;
  /** How much of the carry is known to be whole characters. */
  #carryValid = 0;
  #carryUnits = 0;

  /** `maxLineLength` counts UTF-16 units and the newline. No decoder: the bytes are UTF-8. */
  constructor(maxLineLength: number, decoder: CharsetDecoder | undefined, put: PutLine) {
    this.#maxLineLength = maxLineLength;
    this.#decoder = decoder;
    this.#put = put;
  }

  /** Takes the next bytes; `run` must have handed on all lines of those before. */
  feed(bytes: Buffer): void {
    const chunk = this.#decoder === undefined ? bytes : this.#decoder.decode(bytes);
    this.#chunk = chunk;
    this.#position = 0;
    this.#end = 0;
    if (this.#carryLength > 0) {
      const newline = chunk.indexOf(NEWLINE);
      this.#faultAtEnd = this.#addToCarry(chunk, 0, newline === -1 ? chunk.length : newline);
      if (this.#faultAtEnd === undefined && newline !== -1 && this.#carryValid < this.#carryLength) {
        this.#faultAtEnd = "invalid";
      }
      if (this.#faultAtEnd !== undefined) return;
      this.#carryIsLine = newline !== -1;
      this.#position = newline === -1 ? chunk.length : newline + 1;
    }
    this.#end = this.#checkLines(chunk, this.#position);
  }

  /** Hands on lines until none is left, or until a channel is full: then call again, or `skip` the line first. */
  run(): FullChannel | undefined {
    const chunk = this.#chunk;
    if (chunk === undefined) return undefined;
    const put = this.#put;
    if (this.#carryIsLine) {
      const full = put(this.#carry!, 0, this.#carryLength);
      if (full !== undefined) return full;
      this.#handedOn++;
      this.#dropCarry();
    }
    const end = this.#end;
    const most = this.#maxLineLength;
    let position = this.#position;
    let handedOn = 0;
    let full: FullChannel | undefined;
    try {
      while (position < end) {
        const newline = chunk.indexOf(NEWLINE, position);
        // Fewer bytes than the limit are fewer characters in any case.
        if (newline - position >= most && endOfUnits(chunk, position, newline, most) !== -1) {
          this.#faultAtEnd = "too-long";
          break;
        }
        full = put(chunk, position, newline);
        if (full !== undefined) break;
        handedOn++;
        position = newline + 1;
      }
    } finally {
      this.#position = position;
      this.#handedOn += handedOn;
    }
    if (full !== undefined) return full;
    this.#chunk = undefined;
    this.fault = this.#faultAtEnd;
    if (this.fault === undefined && position < chunk.length)
      this.fault = this.#addToCarry(chunk, position, chunk.length);
    if (this.fault === undefined && this.#decoder?.invalid) this.fault = "invalid";
    if (this.fault !== undefined) this.#dropCarry();
    return undefined;
  }

  /** Gives up the line that a full channel did not take. */
  skip(): void {
    if (this.#carryIsLine) this.#dropCarry();
    else if (this.#chunk !== undefined) this.#position = this.#chunk.indexOf(NEWLINE, this.#position) + 1;
  }

  /** How many lines were stored since the last call. */
  takeHandedOn(): number {
    const count = this.#handedOn;
    this.#handedOn = 0;
    return count;
  }

  /** Where the complete and valid lines end. A line that is not UTF-8 is noted as the fault that comes then. */
  #checkLines(chunk: Buffer, start: number): number {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end <= start) return start;
    if (this.#decoder !== undefined || isUtf8(chunk.subarray(start, end))) return end;
    let line = start;
    let newline = chunk.indexOf(NEWLINE, line);
    while (isUtf8(chunk.subarray(line, newline))) {
      line = newline + 1;
      newline = chunk.indexOf(NEWLINE, line);
    }
    const limit = endOfUnits(chunk, line, newline, this.#maxLineLength);
    const isTooLong = limit !== -1 && endOfWholeCharacters(chunk, line, limit) !== -1;
    this.#faultAtEnd = isTooLong ? "too-long" : "invalid";
    return line;
  }

  /** Copies a piece of a line, but no more than a line may have; tells when the line has too much, or is invalid. */
  #addToCarry(bytes: Buffer, start: number, end: number): LineFault | undefined {
    const limit = endOfUnits(bytes, start, end, this.#maxLineLength - this.#carryUnits);
    const until = limit === -1 ? end : limit;
    const length = this.#carryLength + until - start;
    let carry = this.#carry;
    if (carry === undefined || carry.length < length) {
      carry = Buffer.allocUnsafeSlow(Math.max(64, length, 2 * this.#carryLength));
      this.#carry?.copy(carry, 0, 0, this.#carryLength);
      this.#carry = carry;
    }
    bytes.copy(carry, this.#carryLength, start, until);
    this.#carryLength = length;
    this.#carryUnits += countUnits(bytes, start, until);
    const whole = endOfWholeCharacters(carry, this.#carryValid, length);
    if (whole === -1) return "invalid";
    this.#carryValid = whole;
    return limit === -1 ? undefined : "too-long";
  }

  /** A new carry each time: the line that was in this one may be somebody's body now. */
  #dropCarry(): void {
    this.#carry = undefined;
    this.#carryLength = 0;
    this.#carryIsLine = false;
    this.#carryValid = 0;
    this.#carryUnits = 0;
  }
}
