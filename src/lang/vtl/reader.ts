// A place in a template's text, moved by what is read; errors name line and
// column.

import { VtlError } from "./error.ts";

/** Nesting of brackets, directives and strings in strings. */
const deepest = 100;

export class Reader {
  readonly text: string;
  at = 0;
  #depth: number;

  constructor(text: string, depth = 0) {
    this.text = text;
    this.#depth = depth;
  }

  get depth(): number {
    return this.#depth;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** What a sticky expression matches here; moves past it. */
  take(expression: RegExp): RegExpExecArray | undefined {
    const found = this.look(expression);
    if (found !== undefined) this.at += found[0].length;
    return found;
  }

  look(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    return expression.exec(this.text) ?? undefined;
  }

  takeText(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  expect(text: string): void {
    if (!this.takeText(text)) throw this.error(`"${text}" is expected`);
  }

  space(): void {
    this.take(/\s+/y);
  }

  nested<T>(read: () => T): T {
    if (++this.#depth > deepest) throw this.error("the nesting is too deep");
    const result = read();
    this.#depth--;
    return result;
  }

  error(what: string): VtlError {
    const before = this.text.slice(0, this.at).split("\n");
    const found = this.atEnd ? "<EOF>" : JSON.stringify(this.text.slice(this.at, this.at + 20));
    return new VtlError(
      `${what} at line ${before.length}, column ${before.at(-1)!.length + 1}; encountered ${found}`,
    );
  }
}
