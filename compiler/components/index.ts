import type { ComponentDefinition } from "../schema/component.ts";
import { kafkaChannel } from "./channels/kafka.ts";
import { memoryChannel } from "./channels/memory.ts";
import { hostInterceptor } from "./interceptors/host.ts";
import { staticInterceptor } from "./interceptors/static.ts";
import { timestampInterceptor } from "./interceptors/timestamp.ts";
import { defaultPathManager } from "./path-managers/default.ts";
import { rollTimePathManager } from "./path-managers/rolltime.ts";
import { multiplexingSelector } from "./selectors/multiplexing.ts";
import { replicatingSelector } from "./selectors/replicating.ts";
import { avroEventSerializer } from "./serializers/avro-event.ts";
import { headerAndTextSerializer } from "./serializers/header-and-text.ts";
import { textSerializer } from "./serializers/text.ts";
import { fileRollSink } from "./sinks/file-roll.ts";
import { hdfsSink } from "./sinks/hdfs.ts";
import { kafkaSink } from "./sinks/kafka.ts";
import { loggerSink } from "./sinks/logger.ts";
import { nullSink } from "./sinks/null.ts";
import { kafkaSource } from "./sources/kafka.ts";
import { netcatSource } from "./sources/netcat.ts";
import { netcatUdpSource } from "./sources/netcatudp.ts";

/** Every component with a complete schema, one line each; the registry, the docs and completion read this. */
export const components: readonly ComponentDefinition[] = [
  kafkaSource,
  netcatSource,
  netcatUdpSource,
  kafkaChannel,
  memoryChannel,
  fileRollSink,
  hdfsSink,
  kafkaSink,
  loggerSink,
  nullSink,
  hostInterceptor,
  staticInterceptor,
  timestampInterceptor,
  multiplexingSelector,
  replicatingSelector,
  avroEventSerializer,
  headerAndTextSerializer,
  textSerializer,
  defaultPathManager,
  rollTimePathManager,
];
