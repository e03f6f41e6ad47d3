import { InvalidArgumentError, Option } from "commander";
import type { BuildSettings } from "../compiler/plan/component-plan.ts";

/** What the command line says of a program that no property of Flume's does; `undefined` where it says nothing. */
export interface SettingFlags {
  readonly defaultFs?: string | undefined;
  readonly onPoison?: BuildSettings["onPoison"] | undefined;
}

/** Text for the help of commands that do not use commander's options. */
export const SETTING_HELP = {
  "--default-fs": "where an hdfs.path without a scheme is: hdfs://namenode:8020, webhdfs://…, file:///",
  "--on-poison":
    "a record that is no AvroFlumeEvent where one is asked for, or that no channel or topic can ever take: stop (the program ends, or a Kafka sink waits), skip (it is left out), or the topic that it goes to",
} as const;

/** `--default-fs URI`, `--on-poison WHAT`. */
export function settingOptions(): Option[] {
  return [
    new Option("--default-fs <URI>", SETTING_HELP["--default-fs"]).argParser(argumentOf(parseDefaultFs)),
    new Option("--on-poison <WHAT>", `${SETTING_HELP["--on-poison"]} (default: stop)`).argParser(
      argumentOf(parseOnPoison),
    ),
  ];
}

/** The settings, with what holds where nothing was said. */
export function settingsOf({ defaultFs, onPoison }: SettingFlags): BuildSettings {
  return { defaultFs, onPoison: onPoison ?? "stop" };
}

/** The options that say the same again. */
export function settingWords({ defaultFs, onPoison }: SettingFlags): string[] {
  const poison = typeof onPoison === "object" ? onPoison.deadLetterTopic : onPoison;
  return [
    ...(defaultFs === undefined ? [] : ["--default-fs", defaultFs]),
    ...(poison === undefined ? [] : ["--on-poison", poison]),
  ];
}

/** A value of an option that cannot be; the message is for the user. */
export class WrongSetting extends Error {
  override readonly name = "WrongSetting";
}

/**
 * A file system: a scheme, and a host where the scheme has one; no path.
 *
 * @throws WrongSetting
 */
export function parseDefaultFs(text: string): string {
  const found = /^(hdfs|webhdfs|swebhdfs):\/\/[^/\s%]+\/?$|^file:\/{1,3}$/.test(text);
  if (!found) {
    throw new WrongSetting("Write a file system without a path, as in hdfs://namenode:8020 or file:///.");
  }
  return text.startsWith("file:") ? "file:///" : text.replace(/\/$/, "");
}

/**
 * `stop`, `skip`, or the name of a topic.
 *
 * @throws WrongSetting
 */
export function parseOnPoison(text: string): BuildSettings["onPoison"] {
  if (text === "stop" || text === "skip") return text;
  if (!/^[A-Za-z0-9._-]{1,249}$/.test(text) || text === "." || text === "..") {
    throw new WrongSetting("Write stop, skip, or the name of a topic of Kafka.");
  }
  return { deadLetterTopic: text };
}

/** For commander: what is wrong becomes its own error. */
function argumentOf<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
}
