// A process of its own, so that its work is not counted to the program: node netcat-driver.ts PORT FROM WARM-UP MEASURED.
// Sends numbered lines over one connection as fast as they are taken, and counts the OKs. Prints "warm" after the
// warm-up, waits for a line on its standard input, sends the rest and prints how many seconds it took until the
// last OK.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { numberedLines } from "./numbered-lines.ts";

const [port, from, warmUp, measured] = process.argv.slice(2).map(Number) as [number, number, number, number];
const PIECE = 64 * 1024; // bytes a write
const OK_BYTES = 3;

let answered = 0; // bytes
let wanted = 0; // bytes
let answeredAll: () => void = () => {};

const socket = connect(port, "127.0.0.1");
socket.setNoDelay(true);
await once(socket, "connect");
socket.on("data", (answer: Buffer) => {
  if (answer.includes("F")) {
    console.error(`refused: ${answer.toString("latin1", 0, 200)}`);
    process.exit(1);
  }
  answered += answer.length;
  if (answered >= wanted) answeredAll();
});
socket.on("close", () => {
  if (answered < wanted) {
    console.error(`closed after ${answered / OK_BYTES} answers`);
    process.exit(1);
  }
});

// All is made before the clock starts.
const warmUpLines = numberedLines(from, warmUp);
const measuredLines = numberedLines(from + warmUp, measured);

await send(socket, warmUpLines, warmUp);
console.log("warm");
await once(process.stdin, "data");
const start = performance.now();
await send(socket, measuredLines, measured);
console.log((performance.now() - start) / 1000);
socket.destroy();
process.exit(0);

/** Resolves with the last OK. */
async function send(to: Socket, lines: Buffer, count: number): Promise<void> {
  wanted += count * OK_BYTES;
  const all = new Promise<void>((resolve) => {
    answeredAll = resolve;
  });
  for (let at = 0; at < lines.length; at += PIECE) {
    if (!to.write(lines.subarray(at, at + PIECE))) await once(to, "drain");
  }
  await all;
}
