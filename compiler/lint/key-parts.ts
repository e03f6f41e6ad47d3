/** A key as Flume takes it apart (`FlumeConfiguration#addRawProperty`); offsets are those of the key's text. */
export interface KeyPart {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** `agent.word.name.property`; what is missing is undefined, and the last part takes all that is left. */
export interface KeyParts {
  readonly agent: KeyPart;
  readonly word: KeyPart | undefined;
  readonly name: KeyPart | undefined;
  readonly property: KeyPart | undefined;
}

/** Splits a key at its first three dots. */
export function keyParts(key: string): KeyParts {
  const [agent, afterAgent] = part(key, 0);
  const [word, afterWord] = part(key, afterAgent);
  const [name, afterName] = part(key, afterWord);
  const property =
    afterName === undefined ? undefined : { text: key.slice(afterName), start: afterName, end: key.length };
  return { agent: agent ?? { text: "", start: 0, end: 0 }, word, name, property };
}

function part(key: string, start: number | undefined): [KeyPart | undefined, number | undefined] {
  if (start === undefined) return [undefined, undefined];
  const dot = key.indexOf(".", start);
  const end = dot === -1 ? key.length : dot;
  return [{ text: key.slice(start, end), start, end }, dot === -1 ? undefined : dot + 1];
}

/** `agent`, `component` and `property` of a diagnostic about a key, as far as the key has them. */
export function placeOfKey(key: string): { agent?: string; component?: string; property?: string } {
  const { agent, word, name, property } = keyParts(key.trim());
  if (word === undefined || agent.text === "") return {};
  if (name === undefined || name.text === "") return { agent: agent.text, property: word.text };
  const component = `${word.text}.${name.text}`;
  return property === undefined
    ? { agent: agent.text, component }
    : { agent: agent.text, component, property: property.text };
}
