/** Names for the files of a file_roll sink; Flume's path managers. */
export interface PathManager {
  /** The next file's name, never one that this manager gave before. */
  nextName(): string;
}

/** Flume's `sink.pathManager.prefix` and `.extension`; empty for none. */
export interface PathManagerOptions {
  readonly prefix: string;
  readonly extension: string;
}

/** `<prefix><ms of the start>-<n>[.extension]`, n from 1: Flume's `DefaultPathManager`. */
export class DefaultPathManager implements PathManager {
  readonly #options: PathManagerOptions;
  readonly #series = Date.now();
  #index = 0;

  constructor(options: PathManagerOptions) {
    this.#options = options;
  }

  nextName(): string {
    return fileName(this.#options, String(this.#series), ++this.#index);
  }
}

/** `<prefix><yyyyMMddHHmmss, local time>-<n>[.extension]`, n from 1: Flume's `RollTimePathManager`. */
export class RollTimePathManager implements PathManager {
  readonly #options: PathManagerOptions;
  #index = 0;

  constructor(options: PathManagerOptions) {
    this.#options = options;
  }

  nextName(): string {
    return fileName(this.#options, rollTime(new Date()), ++this.#index);
  }
}

function fileName({ prefix, extension }: PathManagerOptions, series: string, index: number): string {
  return `${prefix}${series}-${index}${extension === "" ? "" : `.${extension}`}`;
}

function rollTime(time: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const date = `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}`;
  return `${date}${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
}
