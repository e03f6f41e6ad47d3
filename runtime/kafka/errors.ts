/** What a broker answered instead of doing what it was asked. */
export class KafkaError extends Error {
  override readonly name = "KafkaError";
  /** The protocol's name of the error: `NOT_LEADER_FOR_PARTITION`. */
  readonly type: string;
  /** The protocol's number of it. */
  readonly code: number;
  /** Whether it may pass without anybody's help. */
  readonly retriable: boolean;

  /** @param code the protocol's number of the error. */
  constructor(code: number) {
    const [type, retriable, message] = KAFKA_ERRORS.get(code) ?? [
      `error ${code}`,
      false,
      "the broker says no more",
    ];
    super(message);
    this.code = code;
    this.type = type;
    this.retriable = retriable;
  }
}

const KAFKA_ERRORS = new Map<number, readonly [type: string, retriable: boolean, message: string]>([
  [-1, ["UNKNOWN_SERVER_ERROR", false, "the broker met an error that it did not expect; its log knows more"]],
  [1, ["OFFSET_OUT_OF_RANGE", true, "the partition does not hold that offset"]],
  [2, ["CORRUPT_MESSAGE", true, "the batch arrived damaged"]],
  [
    3,
    [
      "UNKNOWN_TOPIC_OR_PARTITION",
      true,
      "the topic or partition does not exist, and the broker does not create it",
    ],
  ],
  [5, ["LEADER_NOT_AVAILABLE", true, "no broker leads the partition at the moment"]],
  [6, ["NOT_LEADER_FOR_PARTITION", true, "another broker leads the partition now"]],
  [7, ["REQUEST_TIMED_OUT", true, "the replicas did not confirm in time"]],
  [9, ["REPLICA_NOT_AVAILABLE", true, "a replica is not available"]],
  [10, ["MESSAGE_TOO_LARGE", false, "an event is larger than the topic takes (max.message.bytes)"]],
  [13, ["NETWORK_EXCEPTION", true, "the broker lost a connection"]],
  [
    14,
    ["COORDINATOR_LOAD_IN_PROGRESS", true, "the group's coordinator is still reading what it knows of it"],
  ],
  [15, ["COORDINATOR_NOT_AVAILABLE", true, "the group has no coordinator at the moment"]],
  [16, ["NOT_COORDINATOR", true, "another broker is the group's coordinator now"]],
  [17, ["INVALID_TOPIC_EXCEPTION", false, "that is no name for a topic, or an internal one"]],
  [18, ["RECORD_LIST_TOO_LARGE", false, "the batch is larger than a segment of the topic (segment.bytes)"]],
  [
    19,
    ["NOT_ENOUGH_REPLICAS", true, "fewer replicas are in sync than the topic wants (min.insync.replicas)"],
  ],
  [
    20,
    [
      "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
      true,
      "fewer replicas are in sync than the topic wants (min.insync.replicas)",
    ],
  ],
  [21, ["INVALID_REQUIRED_ACKS", false, "the broker does not know this value of acks"]],
  [22, ["ILLEGAL_GENERATION", true, "the group has changed"]],
  [
    23,
    [
      "INCONSISTENT_GROUP_PROTOCOL",
      false,
      "the group's other members share out partitions in another way (partition.assignment.strategy)",
    ],
  ],
  [24, ["INVALID_GROUP_ID", false, "that is no name for a group"]],
  [25, ["UNKNOWN_MEMBER_ID", true, "the group has taken this member for dead"]],
  [
    26,
    [
      "INVALID_SESSION_TIMEOUT",
      false,
      "the session timeout is out of the broker's range (group.min.session.timeout.ms, group.max.session.timeout.ms)",
    ],
  ],
  [27, ["REBALANCE_IN_PROGRESS", true, "the group is sharing out its partitions anew"]],
  [29, ["TOPIC_AUTHORIZATION_FAILED", false, "this user may not use the topic"]],
  [30, ["GROUP_AUTHORIZATION_FAILED", false, "this user may not use the consumer group"]],
  [31, ["CLUSTER_AUTHORIZATION_FAILED", false, "this user may not use the cluster"]],
  [32, ["INVALID_TIMESTAMP", false, "the time of an event is out of the topic's range"]],
  [35, ["UNSUPPORTED_VERSION", false, "the broker is older than 0.11, the first with record batches"]],
  [43, ["UNSUPPORTED_FOR_MESSAGE_FORMAT", false, "the topic keeps an old message format"]],
  [44, ["POLICY_VIOLATION", false, "the broker's policy does not allow it"]],
  [56, ["KAFKA_STORAGE_ERROR", true, "the broker has trouble with its disk"]],
  [74, ["FENCED_LEADER_EPOCH", true, "another broker leads the partition now"]],
  [75, ["UNKNOWN_LEADER_EPOCH", true, "another broker leads the partition now"]],
  [76, ["UNSUPPORTED_COMPRESSION_TYPE", false, "the broker does not know this compression"]],
  [78, ["OFFSET_NOT_AVAILABLE", true, "the partition's new leader does not know yet how far it goes"]],
  [79, ["MEMBER_ID_REQUIRED", true, "a new member has to come again with the name that it was given"]],
  [81, ["GROUP_MAX_SIZE_REACHED", false, "the group has as many members as it may (group.max.size)"]],
  [82, ["FENCED_INSTANCE_ID", false, "another member has come with the same name (group.instance.id)"]],
  [
    87,
    ["INVALID_RECORD", false, "the broker refuses an event, such as one without a key for a compacted topic"],
  ],
  [88, ["UNSTABLE_OFFSET_COMMIT", true, "a transaction on the group's offsets is not finished yet"]],
  [100, ["UNKNOWN_TOPIC_ID", true, "the topic was made anew"]],
]);
