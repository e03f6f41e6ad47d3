// Records what Flume's own BucketPath makes of time escapes:
//     node test/runtime/escapes/record.ts > test/runtime/escapes/bucket-paths.recorded.json

import { recordBucketPaths } from "./bucket-paths.ts";

const vectors = await recordBucketPaths(1, 2);
process.stdout.write(`[\n${vectors.map((vector) => JSON.stringify(vector)).join(",\n")}\n]\n`);
