// Words and signs of structured patterns.

import { FilterSyntaxError } from "./syntax.ts";

export interface Token {
  readonly kind: "sign" | "word" | "string" | "regex" | "end";
  readonly text: string;
}

const signs = ["&&", "||", "!=", "<=", ">=", "...", "=", "<", ">", "(", ")", "{", "}", "[", "]", ","];

export function tokenize(pattern: string, wordEnds: RegExp): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < pattern.length) {
    const character = pattern[at]!;
    if (/\s/.test(character)) {
      at++;
      continue;
    }
    if (character === '"' || character === "%") {
      let end = at + 1;
      while (end < pattern.length && pattern[end] !== character) end += pattern[end] === "\\" ? 2 : 1;
      if (end >= pattern.length) throw new FilterSyntaxError(`A ${character} is not closed`);
      const text = pattern.slice(at + 1, end);
      tokens.push(
        character === "%"
          ? { kind: "regex", text }
          : { kind: "string", text: text.replace(/\\(["\\])/g, "$1") },
      );
      at = end + 1;
      continue;
    }
    const sign = signs.find((each) => pattern.startsWith(each, at));
    if (sign !== undefined) {
      tokens.push({ kind: "sign", text: sign });
      at += sign.length;
      continue;
    }
    let end = at;
    while (end < pattern.length && !wordEnds.test(pattern[end]!)) end++;
    if (end === at) throw new FilterSyntaxError(`Unexpected ${character}`);
    tokens.push({ kind: "word", text: pattern.slice(at, end) });
    at = end;
  }
  return tokens;
}

/** Reads tokens one by one. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", text: "" };
  }

  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  /** Takes the sign or word if it comes next. */
  accept(text: string): boolean {
    const { kind, text: found } = this.peek();
    if ((kind !== "sign" && kind !== "word") || found !== text) return false;
    this.#at++;
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text))
      throw new FilterSyntaxError(`Expected ${text}, found ${this.peek().text || "the end"}`);
  }
}
