// The tokens of an expression, read one at a time, with AWS's syntax errors.

import { type ExpressionKind, invalidExpression } from "./errors.ts";

export type TokenKind = "name" | "placeholder" | "value" | "number" | "symbol" | "end";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Any other character is a symbol of its own, which no rule accepts. */
const pattern = /[A-Za-z_][A-Za-z0-9_]*|#[A-Za-z0-9_]+|:[A-Za-z0-9_]+|[0-9]+|<>|<=|>=|\S/gu;

const longestExpression = 4096;

export class TokenStream {
  readonly kind: ExpressionKind;
  readonly #text: string;
  readonly #tokens: Token[];
  #at = 0;

  constructor(kind: ExpressionKind, text: string) {
    this.kind = kind;
    this.#text = text;
    const size = Buffer.byteLength(text);
    if (size > longestExpression) {
      const shown = kind === "UpdateExpression" ? "" : ` expression size: ${size}`;
      throw this.error(`Expression size has exceeded the maximum allowed size;${shown}`);
    }
    this.#tokens = tokenize(text);
    if (this.#tokens.length === 1) throw this.error("The expression can not be empty;");
  }

  /** The token `ahead` of the next one; past the end, the end. */
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.peek();
    if (this.#at < this.#tokens.length - 1) this.#at += 1;
    return token;
  }

  atSymbol(symbol: string): boolean {
    const token = this.peek();
    return token.kind === "symbol" && token.text === symbol;
  }

  atKeyword(keyword: string): boolean {
    const token = this.peek();
    return token.kind === "name" && token.text.toUpperCase() === keyword;
  }

  acceptSymbol(symbol: string): boolean {
    if (!this.atSymbol(symbol)) return false;
    this.#at += 1;
    return true;
  }

  acceptKeyword(keyword: string): boolean {
    if (!this.atKeyword(keyword)) return false;
    this.#at += 1;
    return true;
  }

  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) throw this.syntaxError();
  }

  expectEnd(): void {
    if (this.peek().kind !== "end") throw this.syntaxError();
  }

  error(detail: string): Error {
    return invalidExpression(this.kind, detail);
  }

  /** About the next token; AWS shows it between its neighbours. */
  syntaxError(): Error {
    const token = this.peek();
    const before = this.#tokens[this.#at - 1] ?? token;
    const after = this.peek(1);
    const near = this.#text.slice(before.start, after.end);
    const shown = token.kind === "end" ? "<EOF>" : token.text;
    return this.error(`Syntax error; token: "${shown}", near: "${near.trimEnd()}"`);
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(pattern)) {
    const [found] = match;
    tokens.push({ kind: kindOf(found), text: found, start: match.index, end: match.index + found.length });
  }
  tokens.push({ kind: "end", text: "", start: text.length, end: text.length });
  return tokens;
}

function kindOf(text: string): TokenKind {
  const first = text.charCodeAt(0);
  if (first === 35 && text.length > 1) return "placeholder";
  if (first === 58 && text.length > 1) return "value";
  if (first >= 48 && first <= 57) return "number";
  if ((first >= 65 && first <= 90) || (first >= 97 && first <= 122) || first === 95) return "name";
  return "symbol";
}
