// The grammar of PartiQL's expressions: conditions, paths, literals, calls.

import type { Comparator, Expression, Path } from "./syntax.ts";
import { isKeyword, PartiqlError, TokenStream } from "./token-stream.ts";

const comparators: Readonly<Record<string, Comparator>> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

const types = new Set(["MISSING", "NULL", "BOOLEAN", "NUMBER", "BOOL", "STRING", "LIST", "STRUCT", "BINARY"]);

/** A bound for the stack; deeper nesting is no honest statement. */
const deepest = 300;

export class ExpressionParser extends TokenStream {
  #parameters = 0;
  #depth = 0;

  get parameters(): number {
    return this.#parameters;
  }

  expression(): Expression {
    this.#depth += 1;
    if (this.#depth > deepest) throw new PartiqlError("Statement is nested too deeply");
    let left = this.#conjunction();
    while (this.acceptKeyword("OR")) left = { kind: "or", left, right: this.#conjunction() };
    this.#depth -= 1;
    return left;
  }

  #conjunction(): Expression {
    let left = this.#negation();
    while (this.acceptKeyword("AND")) left = { kind: "and", left, right: this.#negation() };
    return left;
  }

  #negation(): Expression {
    let negations = 0;
    while (this.acceptKeyword("NOT")) negations += 1;
    let operand = this.#comparison();
    for (; negations > 0; negations -= 1) operand = { kind: "not", operand };
    return operand;
  }

  #comparison(): Expression {
    const left = this.sum();
    const token = this.peek();
    if (token.kind === "symbol" && comparators[token.text] !== undefined) {
      this.next();
      return { kind: "comparison", comparator: comparators[token.text]!, left, right: this.sum() };
    }
    if (this.acceptKeyword("IS")) return this.#typeTest(left);
    const negated = this.atKeyword("NOT") && (this.atKeyword("IN", 1) || this.atKeyword("BETWEEN", 1));
    if (negated) this.next();
    let test: Expression | undefined;
    if (this.acceptKeyword("BETWEEN")) {
      const low = this.sum();
      this.expectKeyword("AND");
      test = { kind: "between", operand: left, low, high: this.sum() };
    } else if (this.acceptKeyword("IN")) test = { kind: "in", operand: left, list: this.#members() };
    if (test === undefined) return left;
    return negated ? { kind: "not", operand: test } : test;
  }

  #typeTest(operand: Expression): Expression {
    const negated = this.acceptKeyword("NOT");
    const type = this.peek().text.toUpperCase();
    if (this.peek().kind !== "identifier" || !types.has(type)) throw this.unexpected();
    this.next();
    const test: Expression = { kind: "is", operand, type };
    return negated ? { kind: "not", operand: test } : test;
  }

  #members(): Expression[] {
    const close = this.acceptSymbol("[") ? "]" : ")";
    if (close === ")") this.expectSymbol("(");
    return this.#list(close);
  }

  #list(close: string): Expression[] {
    const members: Expression[] = [];
    if (this.acceptSymbol(close)) return members;
    do members.push(this.expression());
    while (this.acceptSymbol(","));
    this.expectSymbol(close);
    return members;
  }

  sum(): Expression {
    let left = this.#primary();
    while (this.atSymbol("+") || this.atSymbol("-")) {
      const operator = this.next().text as "+" | "-";
      left = { kind: "arithmetic", operator, left, right: this.#primary() };
    }
    return left;
  }

  #primary(): Expression {
    const token = this.peek();
    switch (token.kind) {
      case "string":
        this.next();
        return { kind: "string", text: token.text };
      case "number":
        this.next();
        return { kind: "number", text: token.text };
      case "quoted":
        return { kind: "path", place: token.place, path: this.path() };
      case "identifier":
        return this.#word();
      case "symbol":
        return this.#symbol(token.text);
      default:
        throw this.unexpected();
    }
  }

  #word(): Expression {
    if (this.acceptKeyword("TRUE")) return { kind: "boolean", value: true };
    if (this.acceptKeyword("FALSE")) return { kind: "boolean", value: false };
    if (this.acceptKeyword("NULL")) return { kind: "null" };
    if (this.acceptKeyword("MISSING")) return { kind: "missing" };
    const { place } = this.peek();
    if (!this.atSymbol("(", 1)) return { kind: "path", place, path: this.path() };
    const name = this.next().text.toLowerCase();
    this.next();
    return { kind: "call", name, place, operands: this.#list(")") };
  }

  #symbol(symbol: string): Expression {
    switch (symbol) {
      case "?":
        this.next();
        this.#parameters += 1;
        return { kind: "parameter", index: this.#parameters - 1 };
      case "(": {
        this.next();
        const inner = this.expression();
        this.expectSymbol(")");
        return inner;
      }
      case "[":
        this.next();
        return { kind: "list", members: this.#list("]") };
      case "<<":
        this.next();
        return { kind: "bag", members: this.#list(">>") };
      case "{":
        this.next();
        return this.#struct();
      case "-":
      case "+": {
        const sign = this.next().text;
        const token = this.next();
        if (token.kind !== "number") throw new PartiqlError("Unexpected term");
        return { kind: "number", text: sign === "-" ? `-${token.text}` : token.text };
      }
      default:
        throw this.unexpected();
    }
  }

  #struct(): Expression {
    const fields: { name: string; value: Expression }[] = [];
    if (this.acceptSymbol("}")) return { kind: "struct", fields };
    do {
      const name = this.next();
      if (name.kind !== "string" && name.kind !== "quoted") throw new PartiqlError("Unexpected term");
      this.expectSymbol(":");
      fields.push({ name: name.text, value: this.expression() });
    } while (this.acceptSymbol(","));
    this.expectSymbol("}");
    return { kind: "struct", fields };
  }

  path(): Path {
    const path: (string | number)[] = [this.identifier()];
    for (;;) {
      if (this.acceptSymbol(".")) {
        const { kind, text } = this.peek();
        if (kind === "identifier" && isKeyword(text)) throw new PartiqlError("Invalid path dot component");
        path.push(this.identifier());
      } else if (this.acceptSymbol("[")) {
        const token = this.next();
        if (token.kind === "number" && /^\d+$/.test(token.text)) path.push(Number(token.text));
        else if (token.kind === "string") path.push(token.text);
        else throw new PartiqlError("Unexpected path component");
        this.expectSymbol("]");
      } else return path;
    }
  }

  identifier(): string {
    const token = this.peek();
    if (token.kind !== "quoted" && (token.kind !== "identifier" || isKeyword(token.text))) {
      throw this.unexpected();
    }
    this.next();
    return token.text;
  }
}
