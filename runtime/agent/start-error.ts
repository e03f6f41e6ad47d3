/**
 * Why a component cannot start, in one line that names it and the line of the configuration:
 * `source1 (agent1.conf:8): port 44444 is already in use`. The agent prints it and exits; no stack is shown.
 */
export class StartError extends Error {
  override readonly name = "StartError";
  /** The component's name; the agent's where no component is to blame. */
  readonly component: string;
  /** `agent1.conf:8`, or undefined where no line is to blame. */
  readonly place: string | undefined;
  /** The message without component and place. */
  readonly reason: string;

  constructor(component: string, place: string | undefined, reason: string) {
    super(`${component}${place === undefined ? "" : ` (${place})`}: ${reason}`);
    this.component = component;
    this.place = place;
    this.reason = reason;
  }
}
