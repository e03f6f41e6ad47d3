/** About how many characters are split into tokens at a time. */
const SLICE_LENGTH = 1 << 16;

/** A line terminator that no odd number of backslashes makes a continuation, and that is not the LF of a CRLF. */
const CERTAIN_LINE_END = /[^\\\r](?:\\\\){0,1000}(?:\r\n?|\n)/g;

/**
 * Where to cut a text so that each slice holds whole logical lines, in order, the last one at its end. Tokens
 * of a slice die with it, so that the tokens of a large file never exist all at once. What may
 * be a continuation is no place to cut, though in a comment it is none.
 */
export function* sliceEnds(text: string, length: number = SLICE_LENGTH): Generator<number> {
  let start = 0;
  while (text.length - start > length) {
    CERTAIN_LINE_END.lastIndex = start + length;
    if (!CERTAIN_LINE_END.test(text)) break;
    start = CERTAIN_LINE_END.lastIndex;
    yield start;
  }
  yield text.length;
}
