import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import type { SourceComponent } from "../agent/component.ts";
import type { RunningSource } from "../agent/lifecycle.ts";
import { errorText } from "../agent/log.ts";
import { RepeatedWarning } from "../agent/repeated-warning.ts";
import type { FullChannel } from "../channels/full-channel.ts";
import { listenError } from "./listen.ts";

/** Flume's netcatudp properties. */
export interface NetcatUdpOptions {
  /** An address or a name; undefined: all IPv4 addresses of this machine. */
  readonly host: string | undefined;
  readonly port: number;
}

/**
 * Stores the event `datagram[start, end)`. Undefined: stored. A full channel: nothing is stored, and the same call
 * comes again when there is room. The bytes never change after this. `remote` is for `remoteAddressText`.
 */
export type PutDatagram = (
  datagram: Buffer,
  start: number,
  end: number,
  remote: RemoteInfo,
) => FullChannel | undefined;

/** Memory of datagrams that wait while a channel is full: what a kernel's receive buffer would keep for Flume. */
const MOST_WAITING_BYTES = 262_144;
/** What a datagram takes beside its bytes; without it, empty ones could wait without end. */
const DATAGRAM_OVERHEAD_BYTES = 256;

/** The sender as Java's `InetSocketAddress.toString` has it: `/127.0.0.1:50000`; for the `remoteAddress` header. */
export function remoteAddressText(remote: RemoteInfo): string {
  return `/${remote.address}:${remote.port}`;
}

/**
 * Datagrams, each an event of the bytes up to the first newline: Flume's `NetcatUdpSource`. Nobody is answered. While a
 * channel is full some datagrams wait, up to keep-alive; what cannot wait, or waited in vain, is dropped and counted.
 */
export class NetcatUdpSource implements RunningSource {
  readonly #source: SourceComponent;
  readonly #options: NetcatUdpOptions;
  readonly #put: PutDatagram;
  #socket: Socket | undefined;
  /** Datagrams in order of arrival; the first one is what the channel is asked for room for. */
  #waiting: { readonly datagram: Buffer; readonly remote: RemoteInfo }[] = [];
  #waitingBytes = 0;
  readonly #drops: RepeatedWarning;
  #stopped = false;

  constructor(source: SourceComponent, options: NetcatUdpOptions, put: PutDatagram) {
    this.#source = source;
    this.#options = options;
    this.#put = put;
    this.#drops = new RepeatedWarning(source.log, "datagrams dropped");
  }

  /** Where it listens once started; tells the port when 0 was asked for. */
  get port(): number {
    return this.#socket?.address().port ?? this.#options.port;
  }

  /** Listens. Throws StartError with the line of `bind` or `port`. */
  async start(): Promise<void> {
    const { host = "0.0.0.0", port } = this.#options;
    try {
      const { address, family } = await lookup(host);
      const socket = createSocket(family === 6 ? "udp6" : "udp4");
      this.#socket = socket;
      await new Promise<void>((resolve, reject) => {
        socket.once("error", reject);
        socket.bind({ address, port, exclusive: true }, resolve);
      });
      socket.removeAllListeners("error");
      socket.on("error", (error) => this.#source.log.error(`cannot receive: ${errorText(error)}`));
      socket.on("message", (datagram, remote) => this.#receive(datagram, remote));
    } catch (error) {
      throw listenError(this.#source, error, host, port);
    }
    this.#source.log.info(`listening on ${host}:${this.port} (UDP)`, { place: this.#source.placeOf("port") });
  }

  /** Nothing more is received; datagrams that still wait for room are dropped and counted. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const socket = this.#socket;
    if (socket !== undefined) await new Promise<void>((resolve) => socket.close(resolve));
    for (const _ of this.#waiting.splice(0)) this.#drop("the program stops");
    this.#drops.flush();
  }

  #receive(datagram: Buffer, remote: RemoteInfo): void {
    this.#source.counters.EventReceivedCount++;
    if (this.#waiting.length > 0) {
      if (this.#waitingBytes + costOf(datagram) > MOST_WAITING_BYTES) this.#drop("too many wait for room");
      else this.#wait(datagram, remote);
      return;
    }
    const full = this.#store(datagram, remote);
    if (full === undefined) return;
    this.#wait(datagram, remote);
    this.#waitForRoom(full);
  }

  #wait(datagram: Buffer, remote: RemoteInfo): void {
    this.#waiting.push({ datagram, remote });
    this.#waitingBytes += costOf(datagram);
  }

  async #waitForRoom(full: FullChannel | undefined): Promise<void> {
    for (let lacking = full; lacking !== undefined; lacking = this.#storeWaiting()) {
      const room = await lacking.waitForRoom();
      if (this.#stopped) return;
      if (room) continue;
      this.#drop(lacking.fullMessage);
      this.#removeFirst();
    }
  }

  #storeWaiting(): FullChannel | undefined {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const full = this.#store(first.datagram, first.remote);
      if (full !== undefined) return full;
      this.#removeFirst();
    }
    return undefined;
  }

  #removeFirst(): void {
    const first = this.#waiting.shift();
    if (first !== undefined) this.#waitingBytes -= costOf(first.datagram);
  }

  #store(datagram: Buffer, remote: RemoteInfo): FullChannel | undefined {
    const newline = datagram.indexOf(10);
    try {
      const full = this.#put(datagram, 0, newline === -1 ? datagram.length : newline, remote);
      if (full === undefined) this.#source.counters.EventAcceptedCount++;
      return full;
    } catch (error) {
      this.#source.counters.GenericProcessingFail++;
      this.#source.log.error(`datagram lost: ${errorText(error)}`);
      return undefined;
    }
  }

  #drop(why: string): void {
    this.#source.counters.ChannelWriteFail++;
    this.#drops.tell(`datagram dropped: ${why}`);
  }
}

function costOf(datagram: Buffer): number {
  return datagram.length + DATAGRAM_OVERHEAD_BYTES;
}
