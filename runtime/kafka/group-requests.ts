import { type BrokerConnection, callBroker, type KafkaApi, obeyThrottle } from "./broker-call.ts";
import { KafkaError } from "./errors.ts";
import type { FrameReader } from "./frame-reader.ts";

const FIND_COORDINATOR_API: KafkaApi = { name: "FindCoordinator", key: 10, oldest: 0, newest: 2 };
const JOIN_GROUP_API: KafkaApi = { name: "JoinGroup", key: 11, oldest: 1, newest: 5 };
const HEARTBEAT_API: KafkaApi = { name: "Heartbeat", key: 12, oldest: 0, newest: 3 };
const LEAVE_GROUP_API: KafkaApi = { name: "LeaveGroup", key: 13, oldest: 0, newest: 3 };
const SYNC_GROUP_API: KafkaApi = { name: "SyncGroup", key: 14, oldest: 0, newest: 3 };

/** How long an answer may take longer than what the broker was asked to wait for, ms. */
const JOIN_GRACE = 5_000;

/** Who a member is, as the coordinator knows it. */
export interface GroupIdentity {
  readonly groupId: string;
  readonly groupInstanceId: string | null;
  /** Empty for a new member. */
  readonly memberId: string;
  /** Which sharing out of the partitions it takes part in; -1 for none. */
  readonly generation: number;
}

/** A member and what it wants, for the one that shares out the partitions. */
export interface JoinedMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly subscription: Buffer;
}

/** What came of joining. */
export interface JoinResult {
  /** Kafka's error code, 0 for none. */
  readonly errorCode: number;
  readonly generation: number;
  /** The way of sharing out that all members know. */
  readonly protocol: string;
  /** The member that has to share out. */
  readonly leaderId: string;
  readonly memberId: string;
  /** For the leader: all members. */
  readonly members: readonly JoinedMember[];
}

/**
 * Asks any broker which one the group's coordinator is.
 *
 * @throws KafkaError, or the connection's error.
 */
export async function findCoordinator(
  broker: BrokerConnection,
  groupId: string,
  requestTimeout: number,
): Promise<number> {
  const { answer, version } = await callBroker(
    broker,
    FIND_COORDINATOR_API,
    requestTimeout,
    (frame, spoken) => {
      frame.text(groupId);
      if (spoken >= 1) frame.int8(0); // of a group, not of a transaction
    },
  );
  if (version >= 1) skipThrottle(broker, answer, version >= 2);
  const errorCode = answer.int16();
  if (version >= 1) answer.nullableText();
  if (errorCode !== 0) throw new KafkaError(errorCode);
  return answer.int32();
}

/** Joins the group; the answer comes when all members have, or when their time is up. */
export async function joinGroup(
  broker: BrokerConnection,
  identity: GroupIdentity,
  options: {
    /** ms */
    readonly sessionTimeout: number;
    /** ms */
    readonly rebalanceTimeout: number;
    /** Ways of sharing out, best first, with what this member wants. */
    readonly protocols: readonly { readonly name: string; readonly subscription: Buffer }[];
  },
): Promise<JoinResult> {
  const { answer, version } = await callBroker(
    broker,
    JOIN_GROUP_API,
    options.rebalanceTimeout + JOIN_GRACE,
    (frame, spoken) => {
      frame.text(identity.groupId);
      frame.int32(options.sessionTimeout);
      frame.int32(options.rebalanceTimeout);
      frame.text(identity.memberId);
      if (spoken >= 5) frame.text(identity.groupInstanceId);
      frame.text("consumer");
      frame.array(options.protocols, ({ name, subscription }) => {
        frame.text(name);
        frame.bytes(subscription);
      });
    },
  );
  if (version >= 2) skipThrottle(broker, answer, version >= 3);
  return {
    errorCode: answer.int16(),
    generation: answer.int32(),
    protocol: answer.text(),
    leaderId: answer.text(),
    memberId: answer.text(),
    members: answer.array(() => ({
      memberId: answer.text(),
      groupInstanceId: version >= 5 ? answer.nullableText() : null,
      subscription: answer.slice(),
    })),
  };
}

/** Hands in what the leader has shared out (nothing, from the others) and gets what this member has of it. */
export async function syncGroup(
  broker: BrokerConnection,
  identity: GroupIdentity,
  assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[],
  requestTimeout: number,
): Promise<{ readonly errorCode: number; readonly assignment: Buffer }> {
  const { answer, version } = await callBroker(broker, SYNC_GROUP_API, requestTimeout, (frame, spoken) => {
    frame.text(identity.groupId);
    frame.int32(identity.generation);
    frame.text(identity.memberId);
    if (spoken >= 3) frame.text(identity.groupInstanceId);
    frame.array(assignments, ({ memberId, assignment }) => {
      frame.text(memberId);
      frame.bytes(assignment);
    });
  });
  if (version >= 1) skipThrottle(broker, answer, version >= 2);
  return { errorCode: answer.int16(), assignment: answer.slice() };
}

/** Says that the member lives. Returns Kafka's error code, 0 for none. */
export async function heartbeat(
  broker: BrokerConnection,
  identity: GroupIdentity,
  requestTimeout: number,
): Promise<number> {
  const { answer, version } = await callBroker(broker, HEARTBEAT_API, requestTimeout, (frame, spoken) => {
    frame.text(identity.groupId);
    frame.int32(identity.generation);
    frame.text(identity.memberId);
    if (spoken >= 3) frame.text(identity.groupInstanceId);
  });
  if (version >= 1) skipThrottle(broker, answer, version >= 2);
  return answer.int16();
}

/** Says that the member goes, so that the others need not wait for its session to end. */
export async function leaveGroup(
  broker: BrokerConnection,
  { groupId, memberId, groupInstanceId }: GroupIdentity,
  requestTimeout: number,
): Promise<void> {
  await callBroker(broker, LEAVE_GROUP_API, requestTimeout, (frame, spoken) => {
    frame.text(groupId);
    if (spoken < 3) {
      frame.text(memberId);
      return;
    }
    frame.int32(1);
    frame.text(memberId);
    frame.text(groupInstanceId);
  });
}

/** @param obeyed whether the broker has left the waiting to us. */
function skipThrottle(broker: BrokerConnection, answer: FrameReader, obeyed: boolean): void {
  const throttleTime = answer.int32();
  if (obeyed) obeyThrottle(broker, throttleTime);
}
