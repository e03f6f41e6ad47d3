// Records how Kafka's own Java client 2.7.2 shares out partitions:
//     node test/kafka/java/record-assignors.ts > test/kafka/assignors.recorded.json

import { flumeArtifacts } from "../../../scripts/servers/artifacts.ts";
import { classPath } from "../../../scripts/servers/class-path.ts";
import { runCommand } from "../../../scripts/servers/command.ts";

const source = new URL("Assignors.java", import.meta.url).pathname;
const { stdout } = await runCommand("java", ["-cp", await classPath(flumeArtifacts), source], {});
process.stdout.write(stdout);
