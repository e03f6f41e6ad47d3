import type { RefusedLines } from "../channels/stored-lines.ts";

/** The most replies that wait; each is for the lines of a chunk. */
const MOST_WAITING_REPLIES = 1024;

/** What is to be said, in order: to so many lines once their fate is known, or some words after that. */
type LateReply =
  | { readonly lines: number; stored: boolean; refused: RefusedLines | undefined }
  | { readonly words: Buffer };

/**
 * The replies of a connection whose lines are taken before they are safe: `OK` is said only when they are, and what
 * else there is to say keeps its place between the `OK`s. Lines go on being taken meanwhile.
 */
export class LateReplies {
  readonly #sayOk: (lines: number) => void;
  readonly #say: (words: Buffer) => void;
  readonly #sayRefused: (reason: string) => void;
  #replies: LateReply[] = [];
  #whenEmpty: (() => void)[] = [];
  /** For `isFull` becoming false. */
  readonly #hasRoom: () => void;

  constructor(
    sayOk: (lines: number) => void,
    sayRefused: (reason: string) => void,
    say: (words: Buffer) => void,
    hasRoom: () => void,
  ) {
    this.#sayOk = sayOk;
    this.#sayRefused = sayRefused;
    this.#say = say;
    this.#hasRoom = hasRoom;
  }

  get isEmpty(): boolean {
    return this.#replies.length === 0;
  }

  /** Nothing more should be taken for now. */
  get isFull(): boolean {
    return this.#replies.length >= MOST_WAITING_REPLIES;
  }

  /** `OK` for so many lines when `after` resolves, but for those that it has a reason to refuse. */
  ok(lines: number, after: Promise<RefusedLines | undefined>): void {
    const reply: LateReply = { lines, stored: false, refused: undefined };
    this.#replies.push(reply);
    void after.then((refused) => {
      reply.stored = true;
      reply.refused = refused;
      this.#speak();
    });
  }

  /** Words after all that waits now. */
  words(words: Buffer): void {
    if (this.isEmpty) this.#say(words);
    else this.#replies.push({ words });
  }

  /** Calls back when nothing waits any more. */
  whenEmpty(callback: () => void): void {
    if (this.isEmpty) callback();
    else this.#whenEmpty.push(callback);
  }

  /** Nobody listens any more. */
  drop(): void {
    this.#replies = [];
    this.#tellEmpty();
  }

  #speak(): void {
    const wasFull = this.isFull;
    let said = 0;
    for (const reply of this.#replies) {
      if ("words" in reply) this.#say(reply.words);
      else if (reply.stored) this.#answer(reply.lines, reply.refused);
      else break;
      said++;
    }
    if (said === 0) return;
    this.#replies.splice(0, said);
    if (this.isEmpty) this.#tellEmpty();
    if (wasFull && !this.isFull) this.#hasRoom();
  }

  #answer(lines: number, refused: RefusedLines | undefined): void {
    let said = 0;
    for (const [line, reason] of [...(refused ?? [])].sort(([a], [b]) => a - b)) {
      if (line > said) this.#sayOk(line - said);
      this.#sayRefused(reason);
      said = line + 1;
    }
    if (lines > said) this.#sayOk(lines - said);
  }

  #tellEmpty(): void {
    for (const callback of this.#whenEmpty.splice(0)) callback();
  }
}
