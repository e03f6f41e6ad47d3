import { HdfsFileSystem } from "../../runtime/hdfs/hdfs-file-system.ts";

// A writer to kill: writes numbered lines into a new file, flushes, and says on standard output how many lines are
// flushed, one number a line. Arguments: port of the NameNode, user, path, lines a flush.
const [port, user, path, lines] = process.argv.slice(2);
const hdfs = new HdfsFileSystem({
  uri: "hdfs://localhost",
  nameNodes: [{ host: "localhost", port: Number(port) }],
  user: { effective: user!, real: undefined },
  callTimeout: 20_000,
});
const file = await hdfs.create(path!, { blockSize: 64 * 1_024 });
for (let number = 0; ; ) {
  let text = "";
  for (let line = 0; line < Number(lines); line++)
    text += `line ${number++} of the writer that will be killed\n`;
  await file.write(Buffer.from(text));
  await file.hflush();
  process.stdout.write(`${number}\n`);
}
