import { createSocket } from "node:dgram";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { MemoryChannel } from "../../runtime/channels/memory.ts";
import { NetcatUdpSource, remoteAddressText } from "../../runtime/sources/netcat-udp.ts";
import { channelContext, type Logged, logged, sourceContext } from "./contexts.ts";

const open: NetcatUdpSource[] = [];
afterEach(() => Promise.all(open.splice(0).map((one) => one.stop())));

async function rig(capacity: number, keepAlive: number, log: Logged = logged()) {
  const source = sourceContext(log);
  const channel = new MemoryChannel(channelContext(log), { capacity, byteCapacity: 100_000_000, keepAlive });
  const udp = new NetcatUdpSource(source, { host: "127.0.0.1", port: 0 }, (datagram, start, end, remote) => {
    const headers = new Map([["remote", remoteAddressText(remote)]]);
    return channel.put({ headers, body: datagram.subarray(start, end) }) ? undefined : channel;
  });
  await udp.start();
  open.push(udp);
  const client = createSocket("udp4");
  onTestFinished(() => void client.close());
  const send = (text: string) =>
    new Promise<void>((resolve, reject) => {
      client.send(text, udp.port, "127.0.0.1", (error) => (error === null ? resolve() : reject(error)));
    });
  const received = async (count: number) => {
    while (source.counters.EventReceivedCount < count) await new Promise((resolve) => setImmediate(resolve));
  };
  return { source, channel, udp, client, send, received, log };
}

describe("netcatudp source", () => {
  it("makes an event of each datagram up to its first newline, with its sender", async () => {
    const { channel, client, send, received } = await rig(10, 0);
    for (const text of ["one\ntwo\n", "no newline", "", "\nempty"]) await send(text);
    await received(4);
    const events = (await channel.take(10)) ?? [];
    expect(events.map((event) => event.body.toString())).toEqual(["one", "no newline", "", ""]);
    expect(events[0]?.headers.get("remote")).toBe(`/127.0.0.1:${client.address().port}`);
  });

  it("waits for room up to keep-alive and keeps the order", async () => {
    const { channel, send, received, source } = await rig(1, 10_000);
    for (const text of ["a", "b", "c"]) await send(text);
    await received(3);
    const bodies: string[] = [];
    while (bodies.length < 3) {
      const events = (await channel.take(1)) ?? [];
      bodies.push(...events.map((event) => event.body.toString()));
      channel.commit(events);
    }
    expect(bodies).toEqual(["a", "b", "c"]);
    expect(source.counters).toMatchObject({ EventAcceptedCount: 3, ChannelWriteFail: 0 });
  });

  it("counts what it drops and says so at the beginning and at the end", async () => {
    const { channel, send, source, received, log, udp } = await rig(1, 20);
    for (const text of ["a", "b", "c"]) await send(text);
    await received(3);
    while (source.counters.ChannelWriteFail < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(channel.size).toBe(1);
    await udp.stop();
    open.splice(0);
    const warnings = log.lines.filter((line) => line.level === "warn").map((line) => line.message);
    expect(warnings[0]).toMatch(/^datagram dropped: Space for commit/);
    expect(warnings[1]).toBe("1 more: datagrams dropped");
  });

  it("lets only so many wait, empty ones too", async () => {
    const { send, source } = await rig(1, 60_000);
    for (let sent = 0; source.counters.ChannelWriteFail === 0 && sent < 20_000; sent++) {
      await send("");
      await new Promise((resolve) => setImmediate(resolve)); // the socket's turn to receive
    }
    expect(source.counters.ChannelWriteFail).toBeGreaterThan(0);
    expect(source.counters.EventReceivedCount).toBeLessThan(2_000);
  });

  it("says where it cannot listen", async () => {
    const { udp } = await rig(1, 0);
    const on = (host: string, port: number) =>
      new NetcatUdpSource(sourceContext(), { host, port }, () => undefined);
    await expect(on("127.0.0.1", udp.port).start()).rejects.toThrow(
      `source1 (agent1.conf:8): port ${udp.port} is already in use`,
    );
    await expect(on("no-such-host.invalid", 0).start()).rejects.toThrow(
      'source1 (agent1.conf:7): unknown host "no-such-host.invalid"',
    );
  });
});
