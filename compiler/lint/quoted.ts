/** A piece of the file for a message: in quotes, and shortened where it is long. */
export function quoted(text: string): string {
  const mark = text.includes('"') ? "'" : '"';
  return mark + (text.length > 60 ? `${text.slice(0, 57)}…` : text) + mark;
}
