// `{"wildcard": "a*b"}`: `*` stands for any characters, `\*` and `\\` for
// themselves. Matching takes the parts in turn, each at its first place, so that
// no pattern can make it slow.

import { EventPatternError } from "./pattern-error.ts";

export function wildcardTest(pattern: string): (text: string) => boolean {
  const parts = split(pattern);
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (parts.length === 1) return (text) => text === first;
  const middle = parts.slice(1, -1);
  return (text) => {
    if (text.length < first.length + last.length) return false;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

/** The literal texts between the wildcards. */
function split(pattern: string): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === "\\") {
      const escaped = pattern[++at];
      if (escaped !== "*" && escaped !== "\\") {
        throw new EventPatternError(`Invalid escape character at pos ${position(pattern, at - 1)}`);
      }
      part += escaped;
    } else if (character === "*") {
      if (pattern[at + 1] === "*") {
        throw new EventPatternError(`Consecutive wildcard characters at pos ${position(pattern, at)}`);
      }
      parts.push(part);
      part = "";
    } else part += character;
  }
  return [...parts, part];
}

/** As AWS counts: in bytes, the opening quotation mark included. */
const position = (pattern: string, at: number): number => Buffer.byteLength(pattern.slice(0, at)) + 1;
