// The main job from end to end, on real servers: lint and build a Flume configuration, run the emitted program
// between a TCP port and a Kafka broker, send lines, read them back. Everything it starts, it stops.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, symlink } from "node:fs/promises";
import type { Socket } from "node:net";
import { join } from "node:path";
import chalk from "chalk";
import { ServersUnavailable } from "./servers/class-path.ts";
import { connected } from "./servers/connected.ts";
import { startKafka } from "./servers/kafka.ts";
import { freePort } from "./servers/ports.ts";
import { reap, temporaryDirectory } from "./servers/reaper.ts";
import { createTopic, readTopic, waitForRecords } from "./servers/topic.ts";

const root = new URL("..", import.meta.url).pathname;
const conf = "samples/netcat-memory-kafka/agent.conf";
const topic = "app_events";
const greetings = [
  "hello from flafkac",
  "a second line",
  "naïve café, 日本語, 🚰",
  "",
  "the line before was empty",
];
const bulk = 200_000; // lines
const listenWithin = 10_000; // ms

// kafkajs arms a timer in the past on every used connection; Node 24 mentions it once a process.
process.removeAllListeners("warning");
process.on("warning", (warning) => {
  if (warning.name !== "TimeoutNegativeWarning") console.error(warning);
});

/** Does one step and prints what came of it and how long it took. */
async function step<T>(
  what: string,
  work: () => Promise<T>,
  told: (result: T) => string = () => "",
): Promise<T> {
  const start = performance.now();
  try {
    const result = await work();
    const took = performance.now() - start;
    const time = took < 1000 ? `${took.toFixed(0)} ms` : `${(took / 1000).toFixed(1)} s`;
    console.log(`${chalk.green("✔")} ${what}${told(result)} ${chalk.dim(time)}`);
    return result;
  } catch (error) {
    console.log(`${chalk.red("✘")} ${what}`);
    throw error;
  }
}

/** Runs the command line of this checkout and shows what it prints. */
async function flafkac(args: readonly string[]): Promise<void> {
  console.log(chalk.dim(`$ flafkac ${args.join(" ")}`));
  const child = spawn(process.execPath, [join(root, "cli", "main.ts"), ...args], {
    cwd: root,
    stdio: "inherit",
  });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`flafkac ${args[0]} ended with ${code}.`);
}

function startProgram(directory: string): ChildProcess {
  console.log(chalk.dim(`$ node ${join(directory, "agent1.ts")}`));
  const program = spawn(process.execPath, ["agent1.ts", "--log-format", "text"], {
    cwd: directory,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const pid = program.pid;
  if (pid === undefined) throw new Error("The emitted program could not be started.");
  reap.process(pid);
  program.once("exit", () => reap.ended(pid));
  return program;
}

/** Sends lines on one connection and waits until each has its answer; returns the answers. */
async function send(socket: Socket, lines: readonly string[]): Promise<string[]> {
  let text = "";
  const answers = new Promise<string[]>((resolve, reject) => {
    let newlines = 0;
    const onData = (chunk: Buffer) => {
      text += chunk.toString();
      for (const byte of chunk) if (byte === 0x0a) newlines++;
      if (newlines < lines.length) return;
      socket.off("data", onData);
      resolve(text.trimEnd().split("\n"));
    };
    socket.on("data", onData);
    socket.once("close", () => reject(new Error("The program closed the connection.")));
  });
  socket.write(lines.map((line) => `${line}\n`).join(""));
  return await answers;
}

function accepted(answers: readonly string[]): string {
  const ok = answers.filter((answer) => answer === "OK").length;
  if (ok < answers.length) throw new Error(`Not every line was taken: ${answers.find((a) => a !== "OK")}`);
  return `: ${ok.toLocaleString("en")} × OK`;
}

async function main(): Promise<void> {
  console.log(chalk.bold("\nflafkac: netcat → memory → Kafka\n"));
  const kafka = await step(
    "a real Kafka",
    () => startKafka(),
    ({ version, bootstrapServers }) =>
      ` ${version} at ${bootstrapServers} (fetched from Maven Central the first time)`,
  );
  await createTopic(kafka.bootstrapServers, topic);
  const port = await freePort();
  const directory = join(await temporaryDirectory("demo"), "agent1");
  const overrides = [
    ...["--set", `agent1.sources.source1.port=${port}`],
    ...["--set", `agent1.sinks.sink1.brokerList=${kafka.bootstrapServers}`],
  ];
  console.log(`\n${chalk.bold(conf)}\n${chalk.dim((await readFile(join(root, conf), "utf8")).trim())}\n`);
  await step("linted", () => flafkac(["lint", conf, ...overrides]));
  await step(
    "built",
    async () => {
      await flafkac(["build", conf, "-o", directory, ...overrides]);
      // What `npm install` does in a folder of one's own.
      await mkdir(join(directory, "node_modules"), { recursive: true });
      await symlink(join(root, "node_modules", "kafkajs"), join(directory, "node_modules", "kafkajs"));
      const source = await readFile(join(directory, "agent1.ts"), "utf8");
      return { lines: source.trimEnd().split("\n").length, files: await readdir(join(directory, "lib")) };
    },
    ({ lines, files }) => `: agent1.ts of ${lines} lines, lib/{${files.sort().join(",")}}`,
  );

  console.log("");
  const program = startProgram(directory);
  const ended = once(program, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const socket = await step(
    "started",
    () => connected(port, listenWithin),
    () => ` and listening on 127.0.0.1:${port}`,
  );
  await step("sent 5 lines", () => send(socket, greetings), accepted);
  await waitForRecords(kafka.bootstrapServers, topic, greetings.length);
  const records = await step(
    `read back from ${topic}`,
    () => readTopic(kafka.bootstrapServers, topic),
    () => ":",
  );
  for (const { partition, offset, value } of records) {
    console.log(`  ${chalk.dim(`${partition}/${offset}`)}  ${chalk.cyan(JSON.stringify(value?.toString()))}`);
  }
  const lines = Array.from({ length: bulk }, (_, number) => `line ${number} `.padEnd(100, "."));
  const start = performance.now();
  await step(
    `sent ${bulk.toLocaleString("en")} lines of 100 bytes and waited for all to be in Kafka`,
    async () => {
      const answers = await send(socket, lines);
      await waitForRecords(kafka.bootstrapServers, topic, greetings.length + bulk);
      return answers;
    },
    (answers) => {
      const rate = Math.round((bulk / (performance.now() - start)) * 1000);
      return `${accepted(answers)}, ${rate.toLocaleString("en")} lines/s`;
    },
  );
  socket.destroy();
  await step(
    "SIGTERM",
    async () => {
      program.kill("SIGTERM");
      const [code] = await ended;
      if (code !== 0) throw new Error(`The program ended with ${code}.`);
    },
    () => ": drained, exit code 0",
  );
  await step("stopped Kafka and removed its files", () => kafka.close());
}

try {
  await main();
  process.exit(0);
} catch (error) {
  if (error instanceof ServersUnavailable) console.error(chalk.red(error.message));
  else console.error(error);
  process.exit(1);
}
