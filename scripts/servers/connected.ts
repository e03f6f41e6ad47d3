import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** Opens a connection to 127.0.0.1, again and again for `within` ms until something listens there. */
export async function connected(port: number, within = 20_000): Promise<Socket> {
  const deadline = performance.now() + within;
  for (;;) {
    const socket = connect({ host: "127.0.0.1", port });
    try {
      await once(socket, "connect");
      return socket;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(5);
    }
  }
}
