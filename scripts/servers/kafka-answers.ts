import { connect } from "node:net";

/** ApiVersions, version 0, correlation id 1, client id null: the one request that every broker answers first. */
const apiVersions = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);

const answerWithin = 2_000; // ms

/** Whether a Kafka broker answers an ApiVersions request on a plain-text listener. */
export function kafkaAnswers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    let received = Buffer.alloc(0);
    socket.setTimeout(answerWithin, () => done(false));
    socket.once("error", () => done(false));
    socket.once("close", () => done(false));
    socket.once("connect", () => socket.write(apiVersions));
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      // Size, correlation id, error code.
      if (received.length >= 10) done(received.readInt32BE(4) === 1 && received.readInt16BE(8) === 0);
    });
  });
}
