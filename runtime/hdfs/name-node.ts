import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { errorText } from "../agent/log.ts";
import type { HostAndPort } from "./address.ts";
import { HdfsError } from "./file-system.ts";
import type { HadoopUser } from "./login.ts";
import { LONG_SILENCE, type NameNodeTrouble } from "./name-node-trouble.ts";
import type { ProtoMessage, ProtoWriter } from "./protobuf.ts";
import { type NameNodeLogin, RpcConnection } from "./rpc-connection.ts";

/** How the NameNode is reached. */
export interface NameNodeOptions {
  /** One, or those of a nameservice: any of them may be the active one. */
  readonly addresses: readonly HostAndPort[];
  readonly user: HadoopUser;
  /** Undefined: the NameNode takes the user's name on trust. */
  readonly login: NameNodeLogin | undefined;
  /** ms for a call with all its repetitions; 0: without end. */
  readonly callTimeout: number;
  /** Is told of calls that are not answered. */
  readonly trouble: NameNodeTrouble;
}

const FIRST_CALL_PAUSE = 50; // ms
const LONGEST_CALL_PAUSE = 2_000; // ms
/** How long a single try waits for an answer: a NameNode's garbage collection may take its time. ms */
const TRY_TIMEOUT = 20_000;
/** Exceptions of a NameNode that is not ready yet, or says that another try may help. */
const NOT_READY_YET = new Set(["RetriableException", "SafeModeException"]);
/** Exceptions that another NameNode of the nameservice may not have. */
const STANDBY = new Set(["StandbyException", "ObserverRetryOnActiveException"]);

/**
 * The NameNode, whichever of its addresses serves at the moment. A call is sent again, with the same identity, for as
 * long as there is no answer: a NameNode that did it before it died, or before the connection did, gives the old answer
 * from its retry cache. What a NameNode answers is final, except that it is a standby.
 */
export class NameNode {
  readonly #options: NameNodeOptions;
  readonly #clientId = randomBytes(16);
  readonly #closing = new AbortController();
  #connection: RpcConnection | undefined;
  #active = 0;
  #nextCallId = 0;

  constructor(options: NameNodeOptions) {
    this.#options = options;
  }

  /**
   * Does one call.
   * @throws HdfsError with the exception that the NameNode answered; the last connection's error where no NameNode
   * answered in time.
   */
  call(method: string, request: ProtoWriter): Promise<ProtoMessage> {
    return this.#call(method, request.finish(), this.#deadline());
  }

  /**
   * As `call`, for calls on which an open file hangs: it also waits, as long as a call may take, for a NameNode that is
   * not ready yet (safe mode after a restart).
   */
  async patientCall(method: string, request: ProtoWriter): Promise<ProtoMessage> {
    const began = performance.now();
    const deadline = this.#deadline();
    for (let pause = FIRST_CALL_PAUSE; ; pause = Math.min(2 * pause, LONGEST_CALL_PAUSE)) {
      try {
        return await this.#call(method, request.finish(), deadline);
      } catch (error) {
        if (!(error instanceof HdfsError && NOT_READY_YET.has(error.exception))) throw error;
        this.#options.trouble.unanswered(error.message, began);
        if (performance.now() + pause > deadline) throw error;
        await this.#pause(pause);
      }
    }
  }

  /** Ends the connection; calls under way fail. */
  close(): void {
    this.#closing.abort(new Error("the file system was closed"));
    this.#connection?.close();
  }

  /** Waits; fails at once where the file system is closed. */
  async #pause(ms: number): Promise<void> {
    const { signal } = this.#closing;
    await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
  }

  #deadline(): number {
    const { callTimeout } = this.#options;
    return callTimeout === 0 ? Number.POSITIVE_INFINITY : performance.now() + callTimeout;
  }

  async #call(method: string, request: Buffer, deadline: number): Promise<ProtoMessage> {
    const { addresses, trouble } = this.#options;
    const callId = this.#newCallId();
    const began = performance.now();
    let pause = FIRST_CALL_PAUSE;
    let why: string[] = [];
    for (let retry = 0; ; retry++) {
      this.#closing.signal.throwIfAborted();
      const connection = this.#connect();
      const timeout = Math.max(1, Math.min(TRY_TIMEOUT, deadline - performance.now()));
      const silence = setTimeout(
        () => trouble.unanswered(`${connection.name} is silent`, began),
        LONG_SILENCE,
      );
      try {
        const call = { method, request, callId, clientId: this.#clientId, retry };
        const answer = await connection.call(call, timeout);
        trouble.answered();
        return answer;
      } catch (error) {
        this.#closing.signal.throwIfAborted();
        if (error instanceof HdfsError && !STANDBY.has(error.exception)) {
          if (!NOT_READY_YET.has(error.exception)) trouble.answered();
          throw error;
        }
        this.#leave(connection);
        why.push(error instanceof HdfsError ? `${connection.name}: ${error.message}` : errorText(error));
        // The other addresses are tried at once, and all of them again after a pause.
        if ((retry + 1) % addresses.length !== 0) continue;
        trouble.unanswered(why.join("; "), began);
        why = [];
        if (performance.now() + pause > deadline) throw error;
        await this.#pause(pause);
        pause = Math.min(2 * pause, LONGEST_CALL_PAUSE);
      } finally {
        clearTimeout(silence);
      }
    }
  }

  #newCallId(): number {
    this.#nextCallId = (this.#nextCallId + 1) & 0x7fff_ffff;
    return this.#nextCallId;
  }

  #connect(): RpcConnection {
    if (this.#connection?.usable) return this.#connection;
    const { addresses, user, login } = this.#options;
    this.#connection = new RpcConnection(addresses[this.#active]!, { user, clientId: this.#clientId, login });
    return this.#connection;
  }

  /** Goes on to the next address, unless another call has done so already. */
  #leave(connection: RpcConnection): void {
    if (this.#connection !== connection) return;
    connection.close();
    this.#connection = undefined;
    this.#active = (this.#active + 1) % this.#options.addresses.length;
  }
}
