/** What one run of one program showed. */
export interface Figures {
  /** Records in a second, after the warm-up. */
  readonly eventsPerSecond: number;
  /** µs of CPU that the program used per record, all its processes together. */
  readonly cpuPerEvent: number;
  /** MB, of the process that took most. */
  readonly peakMemory: number;
  /** ms from the start of the process until the first record was through. */
  readonly start: number;
  /** Lines that were answered with OK in a second, where a socket is the source of what is measured further on. */
  readonly answersPerSecond?: number;
}

/** One column of the report. */
export interface Column {
  readonly title: string;
  readonly digits: number;
  readonly of: (figures: Figures) => number;
}

/** The columns that every report has. `first`: what the time to the first record is called. */
export function columns(first: string): Column[] {
  return [
    { title: "events/s", digits: 0, of: ({ eventsPerSecond }) => eventsPerSecond },
    { title: "CPU µs per event", digits: 2, of: ({ cpuPerEvent }) => cpuPerEvent },
    { title: "peak RSS MB", digits: 0, of: ({ peakMemory }) => peakMemory },
    { title: `${first} ms`, digits: 0, of: ({ start }) => start },
  ];
}
