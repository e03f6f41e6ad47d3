// The values of a topic's records in HDFS, a line each, in files of 128 MiB: by hand, for bench/cases/kafka-to-hdfs.ts.
import { randomBytes } from "node:crypto";
import { userInfo } from "node:os";
import { HdfsFileSystem } from "../../runtime/hdfs/hdfs-file-system.ts";
import { readTopic } from "./read-topic.mjs";

const ROLL_SIZE = 134_217_728;
const { hostname, port, pathname: directory } = new URL(process.env.BENCH_OUTPUT);
const fileSystem = new HdfsFileSystem({
  uri: `hdfs://${hostname}:${port}`,
  nameNodes: [{ host: hostname, port: Number(port) }],
  user: { effective: userInfo().username, real: undefined },
  callTimeout: 30_000,
});
const name = `${directory}/FlumeData.${Date.now()}${randomBytes(2).readUInt16BE()}`;
let count = 0;
let path = "";
let file;

await readTopic(async (lines) => {
  if (file !== undefined && file.length + lines.length > ROLL_SIZE) await finish();
  if (file === undefined) {
    path = `${name}.${String(count++).padStart(6, "0")}.csv`;
    file = await fileSystem.create(`${path}.tmp`);
  }
  await file.write(lines);
  await file.hflush();
});
if (file !== undefined) await finish();
await fileSystem.close();

async function finish() {
  await file.close();
  if (!(await fileSystem.rename(`${path}.tmp`, path))) throw new Error(`${path}.tmp cannot be renamed`);
  file = undefined;
}
