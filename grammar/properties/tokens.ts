import {
  type CustomPatternMatcherFunc,
  createToken,
  type IMultiModeLexerDefinition,
  Lexer,
} from "chevrotain";

/**
 * The tokens of `java.util.Properties` (its `LineReader` and `load0`, JDK 17), one lexer mode for each part of
 * a line: `line` before the key, `separator` after it, `value` after the separator.
 *
 * White space is blank, tab and form feed; a line ends at LF, CR or CRLF; nothing else counts, so a no-break
 * space, U+0085 or a byte order mark is an ordinary character. A backslash before a line terminator joins the
 * next line without its leading white space. White space and line terminators leave no token behind.
 */

/** How often a pattern below may repeat within one match: V8 keeps a stack entry for each repetition. */
const REPETITIONS = 1000;

const CONTINUATION = String.raw`\\(?:\r\n?|\n)`;
const BLANKS = String.raw`[ \t\f]*(?:${CONTINUATION}[ \t\f]*){0,${REPETITIONS}}`;
/** A backslash with what it escapes, a continuation with the white space that it swallows, or the last character. */
const ESCAPE = String.raw`\\(?:(?:\r\n?|\n)[ \t\f]*|[\s\S])?`;
const KEY_CHARACTERS = String.raw`[^\\\r\n\t\f :=]*(?:${ESCAPE}[^\\\r\n\t\f :=]*){0,${REPETITIONS}}`;
const VALUE_CHARACTERS = String.raw`[^\\\r\n]*(?:${ESCAPE}[^\\\r\n]*){0,${REPETITIONS}}`;

/** Where the longest run of `piece`s from `offset` on ends. */
function endOfRun(piece: RegExp, text: string, offset: number): number {
  let end = offset;
  for (;;) {
    piece.lastIndex = end;
    piece.test(text);
    const length = piece.lastIndex - end;
    end = piece.lastIndex;
    // Each repetition takes a character at least: a shorter piece did not stop because of the bound.
    if (length < REPETITIONS) return end;
  }
}

function runOf(pattern: string): CustomPatternMatcherFunc {
  const piece = new RegExp(pattern, "y");
  return (text, offset) => [text.substring(offset, endOfRun(piece, text, offset))];
}

/** Blanks, at most one `=` or `:`, blanks. */
function separator(): CustomPatternMatcherFunc {
  const blanks = new RegExp(BLANKS, "y");
  return (text, offset) => {
    let end = endOfRun(blanks, text, offset);
    const assignment = text[end];
    if (assignment === "=" || assignment === ":") end = endOfRun(blanks, text, end + 1);
    return [text.substring(offset, end)];
  };
}

/**
 * For Chevrotain, which sorts patterns by the characters that they may start with; above 255 it takes 255 of
 * them together, so that one of each hundred will do. All 65,536 would cost 20 ms at every start.
 */
function anyCharacterBut(excluded: string): number[] {
  const characters = [0xffff];
  for (let code = 0; code < 0xffff; code += code < 256 ? 1 : 100) {
    if (!excluded.includes(String.fromCharCode(code))) characters.push(code);
  }
  return characters;
}

/** White space before a key, and blank lines. */
const Indentation = createToken({
  name: "Indentation",
  pattern: /[ \t\f\r\n]+/,
  line_breaks: true,
  group: Lexer.SKIPPED,
});

/**
 * A continued line with nothing on it joins nothing to the next one, which may even be a comment. At the end of
 * the file it is a key instead, an empty one, as in the JDK.
 */
const EmptyContinuation = createToken({
  name: "EmptyContinuation",
  pattern: /\\(?:\r\n|[\r\n](?=[\s\S]))/,
  line_breaks: true,
  group: Lexer.SKIPPED,
});

/** To the end of the line, whatever stands there: a comment cannot be continued. */
export const CommentText = createToken({ name: "CommentText", pattern: /[#!][^\r\n]*/ });

/** A key with its escapes and continuation lines, as written. */
export const KeyText = createToken({
  name: "KeyText",
  pattern: runOf(KEY_CHARACTERS),
  start_chars_hint: anyCharacterBut("\r\n\t\f :="),
  line_breaks: true,
  push_mode: "separator",
});

/** The separator of a line without a key: Flume meets an empty key. */
export const LeadingSeparator = createToken({
  name: "LeadingSeparator",
  pattern: separator(),
  start_chars_hint: ["=", ":"],
  line_breaks: true,
  push_mode: "value",
});

/** What separates key and value: `=`, `:` or just white space. */
export const Separator = createToken({
  name: "Separator",
  pattern: separator(),
  start_chars_hint: [" ", "\t", "\f", "=", ":"],
  line_breaks: true,
  pop_mode: true,
  push_mode: "value",
});

/** A value with its escapes and continuation lines, as written; trailing blanks belong to it. */
export const ValueText = createToken({
  name: "ValueText",
  pattern: runOf(VALUE_CHARACTERS),
  start_chars_hint: anyCharacterBut("\r\n"),
  line_breaks: true,
});

/** The end of a property, with the blank lines after it and the indentation of the next line. */
const LineEnd = createToken({
  name: "LineEnd",
  pattern: /[\r\n][ \t\f\r\n]*/,
  line_breaks: true,
  group: Lexer.SKIPPED,
  pop_mode: true,
});

/** The lexer modes, each with its tokens in order of precedence. */
export const vocabulary: IMultiModeLexerDefinition = {
  modes: {
    line: [Indentation, CommentText, EmptyContinuation, LeadingSeparator, KeyText],
    separator: [Separator, LineEnd],
    value: [LineEnd, ValueText],
  },
  defaultMode: "line",
};

/** Splits properties text into tokens; no text has a character that fits no token. */
export const propertiesLexer: Lexer = new Lexer(vocabulary, {
  positionTracking: "onlyOffset",
  ensureOptimizations: true,
});
