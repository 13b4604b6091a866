// A cursor over the text of a path.

import { JsonPathError } from "./path-error.ts";

/** How deep parentheses, and filters within filters, may go. */
const deepest = 32;

export class Reader {
  readonly text: string;
  at = 0;
  #depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  peek(): string | undefined {
    return this.text[this.at];
  }

  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  expect(expected: string): void {
    if (!this.take(expected)) throw this.unexpected(expected);
  }

  space(): void {
    while (this.text[this.at] === " ") this.at++;
  }

  until(end: RegExp): string {
    const from = this.at;
    while (this.at < this.text.length && !end.test(this.text[this.at]!)) this.at++;
    return this.text.slice(from, this.at);
  }

  integer(): number | undefined {
    const digits = /^-?\d{1,15}/.exec(this.text.slice(this.at, this.at + 16))?.[0];
    if (digits === undefined) return undefined;
    this.at += digits.length;
    return Number(digits);
  }

  /** A text in single or double quotes; a backslash keeps the next character as it is. */
  quoted(): string {
    const quote = this.peek();
    if (quote !== "'" && quote !== '"') throw this.unexpected();
    let value = "";
    for (this.at++; this.at < this.text.length; this.at++) {
      const character = this.text[this.at]!;
      if (character === quote) {
        this.at++;
        return value;
      }
      value += character === "\\" ? (this.text[++this.at] ?? "") : character;
    }
    throw new JsonPathError(`Property has not been closed - missing closing ${quote}`);
  }

  nested<T>(read: () => T): T {
    if (++this.#depth > deepest) throw new JsonPathError("The path is nested too deeply");
    const result = read();
    this.#depth--;
    return result;
  }

  unexpected(expected?: string): JsonPathError {
    const wanted = expected === undefined ? "" : `, expected '${expected}'`;
    if (this.done) return new JsonPathError(`Unexpected end of path${wanted}`);
    return new JsonPathError(`Unexpected character '${this.peek()}' at position ${this.at}${wanted}`);
  }
}
