// Records what Kafka's own Java client 2.7.2 compresses batches to:
//     node test/kafka/java/record-batches.ts > test/kafka/batches.recorded.json

import { flumeArtifacts } from "../../../scripts/servers/artifacts.ts";
import { classPath } from "../../../scripts/servers/class-path.ts";
import { runCommand } from "../../../scripts/servers/command.ts";

const source = new URL("CompressedBatches.java", import.meta.url).pathname;
const { stdout } = await runCommand("java", ["-cp", await classPath(flumeArtifacts), source], {});
process.stdout.write(stdout);
