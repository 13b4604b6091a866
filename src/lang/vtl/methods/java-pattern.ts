// Java's regular expressions by JavaScript's: most are written alike, and what
// is not is translated where that is possible.

const remembered = new Map<string, RegExp | undefined>();
const mostRemembered = 500;

const classes: Readonly<Record<string, string>> = {
  Alpha: "a-zA-Z",
  Digit: "0-9",
  Alnum: "a-zA-Z0-9",
  Upper: "A-Z",
  Lower: "a-z",
  Punct: "!-\\/:-@\\[-`{-~",
  Space: "\\s",
  XDigit: "0-9a-fA-F",
};

/** Undefined where the text is no expression. */
export function pattern(text: string, flags: string): RegExp | undefined {
  const key = `${flags}/${text}`;
  if (remembered.has(key)) {
    const known = remembered.get(key);
    if (known !== undefined) known.lastIndex = 0;
    return known;
  }
  if (remembered.size >= mostRemembered) remembered.clear();
  const compiled = compile(text, flags);
  remembered.set(key, compiled);
  return compiled;
}

function compile(text: string, flags: string): RegExp | undefined {
  let more = "";
  const source = text
    .replace(/\\Q([\s\S]*?)(?:\\E|$)/g, (_all, literal: string) =>
      literal.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"),
    )
    .replace(/^(\^?(?:\(\?:)?)\(\?([ims]+)\)/, (_all, before: string, given: string) => {
      more = given;
      return before;
    })
    .replace(/(\[[^\]]*)?\\p\{(\w+)\}/g, (all, bracket: string | undefined, name: string) => {
      const inside = classes[name];
      if (inside === undefined) return all;
      return bracket === undefined ? `[${inside}]` : `${bracket}${inside}`;
    })
    .replace(/([*+?}])\+/g, "$1")
    .replaceAll("\\A", "^")
    .replace(/\\[zZ]/g, "$")
    .replaceAll("\\h", "[ \\t]");
  try {
    return new RegExp(source, flags + more + (/\\p\{/.test(source) ? "u" : ""));
  } catch {
    return undefined;
  }
}

/** Java's replacement: `$1` is a group, and a backslash takes the next character as it is. */
export function replacement(text: string): (...found: readonly unknown[]) => string {
  if (!/[$\\]/.test(text)) return () => text;
  return (...found) =>
    text.replace(/\\([\s\S])|\$(\d)/g, (_all, escaped: string | undefined, group: string | undefined) =>
      escaped !== undefined ? escaped : String(found[Number(group)] ?? ""),
    );
}

/** As `String.split`: without a limit, empty parts at the end are left out. */
export function splitBy(text: string, expression: string, limit: number): string[] | undefined {
  const found = pattern(expression, "g");
  if (found === undefined) return undefined;
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(found)) {
    if (limit > 0 && parts.length === limit - 1) break;
    if (match[0] === "" && (match.index === 0 || match.index === text.length)) continue;
    parts.push(text.slice(from, match.index));
    from = match.index + match[0].length;
  }
  if (parts.length === 0) return [text];
  parts.push(text.slice(from));
  if (limit === 0) while (parts.length > 0 && parts.at(-1) === "") parts.pop();
  return parts;
}
