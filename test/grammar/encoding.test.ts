import { describe, expect, test } from "vitest";
import { parseProperties } from "../../grammar/properties/parse.ts";
import { encodeText } from "../../grammar/text/encoding.ts";

const utf8 = (text: string) => Buffer.from(text, "utf8");
const latin1 = (text: string) => Buffer.from(text, "latin1");

describe("what Flume reads", () => {
  test("of a UTF-8 file is its bytes as ISO-8859-1, but an escape is what it says", () => {
    const { encoding, isAscii, entries } = parseProperties(utf8("größe = 10 € \\u20ac \\é"));
    const { key, value } = entries[0]!;
    expect({ encoding, isAscii }).toEqual({ encoding: "utf-8", isAscii: false });
    expect([key.text, value.text]).toEqual(["größe", "10 € € é"]);
    expect([key.flumeText, value.flumeText]).toEqual(["grÃ¶Ã\u009fe", "10 â\u0082¬ € Ã©"]);
  });

  test("of an ISO-8859-1 file is what an editor shows", () => {
    const { encoding, entries } = parseProperties(latin1("größe = \u0080 é"));
    const { key, value } = entries[0]!;
    expect(encoding).toBe("latin-1");
    expect([key.text, key.flumeText]).toEqual(["größe", "größe"]);
    expect([value.text, value.flumeText]).toEqual(["\u0080 é", "\u0080 é"]);
  });

  test("of an ASCII file is all the same, escapes included", () => {
    const { encoding, isAscii, entries } = parseProperties(utf8("a = \\u00e9"));
    expect({ encoding, isAscii }).toEqual({ encoding: "utf-8", isAscii: true });
    expect(entries[0]!.value.flumeText).toBe("é");
  });

  test("of an editor's text is what it reads once it is saved", () => {
    expect(parseProperties("a = é").entries[0]!.value.flumeText).toBe("Ã©");
  });

  test("maps back to the characters of the file", () => {
    const text = "k = aé\\u00e9€\\😀b";
    const { value } = parseProperties(utf8(text)).entries[0]!;
    expect(value.flumeText).toBe("aÃ©éâ\u0082¬ð\u009f\u0098\u0080b");
    const spelled = (start: number, end: number) => {
      const range = value.rangeOfFlumeText(start, end);
      return text.slice(range.start, range.end);
    };
    expect([spelled(0, 1), spelled(1, 2), spelled(2, 3)]).toEqual(["a", "é", "é"]);
    expect([spelled(3, 4), spelled(4, 7), spelled(5, 6)]).toEqual(["\\u00e9", "€", "€"]);
    expect([spelled(7, 11), spelled(11, 12), spelled(0, 12)]).toEqual(["\\😀", "b", text.slice(4)]);
  });
});

describe("writing back", () => {
  test("keeps the bytes around an edit", () => {
    for (const bytes of [
      latin1("# é\na = b\n"),
      utf8("# é\na = b\n"),
      utf8("\uFEFF# é\na = b\n"),
      utf8("a = b\r\n"),
    ]) {
      const document = parseProperties(bytes);
      const edited = encodeText(document.text.replace("a = b", "a = c"), document);
      expect(Buffer.from(edited).toString("latin1")).toBe(bytes.toString("latin1").replace("a = b", "a = c"));
    }
  });

  test("escapes what ISO-8859-1 has no character for", () => {
    const document = parseProperties(latin1("a = é\n"));
    const bytes = encodeText("a = é€😀\n", document);
    expect(Buffer.from(bytes).toString("latin1")).toBe("a = é\\u20AC\\uD83D\\uDE00\n");
    expect(parseProperties(bytes).entries[0]!.value.text).toBe("é€😀");
  });
});

test("text that looks like UTF-16 is read byte by byte, as Flume does", () => {
  const { encoding, text } = parseProperties(Buffer.from("\uFEFFa=b", "utf16le"));
  expect({ encoding, text }).toEqual({ encoding: "latin-1", text: "ÿþa\0=\0b\0" });
});
