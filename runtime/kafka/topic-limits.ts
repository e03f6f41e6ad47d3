import { type BrokerConnection, callBroker, type KafkaApi, obeyThrottle } from "./broker-call.ts";
import { KafkaError } from "./errors.ts";

const DESCRIBE_CONFIGS_API: KafkaApi = { name: "DescribeConfigs", key: 32, oldest: 1, newest: 2 };
const OF_A_TOPIC = 2;
const MAX_MESSAGE_BYTES = "max.message.bytes";

/**
 * The largest record batch that a topic takes, bytes: its own `max.message.bytes`, or the broker's default.
 *
 * @throws KafkaError where this user may not ask for it, or the topic is not there; the connection's error.
 */
export async function maxMessageBytes(
  broker: BrokerConnection,
  topic: string,
  requestTimeout: number,
): Promise<number | undefined> {
  const { answer } = await callBroker(broker, DESCRIBE_CONFIGS_API, requestTimeout, (frame) => {
    frame.array([topic], (name) => {
      frame.int8(OF_A_TOPIC);
      frame.text(name);
      frame.array([MAX_MESSAGE_BYTES], (config) => frame.text(config));
    });
    frame.int8(0); // without synonyms
  });
  obeyThrottle(broker, answer.int32());
  const [found] = answer
    .array(() => {
      const errorCode = answer.int16();
      answer.nullableText(); // the error in words
      answer.int8();
      answer.text();
      const configs = answer.array(() => {
        const name = answer.text();
        const value = answer.nullableText();
        for (let flag = 0; flag < 3; flag++) answer.int8(); // read only, where it is from, whether it is secret
        answer.array(() => {
          answer.text();
          answer.nullableText();
          answer.int8();
        });
        return { name, value };
      });
      if (errorCode !== 0) throw new KafkaError(errorCode);
      return configs;
    })
    .flat();
  const bytes = Number(found?.value);
  return bytes > 0 ? bytes : undefined;
}
