// StringMatches: `*` stands for any characters, `\*` and `\\` for themselves.
// Parts are found in turn, each at its first place, so that no pattern is slow.

export function matchesPattern(text: string, pattern: string): boolean {
  const parts = split(pattern);
  const first = parts[0]!;
  if (parts.length === 1) return text === first;
  const last = parts.at(-1)!;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** The literal texts between the wildcards. A backslash before anything else is one itself. */
function split(pattern: string): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    const next = pattern[at + 1];
    if (character === "\\" && (next === "*" || next === "\\")) {
      part += next;
      at++;
    } else if (character === "*") {
      parts.push(part);
      part = "";
    } else part += character;
  }
  return [...parts, part];
}
