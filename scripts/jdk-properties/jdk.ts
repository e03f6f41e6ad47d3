import { spawn } from "node:child_process";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** What `Properties.load` made of a file. */
export interface Loaded {
  /** Key and value in the order in which they were put. */
  readonly pairs: readonly (readonly [string, string])[];
  /** Whether load() then stopped with an IllegalArgumentException. */
  readonly refused: boolean;
}

/**
 * Loads each file with the java.util.Properties of the machine's JDK.
 *
 * @throws Error when there is no `java` (17 or later) or it fails
 */
export async function loadWithJdk(files: readonly Uint8Array[]): Promise<Loaded[]> {
  const program = fileURLToPath(new URL("LoadProperties.java", import.meta.url));
  const java = spawn("java", [program], { stdio: ["pipe", "pipe", "inherit"] });
  const exit = new Promise<number | null>((resolve, reject) => java.on("error", reject).on("close", resolve));
  const output = buffer(java.stdout);
  for (const file of files) {
    const length = Buffer.alloc(4);
    length.writeInt32BE(file.length);
    java.stdin.write(length);
    java.stdin.write(file);
  }
  java.stdin.end();
  const code = await exit;
  if (code !== 0) throw new Error(`java ${program} ended with code ${code}`);
  return read(await output, files.length);
}

function read(output: Buffer, count: number): Loaded[] {
  let offset = 0;
  const int = () => {
    offset += 4;
    return output.readInt32BE(offset - 4);
  };
  const text = () => {
    const end = offset + 4 + 2 * output.readInt32BE(offset);
    const chars = Buffer.from(output.subarray(offset + 4, end))
      .swap16()
      .toString("utf16le");
    offset = end;
    return chars;
  };
  return Array.from({ length: count }, () => {
    const pairs = Array.from({ length: int() }, (): [string, string] => [text(), text()]);
    return { pairs, refused: output[offset++] === 1 };
  });
}
