/** What a JAAS entry says: the login module's class and its options. */
export interface JaasEntry {
  readonly loginModule: string;
  readonly options: ReadonlyMap<string, string>;
}

/**
 * Reads the value of `sasl.jaas.config`, as Kafka's `JaasConfig`: one entry,
 * `LoginModuleClass controlFlag name="value" … ;`. Names and values may be quoted with `"` or `'`, and escaped with
 * backslashes inside the quotes.
 *
 * @throws Error that says what is missing, without any of the values.
 */
export function parseJaas(text: string): JaasEntry {
  const tokens = jaasTokens(text);
  let at = 0;
  const next = (what: string): string => {
    const token = tokens[at++];
    if (token === undefined || token.mark) throw new Error(`${what} expected as token ${at}`);
    return token.text;
  };
  const mark = (text: string): boolean => tokens[at]?.mark === true && tokens[at]?.text === text;

  const loginModule = next("the class of a login module");
  const flag = next("a control flag such as `required`").toLowerCase();
  if (!["required", "requisite", "sufficient", "optional"].includes(flag)) {
    throw new Error("the control flag is none of required, requisite, sufficient and optional");
  }
  const options = new Map<string, string>();
  while (at < tokens.length && !mark(";")) {
    const name = next("the name of an option");
    if (!mark("=")) throw new Error(`= expected after option ${name}`);
    at++;
    options.set(name, next(`the value of option ${name}`));
  }
  if (!mark(";")) throw new Error("the entry does not end with ;");
  if (at + 1 < tokens.length) throw new Error("there is more than one entry");
  return { loginModule, options };
}

interface JaasToken {
  readonly text: string;
  /** `=` or `;`, not quoted. */
  readonly mark: boolean;
}

const ESCAPES = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["b", "\b"],
  ["f", "\f"],
]);

function jaasTokens(text: string): JaasToken[] {
  const tokens: JaasToken[] = [];
  let at = 0;
  while (at < text.length) {
    const first = text[at]!;
    if (first <= " ") at++;
    else if (first === "=" || first === ";") {
      tokens.push({ text: first, mark: true });
      at++;
    } else if (first === '"' || first === "'") {
      let value = "";
      for (at++; text[at] !== first; at++) {
        if (at >= text.length) throw new Error("a quoted value is not closed");
        if (text[at] === "\\" && at + 1 < text.length) {
          at++;
          value += ESCAPES.get(text[at]!) ?? text[at]!;
        } else value += text[at]!;
      }
      at++;
      tokens.push({ text: value, mark: false });
    } else {
      const from = at;
      while (at < text.length && text[at]! > " " && !"=;\"'".includes(text[at]!)) at++;
      tokens.push({ text: text.slice(from, at), mark: false });
    }
  }
  return tokens;
}
