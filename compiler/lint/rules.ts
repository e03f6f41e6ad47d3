import type { Rule } from "./rule.ts";
import { rule as agentNameTypo } from "./rules/agent-name-typo.ts";
import { rule as batchOverTransactionCapacity } from "./rules/batch-over-transaction-capacity.ts";
import { rule as binaryFile } from "./rules/binary-file.ts";
import { rule as byteOrderMark } from "./rules/byte-order-mark.ts";
import { rule as channelSwapped } from "./rules/channel-swapped.ts";
import { rule as channelUnbound } from "./rules/channel-unbound.ts";
import { rule as channelUndeclared } from "./rules/channel-undeclared.ts";
import { rule as channelUnused } from "./rules/channel-unused.ts";
import { rule as clearTextSecret } from "./rules/clear-text-secret.ts";
import { rule as commaInList } from "./rules/comma-in-list.ts";
import { rule as configuredNotListed } from "./rules/configured-not-listed.ts";
import { rule as conflictingProperties } from "./rules/conflicting-properties.ts";
import { rule as customClass } from "./rules/custom-class.ts";
import { rule as deprecatedName } from "./rules/deprecated-name.ts";
import { rule as droppedComponent } from "./rules/dropped-component.ts";
import { rule as duplicateKey } from "./rules/duplicate-key.ts";
import { rule as emptyValue } from "./rules/empty-value.ts";
import { rule as encodingDifference } from "./rules/encoding-difference.ts";
import { rule as flumeBug } from "./rules/flume-bug.ts";
import { rule as flumeEventsInTopic } from "./rules/flume-events-in-topic.ts";
import { rule as headerInPath } from "./rules/header-in-path.ts";
import { rule as ignoredOldName } from "./rules/ignored-old-name.ts";
import { rule as incompleteAgent } from "./rules/incomplete-agent.ts";
import { rule as invalidBoolean } from "./rules/invalid-boolean.ts";
import { rule as invalidValue } from "./rules/invalid-value.ts";
import { rule as invisibleCharacter } from "./rules/invisible-character.ts";
import { rule as listedNotConfigured } from "./rules/listed-not-configured.ts";
import { rule as loadBalancingSelector } from "./rules/load-balancing-selector.ts";
import { rule as missingRequired } from "./rules/missing-required.ts";
import { rule as missingTimestamp } from "./rules/missing-timestamp.ts";
import { rule as missingType } from "./rules/missing-type.ts";
import { rule as neverRolled } from "./rules/never-rolled.ts";
import { rule as noEffect } from "./rules/no-effect.ts";
import { rule as notHere } from "./rules/not-here.ts";
import { rule as pathEscape } from "./rules/path-escape.ts";
import { rule as pathWithoutScheme } from "./rules/path-without-scheme.ts";
import { rule as pendingComponent } from "./rules/pending-component.ts";
import { rule as portTaken } from "./rules/port-taken.ts";
import { rule as quotedValue } from "./rules/quoted-value.ts";
import { rule as readSmallestOffset } from "./rules/read-smallest-offset.ts";
import { rule as referenceInName } from "./rules/reference-in-name.ts";
import { rule as refusedByBuild } from "./rules/refused-by-build.ts";
import { rule as selectorChannel } from "./rules/selector-channel.ts";
import { rule as sharedGroup } from "./rules/shared-group.ts";
import { rule as sinkGroup } from "./rules/sink-group.ts";
import { rule as swallowedLine } from "./rules/swallowed-line.ts";
import { rule as syntaxError } from "./rules/syntax-error.ts";
import { rule as tabInSinkgroups } from "./rules/tab-in-sinkgroups.ts";
import { rule as tinyFiles } from "./rules/tiny-files.ts";
import { rule as topicLoop } from "./rules/topic-loop.ts";
import { rule as trailingComment } from "./rules/trailing-comment.ts";
import { rule as transactionCapacityOverCapacity } from "./rules/transaction-capacity-over-capacity.ts";
import { rule as undefinedReference } from "./rules/undefined-reference.ts";
import { rule as unknownProperty } from "./rules/unknown-property.ts";
import { rule as unknownTimeZone } from "./rules/unknown-time-zone.ts";
import { rule as unknownType } from "./rules/unknown-type.ts";
import { rule as unreadProperty } from "./rules/unread-property.ts";
import { rule as unrecognizedKey } from "./rules/unrecognized-key.ts";
import { rule as webhdfsPath } from "./rules/webhdfs-path.ts";
import { rule as wrongClassName } from "./rules/wrong-class-name.ts";
import { rule as zookeeperLookup } from "./rules/zookeeper-lookup.ts";

/**
 * Every rule, in the order in which they run: what is wrong with the text before what is wrong with the agent, and a
 * rule that others look back to (`isReported`) before them. A new rule needs a line here and a file in `rules/`.
 */
export const rules: readonly Rule[] = [
  binaryFile,
  syntaxError,
  byteOrderMark,
  invisibleCharacter,
  encodingDifference,
  swallowedLine,
  trailingComment,
  quotedValue,
  duplicateKey,
  emptyValue,
  unrecognizedKey,
  agentNameTypo,
  commaInList,
  tabInSinkgroups,
  channelSwapped,
  incompleteAgent,
  listedNotConfigured,
  configuredNotListed,
  channelUnbound,
  channelUndeclared,
  channelUnused,
  missingType,
  unknownType,
  wrongClassName,
  loadBalancingSelector,
  customClass,
  pendingComponent,
  selectorChannel,
  referenceInName,
  missingRequired,
  conflictingProperties,
  invalidValue,
  invalidBoolean,
  readSmallestOffset,
  unknownProperty,
  zookeeperLookup,
  deprecatedName,
  ignoredOldName,
  noEffect,
  unreadProperty,
  flumeBug,
  transactionCapacityOverCapacity,
  batchOverTransactionCapacity,
  flumeEventsInTopic,
  topicLoop,
  sharedGroup,
  portTaken,
  missingTimestamp,
  pathEscape,
  unknownTimeZone,
  neverRolled,
  tinyFiles,
  headerInPath,
  pathWithoutScheme,
  webhdfsPath,
  sinkGroup,
  droppedComponent,
  undefinedReference,
  notHere,
  refusedByBuild,
  clearTextSecret,
];
