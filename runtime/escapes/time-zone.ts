/** The fields of a moment on the clock and calendar of a time zone. */
export interface CalendarFields {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** 0 for Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** ms that the zone's clock is before UTC. */
  readonly offset: number;
}

/** What `hdfs.roundUnit` may be. */
export type RoundUnit = "second" | "minute" | "hour";

/**
 * A time zone of the IANA data base, or a fixed `GMT+2`, as Java's `TimeZone.getTimeZone` takes them: of a name that
 * nobody knows it makes GMT. Without a name, the machine's.
 */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat | undefined;
  readonly #fixed: number;

  constructor(name: string | undefined) {
    const fixed = name === undefined ? undefined : fixedOffset(name);
    this.#fixed = fixed ?? 0;
    this.#format = fixed === undefined ? offsetFormat(name) : undefined;
  }

  /** ms that its clock is before UTC at a moment. */
  offsetAt(time: number): number {
    if (this.#format === undefined) return this.#fixed;
    // 11/4/2023, GMT-04:00; at UTC plain GMT.
    const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(this.#format.format(time));
    if (match === null) return 0;
    const [, sign, hours, minutes, seconds = "0"] = match;
    const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
    return sign === "-" ? -ms : ms;
  }

  fieldsAt(time: number): CalendarFields {
    const offset = this.offsetAt(time);
    const wall = new Date(time + offset);
    return {
      year: wall.getUTCFullYear(),
      month: wall.getUTCMonth() + 1,
      day: wall.getUTCDate(),
      weekday: wall.getUTCDay(),
      hour: wall.getUTCHours(),
      minute: wall.getUTCMinutes(),
      second: wall.getUTCSeconds(),
      offset,
    };
  }

  /** The moment rounded down on the zone's clock, to a multiple of `value` units: Flume's `TimestampRoundDownUtil`. */
  roundDown(time: number, unit: RoundUnit, value: number): number {
    const offset = this.offsetAt(time);
    const wall = new Date(time + offset);
    wall.setUTCMilliseconds(0);
    if (unit === "second") wall.setUTCSeconds(lowerMultiple(wall.getUTCSeconds(), value));
    else {
      wall.setUTCSeconds(0);
      if (unit === "minute") wall.setUTCMinutes(lowerMultiple(wall.getUTCMinutes(), value));
      else wall.setUTCHours(lowerMultiple(wall.getUTCHours(), value), 0);
    }
    return this.#momentOf(wall.getTime());
  }

  /**
   * The moment at which the clock shows `wall`. Where it shows it twice, or never, because the clock was set: as
   * Java's `Calendar` has it, by standard time.
   */
  #momentOf(wall: number): number {
    const day = 86_400_000;
    const offsets = [this.offsetAt(wall - day), this.offsetAt(wall + day)];
    const latest = wall - Math.min(...offsets);
    const earliest = wall - Math.max(...offsets);
    if (this.offsetAt(latest) === wall - latest) return latest;
    return this.offsetAt(earliest) === wall - earliest ? earliest : latest;
  }
}

function lowerMultiple(number: number, of: number): number {
  return number - (number % of);
}

/** `GMT`, `UTC`, `GMT-7`, `GMT+5:30`, `GMT+0530`: what Java reads by itself. */
function fixedOffset(name: string): number | undefined {
  if (name === "GMT" || name === "UTC") return 0;
  const match = /^GMT([+-])(\d{1,2})(?::?(\d\d))?$/.exec(name);
  if (match === null) return undefined;
  const hours = Number(match[2]);
  const minutes = Number(match[3] ?? 0);
  if (hours > 23 || minutes > 59) return 0;
  const ms = (hours * 60 + minutes) * 60_000;
  return match[1] === "-" ? -ms : ms;
}

function offsetFormat(name: string | undefined): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZoneName: "longOffset",
      ...(name === undefined ? {} : { timeZone: name }),
    });
  } catch {
    return undefined;
  }
}
