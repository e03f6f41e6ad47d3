import { Packet } from "./packet.ts";

const MAX_FREE_PACKETS = 64; // 4 MiB

/** Memory of packets that nobody fills at the moment. A file holds one only between a write and the next flush. */
export class PacketPool {
  readonly #free: Packet[] = [];

  take(): Packet {
    return this.#free.pop() ?? new Packet();
  }

  release(packet: Packet): void {
    if (this.#free.length >= MAX_FREE_PACKETS) return;
    packet.clear();
    this.#free.push(packet);
  }
}
