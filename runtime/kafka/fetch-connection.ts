import { connect as connectTcp } from "node:net";
import type { KafkajsConnection } from "kafkajs/src/cluster/index.js";

/** Bytes that are read from a socket at a time, into memory that is used again. */
const READ_BYTES = 262_144;

/**
 * Lets a connection read answers of megabytes: what the socket has goes through one small buffer into an answer of the
 * right size. kafkajs has Node allocate each 64 KiB anew, and puts them together at the end; with 300 MB a second more
 * than half of the time would go to the garbage collector.
 *
 * @param largest bytes of an answer; one that announces more is none.
 * @param refuse what to do with a connection that sends something else than answers.
 */
export function readFetchAnswers(connection: KafkajsConnection, largest: number, refuse: () => void): void {
  const answers = new AnswerReader(connection, largest);
  const connect = connection.connect.bind(connection);
  connection.connect = () => {
    if (!connection.isConnected()) answers.clear();
    return connect();
  };
  const logIn = connection.processData.bind(connection);
  connection.processData = (chunk) => {
    try {
      // The login is kafkajs's, which keeps what it gets.
      if (connection.authHandlers !== null) logIn(Buffer.from(chunk));
      else answers.read(chunk);
    } catch {
      refuse();
    }
  };
  const { socketFactory } = connection;
  connection.socketFactory = (options) => {
    if (options.ssl) return socketFactory(options); // TLS has buffers of its own
    const host = options.host.replaceAll(";", ":");
    const onread = {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      callback: (bytes: number, buffer: Uint8Array) => {
        connection.processData(buffer.subarray(0, bytes) as Buffer);
        return true;
      },
    };
    const socket = connectTcp({ host, port: options.port, onread }, options.onConnect);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_AFTER);
    return socket;
  };
}

const KEEP_ALIVE_AFTER = 60_000; // ms

/** Puts answers together out of what the socket has read. */
class AnswerReader {
  readonly #connection: KafkajsConnection;
  readonly #largest: number;
  /** An answer begins with its size. */
  readonly #size = Buffer.alloc(4);
  #answer: Buffer | undefined;
  #filled = 0;

  constructor(connection: KafkajsConnection, largest: number) {
    this.#connection = connection;
    this.#largest = largest;
  }

  /** Begins with a new connection. */
  clear(): void {
    this.#answer = undefined;
    this.#filled = 0;
  }

  /** Copies what it needs. @throws Error for what is no answer. */
  read(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const target = this.#answer ?? this.#size;
      const bytes = Math.min(target.length - this.#filled, chunk.length - at);
      target.set(chunk.subarray(at, at + bytes), this.#filled);
      this.#filled += bytes;
      at += bytes;
      if (this.#filled < target.length) return;
      this.#filled = 0;
      if (this.#answer === undefined) {
        const size = this.#size.readInt32BE();
        if (size < 4 || size > this.#largest) throw new Error(`an answer cannot have ${size} bytes`);
        this.#answer = Buffer.allocUnsafeSlow(size);
      } else {
        const answer = this.#answer;
        this.#answer = undefined;
        this.#connection.requestQueue.fulfillRequest({
          size: answer.length,
          correlationId: answer.readInt32BE(),
          payload: answer.subarray(4),
        });
      }
    }
  }
}
