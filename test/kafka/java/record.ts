// Records what Kafka's own Java client and Flume's own sink make of keys and events:
//     node test/kafka/java/record.ts > test/kafka/java.recorded.json

import { flumeArtifacts } from "../../../scripts/servers/artifacts.ts";
import { classPath } from "../../../scripts/servers/class-path.ts";
import { runCommand } from "../../../scripts/servers/command.ts";

const source = new URL("Vectors.java", import.meta.url).pathname;
const { stdout } = await runCommand("java", ["-cp", await classPath(flumeArtifacts), source], {});
process.stdout.write(stdout);
