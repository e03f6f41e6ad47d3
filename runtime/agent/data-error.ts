/**
 * Data that cannot be read, where the policy is to end the program rather than to go on without them:
 * `source1 (agent1.conf:8): calls-0 at offset 7: no AvroFlumeEvent`. The agent prints it and exits; no stack is shown.
 */
export class DataError extends Error {
  override readonly name = "DataError";
  readonly component: string;
  /** `agent1.conf:8` */
  readonly place: string;

  constructor(component: string, place: string, reason: string) {
    super(`${component} (${place}): ${reason}`);
    this.component = component;
    this.place = place;
  }
}
