import { createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { brokersFromZooKeeper } from "../../runtime/zookeeper/brokers.ts";
import { zooKeeperConnect } from "../../runtime/zookeeper/connect-string.ts";
import { oldOffsetsFromZooKeeper } from "../../runtime/zookeeper/offsets.ts";

/** A server that is no ZooKeeper; the port that it listens on. */
async function server(serve: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = [];
  const listening = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    listening.close();
  });
  const address = listening.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

test("a connect string is read as ZooKeeper's client reads it", () => {
  expect(zooKeeperConnect("zk1:2182, zk2 ,[::1]:2183/kafka/main/")).toEqual({
    hosts: [
      { host: "zk1", port: 2182 },
      { host: "zk2", port: 2181 },
      { host: "::1", port: 2183 },
    ],
    chroot: "/kafka/main",
  });
  expect(zooKeeperConnect("localhost:2181/")).toEqual({
    hosts: [{ host: "localhost", port: 2181 }],
    chroot: "",
  });
  for (const bad of ["", "/kafka", " , ", "zk1:port", "zk1:0", "zk1:65536", "a:b:c"]) {
    expect(() => zooKeeperConnect(bad)).toThrow(/^".*" (is no address of|names no)/);
  }
});

test("every server is named with what is wrong with it, within seconds", async () => {
  const closed = await server((socket) => socket.destroy());
  const web = await server((socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const silent = await server(() => {});
  const dripping = await server((socket) => void socket.write(Buffer.from([0, 0, 0, 3, 1, 2, 3])));
  const connect = [closed, web, silent, dripping].map((port) => `127.0.0.1:${port}`).join(",");
  const began = performance.now();
  const error = await brokersFromZooKeeper(`${connect}/kafka`, "PLAINTEXT").catch((thrown) => thrown);
  expect(error.message).toBe(
    `no ZooKeeper answers (127.0.0.1:${closed}: it closed the connection; ` +
      `127.0.0.1:${web}: what answers there does not speak ZooKeeper's protocol; ` +
      `127.0.0.1:${silent}: no answer within 5 s; ` +
      `127.0.0.1:${dripping}: what answers there does not speak ZooKeeper's protocol)`,
  );
  expect(performance.now() - began).toBeLessThan(8_000);
});

test("where nobody listens, nothing is waited for", async () => {
  const offsets = oldOffsetsFromZooKeeper("127.0.0.1:1,127.0.0.1:2", "flume");
  await expect(offsets("calls", [0])).rejects.toThrow(
    /^no ZooKeeper answers \(127\.0\.0\.1:1: .*ECONNREFUSED.*; 127\.0\.0\.1:2: /,
  );
});
