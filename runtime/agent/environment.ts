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

/** A value that may be left out: the environment variable `name`, else the file of `name`_FILE, else `fallback`. */
export function fromEnvironmentOr(name: string, fallback: string): string {
  const given = process.env[name] !== undefined || process.env[`${name}_FILE`] !== undefined;
  return given ? fromEnvironment(name) : fallback;
}

/**
 * Reads a whole number as Flume does, blanks around it allowed. Throws a StartError that names the component and the
 * property where it is none, or not from `min` to `max`.
 */
export function toInteger(
  text: string,
  component: Component,
  property: string,
  min = Number.NEGATIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
): number {
  const trimmed = text.trim();
  if (!/^[+-]?\d{1,15}$/.test(trimmed))
    throw component.startError(`${property} must be a whole number`, property);
  const value = Number(trimmed);
  if (value < min) throw component.startError(`${property} must be at least ${min}`, property);
  if (value > max) throw component.startError(`${property} must be at most ${max}`, property);
  return value;
}
