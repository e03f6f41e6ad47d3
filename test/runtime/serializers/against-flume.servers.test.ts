import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { avroDeflate, avroEventSerializer } from "../../../runtime/serializers/avro-container.ts";
import { avroSnappy } from "../../../runtime/serializers/avro-snappy.ts";
import {
  type FileSerializerFactory,
  headerAndTextSerializer,
  textSerializer,
} from "../../../runtime/serializers/file-serializer.ts";
import { OutputBuffer } from "../../../runtime/serializers/output-buffer.ts";
import { type RandomNumber, randomNumbers } from "../../../scripts/jdk-properties/random-file.ts";
import { flumeArtifacts } from "../../../scripts/servers/artifacts.ts";
import { classPath } from "../../../scripts/servers/class-path.ts";
import { runCommand } from "../../../scripts/servers/command.ts";

interface Step {
  readonly body: Buffer;
  readonly headers: Map<string, string>;
}

const kinds: readonly (readonly [type: string, properties: string, here: FileSerializerFactory])[] = [
  ["TEXT", "-", textSerializer({ appendNewline: true })],
  ["TEXT", "appendNewline=false", textSerializer({ appendNewline: false })],
  ["HEADER_AND_TEXT", "-", headerAndTextSerializer({ appendNewline: true })],
  ["HEADER_AND_TEXT", "appendNewline=false", headerAndTextSerializer({ appendNewline: false })],
  ["AVRO_EVENT", "-", avroEventSerializer({ syncIntervalBytes: 2_048_000 })],
  ["AVRO_EVENT", "syncIntervalBytes=64", avroEventSerializer({ syncIntervalBytes: 64 })],
  [
    "AVRO_EVENT",
    "compressionCodec=deflate;syncIntervalBytes=300",
    avroEventSerializer({ syncIntervalBytes: 300, codec: avroDeflate }),
  ],
  [
    "AVRO_EVENT",
    "compressionCodec=snappy;syncIntervalBytes=300",
    avroEventSerializer({ syncIntervalBytes: 300, codec: avroSnappy }),
  ],
];

/** An event, or undefined for a flush. */
function randomStep(next: RandomNumber): Step | undefined {
  if (next(6) === 0) return undefined;
  const words = ["host", "timestamp", "a", "größe", "topic", "k", ""];
  const headers = new Map<string, string>();
  for (let n = next(5); n > 0; n--)
    headers.set(words[next(words.length)]!, `${words[next(words.length)]}${next(1000)}`);
  return {
    body: Buffer.from(Array.from({ length: next(next(10) === 0 ? 500 : 40) }, () => next(256))),
    headers,
  };
}

function asWord(step: Step | undefined): string {
  if (step === undefined) return "f";
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const headers = [...step.headers].map(([name, value]) => `${base64(name)}!${base64(value)}`).join(";");
  return `${step.body.toString("base64")}:${headers === "" ? "-" : headers}`;
}

function writtenHere(factory: FileSerializerFactory, steps: readonly (Step | undefined)[]): Buffer {
  const out = new OutputBuffer();
  const serializer = factory();
  serializer.begin?.(out);
  for (const step of steps) {
    if (step === undefined) serializer.flush?.(out);
    else serializer.write(out, step.body, 0, step.body.length, step.headers);
  }
  serializer.flush?.(out);
  return out.filled();
}

/** The random sync marker, which stands at the end of the file, replaced. */
function withoutMarker(file: Buffer, type: string): string {
  if (type !== "AVRO_EVENT") return file.toString("latin1");
  return file.toString("latin1").replaceAll(file.subarray(-16).toString("latin1"), "<marker>");
}

test("serializers write the bytes that Flume's write", async () => {
  const seed = Number(process.env.FLAFKAC_SEED ?? randomInt(1, 2 ** 31));
  console.log(`serializers: FLAFKAC_SEED=${seed}`);
  const next = randomNumbers(seed);
  const cases = Array.from({ length: 400 }, (_, i) => {
    const [type, properties, here] = kinds[i % kinds.length]!;
    return { type, properties, here, steps: Array.from({ length: next(30) }, () => randomStep(next)) };
  });
  const input = cases.map(({ type, properties, steps }) =>
    [type, properties, ...steps.map(asWord)].join(" "),
  );
  const program = fileURLToPath(new URL("Serializers.java", import.meta.url));
  const java = ["-Dfile.encoding=UTF-8", "-cp", await classPath(flumeArtifacts), program];
  const { stdout } = await runCommand("java", java, { input: `${input.join("\n")}\n` });
  const flume = stdout.split("\n");
  for (const [i, { type, properties, here, steps }] of cases.entries()) {
    const written = withoutMarker(writtenHere(here, steps), type);
    const asFlume = withoutMarker(Buffer.from(flume[i]!, "base64"), type);
    // What compressors make is theirs; tests with Hadoop's readers have it.
    if (properties.includes("snappy") || properties.includes("deflate")) {
      expect(written.split("<marker>").length, `${type} ${properties}`).toBe(
        asFlume.split("<marker>").length,
      );
      expect(written.split("<marker>")[0]).toBe(asFlume.split("<marker>")[0]);
    } else expect(written, `${type} ${properties}: ${input[i]}`).toBe(asFlume);
  }
});
