import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";

/** How deep `${…}` may nest before it is left as it is: Hadoop's own limit. */
const MAX_SUBSTITUTIONS = 20;

/** Hadoop's properties by name, as its `Configuration` gives them: the later file counts, `${name}` is replaced. */
export class HadoopConfiguration {
  readonly #properties: ReadonlyMap<string, string>;

  constructor(properties: ReadonlyMap<string, string>) {
    this.#properties = properties;
  }

  /** Undefined where the property is absent or empty. */
  get(name: string): string | undefined {
    let value = this.#properties.get(name)?.trim() ?? "";
    for (let depth = 0; depth < MAX_SUBSTITUTIONS && value.includes("${"); depth++) {
      value = value.replace(
        /\$\{([^${}]*)\}/g,
        (written, variable: string) => this.#variable(variable) ?? written,
      );
    }
    return value === "" ? undefined : value;
  }

  /** A whole number; undefined where the property is absent or none. */
  number(name: string): number | undefined {
    const value = this.get(name);
    return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  }

  /** Bytes, with Hadoop's k, m, g and t behind the number. */
  size(name: string): number | undefined {
    const parts = /^(\d{1,15})([kmgt]?)$/i.exec(this.get(name) ?? "");
    return parts === null
      ? undefined
      : Number(parts[1]) * 1024 ** " kmgt".indexOf(parts[2]!.toLowerCase() || " ");
  }

  /** A list with commas. */
  list(name: string): string[] {
    return (this.get(name) ?? "")
      .split(",")
      .map((entry) => entry.trim())
      .filter((entry) => entry !== "");
  }

  #variable(name: string): string | undefined {
    if (name.startsWith("env.")) return process.env[name.slice(4)];
    return name === "user.name" ? userInfo().username : this.#properties.get(name);
  }
}

/**
 * Reads core-site.xml and hdfs-site.xml of the directory that HADOOP_CONF_DIR names; without it, or without the files,
 * there are no properties.
 */
export function readHadoopConfiguration(directory = process.env.HADOOP_CONF_DIR): HadoopConfiguration {
  const properties = new Map<string, string>();
  for (const file of directory ? ["core-site.xml", "hdfs-site.xml"] : []) {
    let xml: string;
    try {
      xml = readFileSync(join(directory!, file), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
      throw error;
    }
    for (const [name, value] of siteProperties(xml)) properties.set(name, value);
  }
  return new HadoopConfiguration(properties);
}

/** The properties of a site file: `<property><name>…</name><value>…</value></property>`. */
export function siteProperties(xml: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const text of withoutComments(xml).split("<property>").slice(1)) {
    const property = text.split("</property>", 1)[0]!;
    const name = xmlContent(property, "name");
    const value = xmlContent(property, "value");
    if (name !== undefined && value !== undefined) properties.set(name.trim(), value);
  }
  return properties;
}

function withoutComments(xml: string): string {
  return xml
    .split("<!--")
    .map((part, index) => (index === 0 ? part : part.split("-->").slice(1).join("-->")))
    .join("");
}

function xmlContent(xml: string, element: string): string | undefined {
  const start = xml.indexOf(`<${element}>`);
  const end = xml.indexOf(`</${element}>`, start);
  return start === -1 || end === -1 ? undefined : unescapeXml(xml.slice(start + element.length + 2, end));
}

function unescapeXml(text: string): string {
  return text.replace(
    /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g,
    (entity, name, decimal, hex) => {
      if (name !== undefined) return XML_ENTITIES.get(name as string)!;
      const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
    },
  );
}

const XML_ENTITIES = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);
