import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { kafkaArtifacts } from "./artifacts.ts";
import { classPath, requireJava } from "./class-path.ts";
import { runCommand } from "./command.ts";
import { freePort } from "./ports.ts";
import { temporaryDirectory } from "./reaper.ts";
import { ServerProcess } from "./server-process.ts";

const answerWithin = 500; // ms

const nodesProgram = fileURLToPath(new URL("ZooKeeperNodes.java", import.meta.url));

const java = [
  ...["-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
  "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
  "-Dorg.slf4j.simpleLogger.showDateTime=true",
];

/** A real ZooKeeper: the one that comes with Kafka 3.9. */
export class ZooKeeperServer {
  /** `localhost:<port>`, as `zookeeper.connect` and `zookeeperConnect` take it. */
  readonly connectString: string;
  readonly port: number;
  /** The file that receives the server's log. */
  readonly logFile: string;
  readonly #directory: string;
  #process: ServerProcess | undefined;

  /** @internal Use {@link startZooKeeper}. */
  constructor(port: number, directory: string) {
    this.port = port;
    this.connectString = `localhost:${port}`;
    this.logFile = join(directory, "zookeeper.log");
    this.#directory = directory;
  }

  /** The process id of the running server. */
  get pid(): number {
    if (this.#process === undefined) throw new Error("ZooKeeper is not running.");
    return this.#process.pid;
  }

  /** Whether the server's process is there. */
  get running(): boolean {
    return this.#process?.running ?? false;
  }

  /** Starts the server on the port and the data that it had before; resolves when it serves. */
  async start(): Promise<void> {
    if (this.running) return;
    this.#process = await ServerProcess.start({
      name: "ZooKeeper",
      command: "java",
      args: [
        ...java,
        ...["-cp", await classPath(kafkaArtifacts("3.9.2"))],
        ...["org.apache.zookeeper.server.quorum.QuorumPeerMain", "zoo.cfg"],
      ],
      cwd: this.#directory,
      logFile: this.logFile,
    });
    await this.#process.waitUntil(async () => /^Mode: /m.test(await this.#say("srvr")));
  }

  /** TERM. Its data stay for {@link start}. */
  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  /** KILL: the server vanishes as in a crash. Its data stay for {@link start}. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** Stops (TERM) and starts again. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Sends a signal: STOP and CONT make a server that accepts connections and says nothing. */
  signal(signal: NodeJS.Signals): void {
    this.#process?.signal(signal);
  }

  /** Writes nodes, and those above them: path → data. By ZooKeeper's own client. */
  async write(nodes: ReadonlyMap<string, string>): Promise<void> {
    await this.#nodes([...nodes].map(([path, data]) => `${path} ${Buffer.from(data).toString("base64")}`));
  }

  /** The data of nodes, in the order asked; undefined for one that is not there. By ZooKeeper's own client. */
  async read(...paths: string[]): Promise<(string | undefined)[]> {
    const answers = await this.#nodes(paths);
    return paths.map((_, index) => {
      const answer = answers[index] ?? "-";
      return answer === "-" ? undefined : Buffer.from(answer, "base64").toString();
    });
  }

  /**
   * Puts a group's offsets where consumers before Kafka 0.9 kept them: partition → offset.
   * @param chroot What stands in `zookeeperConnect` behind the servers: `/kafka`, or nothing.
   */
  async writeOldOffsets(
    group: string,
    topic: string,
    offsets: ReadonlyMap<number, number>,
    chroot = "",
  ): Promise<void> {
    const directory = `${chroot}/consumers/${group}/offsets/${topic}`;
    await this.write(
      new Map([...offsets].map(([partition, offset]) => [`${directory}/${partition}`, String(offset)])),
    );
  }

  /** Ends the server for good and removes its data. */
  async close(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** So that `await using zooKeeper = await startZooKeeper()` cleans up. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #nodes(lines: readonly string[]): Promise<string[]> {
    const jars = await classPath(kafkaArtifacts("3.9.2"));
    const { stdout } = await runCommand("java", [...java, "-cp", jars, nodesProgram, this.connectString], {
      input: lines.map((line) => `${line}\n`).join(""),
    });
    return stdout.split("\n");
  }

  /** Says one of ZooKeeper's four-letter words; the answer, empty while nobody answers. */
  async #say(word: string): Promise<string> {
    const socket = connect({ host: "127.0.0.1", port: this.port });
    // While it starts it may take a connection and never answer on it.
    socket.setTimeout(answerWithin, () => socket.destroy(new Error("no answer")));
    try {
      await once(socket, "connect");
      socket.write(word);
      return await text(socket);
    } catch {
      return "";
    } finally {
      socket.destroy();
    }
  }
}

/**
 * Starts a ZooKeeper on a free port and waits until it serves.
 * @throws ServersUnavailable without Java or Maven; Error with the server's log when it does not come up.
 */
export async function startZooKeeper(): Promise<ZooKeeperServer> {
  await requireJava();
  const directory = await temporaryDirectory("zookeeper");
  const port = await freePort();
  const configuration = {
    // Ms. Sessions last at least two ticks: a broker that was killed is forgotten after that.
    tickTime: 500,
    dataDir: join(directory, "data"),
    clientPort: port,
    clientPortAddress: "127.0.0.1",
    maxClientCnxns: 0,
    "admin.enableServer": false,
    "4lw.commands.whitelist": "srvr",
  };
  const lines = Object.entries(configuration).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(join(directory, "zoo.cfg"), lines.join(""));
  const server = new ZooKeeperServer(port, directory);
  await server.start();
  return server;
}
