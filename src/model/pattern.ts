// The models' regular expressions are Java's. This turns one into a test for a
// whole string, as AWS applies it, or says that it cannot.

import { rewrittenPatterns } from "./rewritten-patterns.ts";

/**
 * Longer values pass untested, by the number of `.*` and `.+` in the pattern: the
 * time that a value made for it can take grows with that power of its length.
 */
const longestTested = [4096, 4096, 4096, 600];
const longestWithMany = 160;

const cache = new Map<string, ((value: string) => boolean) | undefined>();

/** Undefined where the pattern cannot be expressed in JavaScript; then nothing is checked. */
export function patternTest(pattern: string): ((value: string) => boolean) | undefined {
  if (!cache.has(pattern)) {
    const expression = toExpression(rewrittenPatterns[pattern] ?? pattern);
    const wildcards = expression?.source.match(/(?<!\\)\.[*+]/g)?.length ?? 0;
    const longest = longestTested[wildcards] ?? longestWithMany;
    cache.set(pattern, expression && ((value) => value.length > longest || expression.test(value)));
  }
  return cache.get(pattern);
}

function toExpression(pattern: string): RegExp | undefined {
  const flags = /^\(\?([is]+)\)/.exec(pattern);
  const body = translate(flags === null ? pattern : pattern.slice(flags[0].length));
  const whole = `^(?:${body})$`;
  for (const unicode of ["u", ""]) {
    // Without the flag `u` JavaScript forgives stray braces, but would read \p as the letter p.
    if (unicode === "" && /\\[pP]\{/.test(body)) continue;
    try {
      return new RegExp(whole, `${flags?.[1] ?? ""}${unicode}`);
    } catch {
      // Not valid under this flag.
    }
  }
  return undefined;
}

/** Java's POSIX classes, which are ASCII only, as the inside of a bracket. */
const posixClasses: Readonly<Record<string, string>> = {
  ASCII: "\\x00-\\x7F",
  Alnum: "A-Za-z0-9",
  Alpha: "A-Za-z",
  Blank: " \\t",
  Digit: "0-9",
  Graph: "\\x21-\\x7E",
  IsWhitespace: "\\p{White_Space}",
  LD: "\\p{L}\\p{Nd}",
  Lower: "a-z",
  Print: "\\x20-\\x7E",
  Punct: "\\x21-\\x2F\\x3A-\\x40\\x5B-\\x60\\x7B-\\x7E",
  Space: "\\s",
  Upper: "A-Z",
  XDigit: "0-9A-Fa-f",
};

/** What the flag `u` lets a backslash stand before, apart from letters and digits. */
const syntaxCharacters = new Set("^$\\.*+?()[]{}|/");

/** Rewrites what Java allows and JavaScript's unicode mode does not. */
function translate(pattern: string): string {
  let out = "";
  let inClass = false;
  let afterQuantifier = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    const possessive: boolean = char === "+" && afterQuantifier && !inClass;
    afterQuantifier = !inClass && /[*+?}]/.test(char) && !possessive;
    if (char === "\\") {
      const found = /^\\(?:([pP])(?:\{(\w+)\}|(\w))|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[\s\S])/.exec(
        pattern.slice(at),
      );
      const text = found?.[0] ?? "\\\\";
      at += Math.max(text.length - 1, 0);
      out += translateEscape(text, found?.[1], found?.[2] ?? found?.[3], inClass);
    } else if (inClass) {
      if (char === "]") inClass = false;
      out += char === "-" && isStrayHyphen(pattern, at) ? "\\-" : char === "[" ? "\\[" : char;
    } else if (char === "[") {
      inClass = true;
      out += char;
    } else if (char === "$" && pattern.charAt(at + 1) === "{") {
      // Java may quantify the end of the string.
      out += "(?:$)";
    } else if (!possessive) {
      // A possessive quantifier becomes a plain one, which accepts the same or a little more.
      out += char;
    }
  }
  return out;
}

function translateEscape(
  text: string,
  property: string | undefined,
  name: string | undefined,
  inClass: boolean,
): string {
  if (property !== undefined && name !== undefined) {
    const posix = posixClasses[name];
    if (posix === undefined) return `\\${property}{${name}}`;
    if (inClass) return posix;
    return `[${property === "P" ? "^" : ""}${posix}]`;
  }
  if (text === "\\A") return "^";
  if (text === "\\z" || text === "\\Z") return "$";
  const char = text.charAt(1);
  if (/[A-Za-z0-9]/.test(char) || syntaxCharacters.has(char)) return text;
  return char === "-" && inClass ? "\\-" : char;
}

/** Whether a hyphen in a class stands beside a set such as `\w` or `\p{Z}`, where it is itself. */
function isStrayHyphen(pattern: string, at: number): boolean {
  const before = pattern.slice(0, at);
  const after = pattern.slice(at + 1);
  return /(?:\\[wdsWDS]|\\[pP]\{\w+\})$/.test(before) || /^\\[wdsWDSpP]/.test(after);
}
