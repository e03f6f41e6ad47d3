import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** Kafka's numbers of the requests that tests look at. */
export const API = {
  fetch: 1,
  offsetCommit: 8,
  joinGroup: 11,
  heartbeat: 12,
  produce: 0,
  describeConfigs: 32,
} as const;

/** What the relay is to do with one request: `lost` never reaches the broker, the answer of a `mute` one never comes. */
export type Fate = "pass" | "lost" | "mute";

/** A relay between a client and its broker that understands Kafka's frames, and lets requests pass one by one. */
export class ApiRelay {
  /** Asked for each request: its API's number, and the number of its connection, counted from 0. */
  fate: (api: number, connection: number) => Fate = () => "pass";
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(brokerPort: number) {
    this.#server = createServer((client) => this.#relay(client, connect(brokerPort, "127.0.0.1")));
  }

  /** Listens on `port`, for a broker that names this port as its own. */
  static async start(port: number, brokerPort: number): Promise<ApiRelay> {
    const relay = new ApiRelay(brokerPort);
    relay.#server.listen(port, "127.0.0.1");
    await once(relay.#server, "listening");
    return relay;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #relay(client: Socket, broker: Socket): void {
    const connection = this.connections++;
    const mute = new Set<number>();
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    const requests = new Frames((frame) => {
      const fate = this.fate(frame.readInt16BE(4), connection);
      if (fate === "mute") mute.add(frame.readInt32BE(8)); // its correlation id
      if (fate !== "lost") broker.write(frame);
    });
    const answers = new Frames((frame) => {
      if (!mute.delete(frame.readInt32BE(4))) client.write(frame);
    });
    client.on("data", (chunk) => requests.add(chunk));
    broker.on("data", (chunk) => answers.add(chunk));
  }
}

/** Cuts a stream into frames, each with its size in front. */
class Frames {
  #bytes = Buffer.alloc(0);
  readonly #each: (frame: Buffer) => void;

  constructor(each: (frame: Buffer) => void) {
    this.#each = each;
  }

  add(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    while (this.#bytes.length >= 4) {
      const end = 4 + this.#bytes.readInt32BE(0);
      if (this.#bytes.length < end) return;
      this.#each(this.#bytes.subarray(0, end));
      this.#bytes = this.#bytes.subarray(end);
    }
  }
}
