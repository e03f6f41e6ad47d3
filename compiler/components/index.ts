import type { ComponentDefinition } from "../schema/component.ts";
import { memoryChannel } from "./channels/memory.ts";
import { hostInterceptor } from "./interceptors/host.ts";
import { staticInterceptor } from "./interceptors/static.ts";
import { timestampInterceptor } from "./interceptors/timestamp.ts";
import { defaultPathManager } from "./path-managers/default.ts";
import { rollTimePathManager } from "./path-managers/rolltime.ts";
import { multiplexingSelector } from "./selectors/multiplexing.ts";
import { replicatingSelector } from "./selectors/replicating.ts";
import { headerAndTextSerializer } from "./serializers/header-and-text.ts";
import { textSerializer } from "./serializers/text.ts";
import { fileRollSink } from "./sinks/file-roll.ts";
import { kafkaSink } from "./sinks/kafka.ts";
import { loggerSink } from "./sinks/logger.ts";
import { nullSink } from "./sinks/null.ts";
import { netcatSource } from "./sources/netcat.ts";
import { netcatUdpSource } from "./sources/netcatudp.ts";

/** Every component with a complete schema, one line each; the registry, the docs and completion read this. */
export const components: readonly ComponentDefinition[] = [
  netcatSource,
  netcatUdpSource,
  memoryChannel,
  fileRollSink,
  kafkaSink,
  loggerSink,
  nullSink,
  hostInterceptor,
  staticInterceptor,
  timestampInterceptor,
  multiplexingSelector,
  replicatingSelector,
  headerAndTextSerializer,
  textSerializer,
  defaultPathManager,
  rollTimePathManager,
];
