import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { reap } from "./reaper.ts";

/** What a command of Hadoop's command line did. */
export interface ToolAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const source = fileURLToPath(new URL("HadoopTools.java", import.meta.url));

/** Hadoop's own command line in one Java process for any number of commands; each takes milliseconds. */
export class HadoopTools {
  readonly #java: readonly string[];
  #process: ChildProcess | undefined;
  #received = Buffer.alloc(0);
  #last: Promise<unknown> = Promise.resolve();

  /** @param java Java's options with the class path: the client configuration and Hadoop's jars. */
  constructor(java: readonly string[]) {
    this.#java = java;
  }

  /**
   * Runs `hdfs <words…>`, for dfs, dfsadmin and haadmin. One after another.
   * @throws Error with what the command printed when it ends with another code than 0.
   */
  async run(...words: string[]): Promise<Buffer> {
    const { code, stdout, stderr } = await this.try(...words);
    if (code !== 0) throw new Error(`hdfs ${words.join(" ")} failed (${code}): ${stderr}${stdout}`);
    return stdout;
  }

  /** As {@link run}, whatever the exit code is. */
  async try(...words: string[]): Promise<ToolAnswer> {
    const answer = this.#last.then(() => this.#ask(words));
    this.#last = answer.catch(() => undefined);
    return await answer;
  }

  /** Ends the process. */
  async close(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    running.kill("SIGKILL");
    await once(running, "exit");
  }

  #ask(words: readonly string[]): Promise<ToolAnswer> {
    this.#process ??= this.#start();
    const { stdin, stdout } = this.#process;
    return new Promise((resolve, reject) => {
      const read = (chunk: Buffer) => {
        this.#received = Buffer.concat([this.#received, chunk]);
        const answer = this.#answer();
        if (answer !== undefined) done(() => resolve(answer));
      };
      const ended = () =>
        done(() => reject(new Error(`Hadoop's command line ended during: ${words.join(" ")}`)));
      const done = (settle: () => void) => {
        stdout?.off("data", read).off("end", ended);
        settle();
      };
      stdout?.on("data", read).on("end", ended);
      stdin?.write(request(words));
    });
  }

  #start(): ChildProcess {
    const java = spawn("java", [...this.#java, source], { stdio: ["pipe", "pipe", "ignore"] });
    const { pid } = java;
    if (pid !== undefined) {
      reap.process(pid);
      java.once("exit", () => reap.ended(pid));
    }
    java.stdin.on("error", () => undefined); // shows as the end of its output
    this.#received = Buffer.alloc(0);
    return java;
  }

  #answer(): ToolAnswer | undefined {
    const bytes = this.#received;
    if (bytes.length < 8) return undefined;
    const outEnd = 8 + bytes.readInt32BE(4);
    if (bytes.length < outEnd + 4) return undefined;
    const end = outEnd + 4 + bytes.readInt32BE(outEnd);
    if (bytes.length < end) return undefined;
    this.#received = bytes.subarray(end);
    return {
      code: bytes.readInt32BE(0),
      stdout: bytes.subarray(8, outEnd),
      stderr: bytes.toString("utf8", outEnd + 4, end),
    };
  }
}

function request(words: readonly string[]): Buffer {
  const count = Buffer.alloc(4);
  count.writeInt32BE(words.length);
  const parts = words.flatMap((word) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(Buffer.byteLength(word));
    return [length, Buffer.from(word)];
  });
  return Buffer.concat([count, ...parts]);
}
