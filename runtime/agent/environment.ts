import { readFileSync } from "node:fs";
import type { Component } from "./component.ts";
import { errorText } from "./log.ts";
import { StartError } from "./start-error.ts";

/**
 * A value that is not in the program: the environment variable `name`, or the content of the file that `name`_FILE
 * names (its last line break is no part of the value). Throws a StartError that names the component and the
 * property, never the value, when there is neither.
 */
export function fromEnvironment(name: string, component?: Component, property?: string): string {
  const value = process.env[name];
  if (value !== undefined) return value;
  const file = process.env[`${name}_FILE`];
  const place =
    component === undefined
      ? undefined
      : property === undefined
        ? component.place
        : component.placeOf(property);
  const who = component?.name ?? "environment";
  const what = property === undefined ? "" : `${property} `;
  if (file === undefined) {
    throw new StartError(
      who,
      place,
      `${what}needs the environment variable ${name}, or ${name}_FILE with the name of a file that holds it`,
    );
  }
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    throw new StartError(
      who,
      place,
      `${what}cannot be read from ${file}, the file that ${name}_FILE names: ${errorText(error)}`,
    );
  }
}
