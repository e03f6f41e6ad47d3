/** `a`, `a and b`, `a, b and c`. */
export function list(names: readonly string[], word: "and" | "or" = "and"): string {
  if (names.length < 2) return names[0] ?? "no channel";
  return `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
}
