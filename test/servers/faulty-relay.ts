import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** What a network, or a broker that is not well, does to those who talk over it. */
export const networkFaults = [
  "reset", // every connection, now and as long as it lasts
  "half", // the first half of an answer arrives, then the end
  "mute", // requests arrive, answers do not
  "deaf", // nothing arrives
  "bytes", // answers arrive byte by byte
] as const;

export type NetworkFault = (typeof networkFaults)[number];

/** A relay between a program and its broker that does as it is told. */
export class FaultyRelay {
  fault: NetworkFault | undefined;
  readonly #server: Server;
  readonly #clients = new Set<Socket>();

  private constructor(brokerPort: number) {
    this.#server = createServer((client) => this.#relay(client, connect(brokerPort, "127.0.0.1")));
  }

  /** Listens on `port`, for a broker that names this port as its own. */
  static async start(port: number, brokerPort: number): Promise<FaultyRelay> {
    const relay = new FaultyRelay(brokerPort);
    relay.#server.listen(port, "127.0.0.1");
    await once(relay.#server, "listening");
    return relay;
  }

  /** Resets all connections. */
  reset(): void {
    for (const client of this.#clients) client.resetAndDestroy();
  }

  close(): void {
    this.reset();
    this.#server.close();
  }

  #relay(client: Socket, broker: Socket): void {
    this.#clients.add(client);
    client
      .on("error", () => undefined)
      .on("close", () => {
        this.#clients.delete(client);
        broker.destroy();
      });
    broker.on("error", () => undefined).on("close", () => client.destroy());
    client.on("data", (request) => {
      if (this.fault === "reset") client.resetAndDestroy();
      else if (this.fault !== "deaf") broker.write(request);
    });
    broker.on("data", (answer) => {
      if (this.fault === "mute") return;
      if (this.fault === "half") client.end(answer.subarray(0, Math.ceil(answer.length / 2)));
      else if (this.fault === "bytes") for (const byte of answer) client.write(Buffer.of(byte));
      else client.write(answer);
    });
  }
}
