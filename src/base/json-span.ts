// Where in JSON text values begin and end, without reading them.

export function afterSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? "")) at++;
  return at;
}

const token = /"(?:[^"\\]|\\.)*"|[[\]{}]|[^\s,:[\]{}"]+/gy;

/** Where the value ends that begins at `from`, in JSON that is well formed up to there. */
export function valueEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; ) {
    token.lastIndex = at;
    const [found] = token.exec(text) ?? [];
    at += found?.length ?? 1;
    if (found === "{" || found === "[") depth++;
    else if (found === "}" || found === "]") depth--;
    if (found !== undefined && depth === 0) return at;
  }
  return text.length;
}

/** How AWS writes a place: of what has been read up to `at`, both counted from 1. */
export function lineAndColumn(text: string, at: number): string {
  const lines = text.slice(0, at).split("\n");
  return `line: ${lines.length}, column: ${(lines.at(-1)?.length ?? 0) + 1}`;
}
