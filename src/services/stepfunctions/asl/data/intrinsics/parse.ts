// The syntax of intrinsic functions: a name, and in parentheses texts in single
// quotes, numbers, true, false, null, paths, and further functions.

import type { Json } from "../scope.ts";
import { arities } from "./functions.ts";

export class IntrinsicSyntaxError extends Error {
  override readonly name = "IntrinsicSyntaxError";
}

export interface Call {
  readonly kind: "call";
  readonly name: string;
  readonly parts: readonly Part[];
}

export type Part =
  | Call
  | { readonly kind: "literal"; readonly value: Json }
  | { readonly kind: "path"; readonly text: string };

/** AWS's limits of nested functions, and of one text. */
const deepest = 10;
const longest = 10_000;

export function parseIntrinsic(text: string): Call {
  if (text.length > longest) throw new IntrinsicSyntaxError("The intrinsic function is too long");
  const parser = new Parser(text);
  const call = parser.call(1);
  parser.end();
  return call;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  call(depth: number): Call {
    if (depth > deepest) throw new IntrinsicSyntaxError(`Functions may be nested up to ${deepest} deep`);
    const name = this.#match(/States\.[a-zA-Z0-9]+/y);
    if (name === undefined) throw this.#unexpected();
    const arity = Object.hasOwn(arities, name) ? arities[name] : undefined;
    if (arity === undefined) throw new IntrinsicSyntaxError(`Unknown function ${name}`);
    this.#space();
    this.#expect("(");
    const parts: Part[] = [];
    this.#space();
    if (!this.#take(")")) {
      do {
        parts.push(this.#part(depth));
        this.#space();
      } while (this.#take(","));
      this.#expect(")");
    }
    if (parts.length < arity[0] || parts.length > arity[1]) {
      throw new IntrinsicSyntaxError(`Invalid number of arguments for ${name}`);
    }
    return { kind: "call", name, parts };
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected();
  }

  #part(depth: number): Part {
    this.#space();
    const next = this.#text[this.#at];
    if (next === "'") return { kind: "literal", value: this.#quoted() };
    if (next === "$") return { kind: "path", text: this.#path() };
    const number = this.#match(/-?\d+(\.\d+)?([eE][+-]?\d+)?/y);
    if (number !== undefined) return { kind: "literal", value: Number(number) };
    const word = this.#match(/(true|false|null)\b/y);
    if (word !== undefined) return { kind: "literal", value: JSON.parse(word) as Json };
    return this.call(depth + 1);
  }

  /**
   * The braces' escapes stay, for Format to see them. Any other character after a
   * backslash is an open escape, which AWS refuses.
   */
  #quoted(): string {
    let value = "";
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at]!;
      if (character === "'") {
        this.#at++;
        return value;
      }
      if (character !== "\\") {
        value += character;
        continue;
      }
      const escaped = this.#text[++this.#at];
      if (escaped === "'") value += "'";
      else if (escaped === "\\" || escaped === "{" || escaped === "}") value += `\\${escaped}`;
      else throw new IntrinsicSyntaxError(`Invalid escape at position ${this.#at}`);
    }
    throw new IntrinsicSyntaxError("A text has no closing quote");
  }

  /** A path ends at a comma or parenthesis that is not within its brackets, parentheses or quotes. */
  #path(): string {
    const from = this.#at;
    let open = 0;
    let quote: string | undefined;
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at]!;
      if (quote !== undefined) {
        if (character === "\\") this.#at++;
        else if (character === quote) quote = undefined;
      } else if (open > 0 && (character === "'" || character === '"')) quote = character;
      else if (character === "(" || character === "[") open++;
      else if (open > 0 && (character === ")" || character === "]")) open--;
      else if (open === 0 && (character === "," || character === ")")) break;
    }
    return this.#text.slice(from, this.#at).trimEnd();
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #space(): void {
    while (this.#text[this.#at] === " ") this.#at++;
  }

  #take(expected: string): boolean {
    if (this.#text[this.#at] !== expected) return false;
    this.#at++;
    return true;
  }

  #expect(expected: string): void {
    if (!this.#take(expected)) throw this.#unexpected();
  }

  #unexpected(): IntrinsicSyntaxError {
    const found = this.#text[this.#at];
    return new IntrinsicSyntaxError(
      found === undefined
        ? "Unexpected end of the function"
        : `Unexpected character '${found}' at position ${this.#at}`,
    );
  }
}
