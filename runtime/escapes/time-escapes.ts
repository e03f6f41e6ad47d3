import { type CalendarFields, type RoundUnit, TimeZone } from "./time-zone.ts";

/** Flume's properties of time escapes. */
export interface TimeEscapeOptions {
  /** `hdfs.timeZone`; absent: the machine's. */
  readonly timeZone?: string;
  /** `hdfs.roundUnit` and `hdfs.roundValue`; absent: no rounding [hdfs.round = false]. */
  readonly round?: { readonly unit: RoundUnit; readonly value: number };
}

/** What a time escape needs to know of a moment. */
interface EscapedTime extends CalendarFields {
  /** ms since 1970, rounded. */
  readonly time: number;
  /** Before rounding. */
  readonly unrounded: number;
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** Texts kept: of a day's minutes, more than half. */
const KEPT_TEXTS = 1000;

/**
 * A text with time escapes such as `%Y-%m-%d/%H`, for many events: Flume's `BucketPath`, in English. The texts made
 * are kept, as neighbouring events have the same.
 */
export class TimeEscapes {
  readonly #parts: readonly string[];
  readonly #zone: TimeZone;
  readonly #round: TimeEscapeOptions["round"];
  /** ms within which the text stays the same. */
  readonly #grain: number;
  readonly #texts = new Map<number, string>();
  #lastGrain = Number.NaN;
  #lastText = "";

  constructor(text: string, options: TimeEscapeOptions = {}) {
    this.#parts = text.split(/(%[\w%])/);
    this.#zone = new TimeZone(options.timeZone);
    this.#round = options.round;
    this.#grain = grainOf(text, options.round);
  }

  /** The text for a moment, in ms since 1970. */
  at(time: number): string {
    const grain = Math.floor(time / this.#grain);
    if (grain === this.#lastGrain) return this.#lastText;
    let text = this.#texts.get(grain);
    if (text === undefined) {
      text = this.#make(time);
      if (this.#texts.size === KEPT_TEXTS) this.#texts.clear();
      this.#texts.set(grain, text);
    }
    this.#lastGrain = grain;
    this.#lastText = text;
    return text;
  }

  #make(unrounded: number): string {
    const round = this.#round;
    const time = round === undefined ? unrounded : this.#zone.roundDown(unrounded, round.unit, round.value);
    const escaped: EscapedTime = { ...this.#zone.fieldsAt(time), time, unrounded };
    // Between the parts that are text stand those that the expression found.
    return this.#parts.map((part, i) => (i % 2 === 0 ? part : timeEscape(part[1]!, escaped))).join("");
  }
}

/** Time zones change their offset at full minutes of UTC, so that a text without seconds holds for one. */
function grainOf(text: string, round: TimeEscapeOptions["round"]): number {
  const letters: readonly string[] = text.match(/%[\w%]/g) ?? [];
  if (letters.includes("%t")) return 1;
  const hasSeconds = letters.some((letter) => ["%s", "%S", "%c"].includes(letter));
  return hasSeconds && (round === undefined || round.unit === "second") ? 1000 : 60_000;
}

/** What `BucketPath.replaceShorthand` prints for a letter; nothing for one that it does not know. */
function timeEscape(letter: string, time: EscapedTime): string {
  switch (letter) {
    case "%":
      return "%";
    case "a":
      return WEEKDAYS[time.weekday]!.slice(0, 3);
    case "A":
      return WEEKDAYS[time.weekday]!;
    case "b":
      return MONTHS[time.month - 1]!.slice(0, 3);
    case "B":
      return MONTHS[time.month - 1]!;
    case "c":
      return `${timeEscape("a", time)} ${timeEscape("b", time)} ${time.day} ${clock(time)} ${timeEscape("Y", time)}`;
    case "d":
      return digits(time.day, 2);
    case "D":
      return `${digits(time.month, 2)}/${digits(time.day, 2)}/${timeEscape("y", time)}`;
    case "e":
      return String(time.day);
    case "H":
      return digits(time.hour, 2);
    case "I":
      return digits(hourOfHalf(time), 2);
    case "j":
      return digits(dayOfYear(time), 3);
    case "k":
      return String(time.hour);
    case "l":
      return String(hourOfHalf(time));
    case "m":
      return digits(time.month, 2);
    case "M":
      return digits(time.minute, 2);
    case "n":
      return String(time.month);
    case "p":
      return time.hour < 12 ? "AM" : "PM";
    case "s":
      return String(Math.trunc(time.time / 1000));
    case "S":
      return digits(time.second, 2);
    case "t":
      return String(time.unrounded);
    case "y":
      return digits(time.year % 100, 2);
    case "Y":
      return digits(time.year, 4);
    case "z":
      return offsetText(time.offset);
    default:
      return "";
  }
}

function digits(value: number, least: number): string {
  return String(value).padStart(least, "0");
}

/** 1 to 12. */
function hourOfHalf({ hour }: EscapedTime): number {
  return hour % 12 === 0 ? 12 : hour % 12;
}

function clock({ hour, minute, second }: EscapedTime): string {
  return `${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}`;
}

function dayOfYear({ year, month, day }: EscapedTime): number {
  return (Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / 86_400_000 + 1;
}

/** `+0530`. */
function offsetText(offset: number): string {
  const minutes = Math.floor(Math.abs(offset) / 60_000);
  return `${offset < 0 ? "-" : "+"}${digits(Math.floor(minutes / 60), 2)}${digits(minutes % 60, 2)}`;
}
