import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { componentOf } from "../../runtime/agent/component.ts";
import { LogOutput } from "../../runtime/agent/log.ts";
import type { FileSystem } from "../../runtime/hdfs/file-system.ts";
import { hadoopFileSystem } from "../../runtime/hdfs/hadoop.ts";
import { freePort } from "../../scripts/servers/ports.ts";

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A file system, and the lines that its sink's log gets. */
function logged(uri: string): { fileSystem: FileSystem; lines: string[] } {
  const lines: string[] = [];
  const output = new LogOutput("info", "text", (line) => lines.push(line.slice(25).trim()));
  const place = { type: "hdfs", line: 3, lines: {} };
  const sink = componentOf("sink", "sink1", "agent1.conf", place, output);
  const fileSystem = hadoopFileSystem(sink, { uri, user: "flume", callTimeout: 30_000 });
  closing.push(() => fileSystem.close());
  return { fileSystem, lines };
}

/** A server at the port, or at any. */
async function listening(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** The first line that comes. */
async function firstOf(lines: string[]): Promise<{ line: string; after: number }> {
  const from = performance.now();
  await vi.waitFor(() => expect(lines).not.toEqual([]), { timeout: 10_000, interval: 10 });
  return { line: lines[0]!, after: performance.now() - from };
}

describe("a NameNode that does not answer is told of in the log", () => {
  test.each(["hdfs", "webhdfs"])("refused connections (%s): one line within a second", async (scheme) => {
    const port = await freePort();
    const { fileSystem, lines } = logged(`${scheme}://127.0.0.1:${port}`);
    const calls = [1, 2, 3].map((number) => fileSystem.exists(`/logs/${number}`).catch(() => undefined));
    const { line, after } = await firstOf(lines);
    expect(line).toBe(
      `ERROR sink1 (agent1.conf:3): ${scheme}://127.0.0.1:${port} does not answer: NameNode 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}; trying again until it does`,
    );
    expect(after).toBeLessThan(2_000);
    await fileSystem.close();
    if (scheme === "hdfs") await Promise.all(calls);
    expect(lines).toHaveLength(1);
  });

  test("connections that are closed at once: it is tried again, a few times a second", async () => {
    let connections = 0;
    const port = await listening(
      createServer((socket: Socket) => {
        connections++;
        socket.on("error", () => undefined).destroy();
      }),
    );
    const { fileSystem, lines } = logged(`hdfs://127.0.0.1:${port}`);
    const call = fileSystem.exists("/logs").catch((error: Error) => error.message);
    await firstOf(lines);
    await vi.waitFor(() => expect(connections).toBeGreaterThan(5), { timeout: 20_000 });
    const from = performance.now();
    const before = connections;
    await vi.waitFor(() => expect(performance.now() - from).toBeGreaterThan(2_500), { timeout: 5_000 });
    expect(connections - before).toBeLessThanOrEqual(3);
    expect(lines).toHaveLength(1);
    await fileSystem.close();
    expect(await call).toBe("the file system was closed");
  });

  test("one that takes connections and is silent: after five seconds, not after the call's time", async () => {
    const sockets: Socket[] = [];
    const port = await listening(createServer((socket) => sockets.push(socket.on("error", () => undefined))));
    const { fileSystem, lines } = logged(`hdfs://127.0.0.1:${port}`);
    const call = fileSystem.exists("/logs").catch(() => undefined);
    const { line } = await firstOf(lines);
    expect(line).toContain(`does not answer: NameNode 127.0.0.1:${port} is silent; trying again`);
    await fileSystem.close();
    await call;
    for (const socket of sockets) socket.destroy();
  });

  test("and told of once more when it answers again", async () => {
    const port = await freePort();
    const { fileSystem, lines } = logged(`webhdfs://127.0.0.1:${port}`);
    const call = fileSystem.exists("/logs");
    await firstOf(lines);
    await listening(
      createHttpServer((_, response) => void response.writeHead(200).end('{"FileStatus":{}}')),
      port,
    );
    expect(await call).toBe(true);
    expect(await fileSystem.exists("/logs")).toBe(true);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^INFO {2}sink1 .* answers again, after \d s$/);
  });
});
