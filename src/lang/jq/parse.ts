// From the text of a jq program to its tree, by precedence.

import {
  type Definition,
  JqError,
  type Node,
  type Operator,
  type Pattern,
  type Token,
  tokenize,
} from "./syntax.ts";

const deepest = 200;

export function parse(source: string): Node {
  return new Parser(tokenize(source)).program();
}

/** A text of nothing but definitions. */
export function parseDefinitions(source: string): readonly Definition[] {
  return new Parser(tokenize(source)).definitions();
}

/** From loosest to tightest; `|` and `,` stand above them. */
const levels: readonly {
  readonly operators: readonly Operator[];
  readonly side: "left" | "right" | "none";
}[] = [
  { operators: ["//"], side: "right" },
  { operators: ["or"], side: "left" },
  { operators: ["and"], side: "left" },
  { operators: ["==", "!=", "<", "<=", ">", ">="], side: "none" },
  { operators: ["+", "-"], side: "left" },
  { operators: ["*", "/", "%"], side: "left" },
];

/** They change values in place, by paths. */
const assignments = ["=", "|=", "+=", "-=", "*=", "/=", "%=", "//="];

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  program(): Node {
    const node = this.#pipe();
    if (this.#peek().type !== "end") throw this.#unexpected();
    return node;
  }

  definitions(): readonly Definition[] {
    const all: Definition[] = [];
    while (this.#is("def")) all.push(this.#definition());
    if (this.#peek().type !== "end") throw this.#unexpected();
    return all;
  }

  #pipe(): Node {
    if (++this.#depth > deepest) throw new JqError("the program is nested too deeply");
    try {
      if (this.#is("def")) {
        const definition = this.#definition();
        return { type: "define", definition, body: this.#pipe() };
      }
      const left = this.#comma();
      return this.#take("|") ? { type: "pipe", left, right: this.#pipe() } : left;
    } finally {
      this.#depth--;
    }
  }

  #comma(): Node {
    let left = this.#binary(0);
    while (this.#take(",")) left = { type: "comma", left, right: this.#binary(0) };
    return left;
  }

  #binary(level: number): Node {
    const here = levels[level];
    if (here === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = here.operators.find((each) => this.#is(each));
      if (operator === undefined) break;
      this.#at++;
      const right = this.#binary(here.side === "right" ? level : level + 1);
      left = { type: "binary", operator, left, right };
      if (here.side === "none") break;
    }
    if (level === 0) this.#refuseAssignment();
    return left;
  }

  #refuseAssignment(): void {
    const operator = assignments.find((each) => this.#is(each));
    if (operator !== undefined) throw new JqError(`the operator ${operator} is not supported`);
  }

  #unary(): Node {
    if (this.#take("-")) return { type: "negate", of: this.#postfix() };
    return this.#postfix();
  }

  #postfix(): Node {
    let node = this.#suffixes(this.#term());
    if (this.#take("as")) {
      const pattern = this.#pattern();
      if (this.#is("?//")) throw new JqError("the operator ?// is not supported");
      this.#expect("|");
      node = { type: "bind", of: node, pattern, body: this.#pipe() };
    }
    return node;
  }

  #suffixes(start: Node): Node {
    let node = start;
    for (;;) {
      const token = this.#peek();
      if (token.type === "field") {
        this.#at++;
        node = { type: "index", of: node, at: { type: "literal", value: token.text.slice(1) } };
      } else if (this.#is(".") && this.#peek(1).type === "string") {
        this.#at++;
        node = { type: "index", of: node, at: this.#text(undefined) };
      } else if (this.#is(".") && this.#isAt(1, "[")) {
        this.#at++;
      } else if (this.#take("[")) {
        node = this.#bracket(node);
      } else if (this.#take("?")) {
        node = { type: "try", body: node };
      } else {
        return node;
      }
    }
  }

  #bracket(of: Node): Node {
    if (this.#take("]")) return { type: "each", of };
    if (this.#take(":")) {
      const to = this.#pipe();
      this.#expect("]");
      return { type: "slice", of, to };
    }
    const at = this.#pipe();
    if (this.#take(":")) {
      if (this.#take("]")) return { type: "slice", of, from: at };
      const to = this.#pipe();
      this.#expect("]");
      return { type: "slice", of, from: at, to };
    }
    this.#expect("]");
    return { type: "index", of, at };
  }

  #term(): Node {
    const token = this.#peek();
    switch (token.type) {
      case "number":
        this.#at++;
        return { type: "literal", value: token.value };
      case "string":
        return this.#text(undefined);
      case "format":
        this.#at++;
        return this.#peek().type === "string" ? this.#text(token.text) : { type: "format", name: token.text };
      case "field":
        this.#at++;
        return {
          type: "index",
          of: { type: "identity" },
          at: { type: "literal", value: token.text.slice(1) },
        };
      case "variable":
        this.#at++;
        return { type: "variable", name: token.text.slice(1) };
      case "name":
        this.#at++;
        return this.#call(token.text);
      case "keyword":
        return this.#keyword(token.text);
      case "operator":
        return this.#bracketed(token.text);
      default:
        throw this.#unexpected();
    }
  }

  #bracketed(operator: string): Node {
    this.#at++;
    switch (operator) {
      case ".":
        if (this.#peek().type === "string") {
          return { type: "index", of: { type: "identity" }, at: this.#text(undefined) };
        }
        return { type: "identity" };
      case "..":
        return { type: "recurse" };
      case "(": {
        const inside = this.#pipe();
        this.#expect(")");
        return inside;
      }
      case "[": {
        if (this.#take("]")) return { type: "array", of: undefined };
        const of = this.#pipe();
        this.#expect("]");
        return { type: "array", of };
      }
      case "{":
        return this.#object();
      default:
        this.#at--;
        throw this.#unexpected();
    }
  }

  #keyword(word: string): Node {
    this.#at++;
    switch (word) {
      case "if":
        return this.#condition();
      case "try": {
        const body = this.#suffixes(this.#term());
        return this.#take("catch")
          ? { type: "try", body, handler: this.#suffixes(this.#term()) }
          : { type: "try", body };
      }
      case "reduce":
      case "foreach": {
        const of = this.#suffixes(this.#term());
        this.#expect("as");
        const pattern = this.#pattern();
        this.#expect("(");
        const start = this.#pipe();
        this.#expect(";");
        const update = this.#pipe();
        const extract = word === "foreach" && this.#take(";") ? this.#pipe() : undefined;
        this.#expect(")");
        return { type: word, of, pattern, start, update, ...(extract !== undefined && { extract }) };
      }
      case "label":
      case "import":
      case "include":
      case "__loc__":
        throw new JqError(`the keyword ${word} is not supported`);
      default:
        this.#at--;
        throw this.#unexpected();
    }
  }

  #condition(): Node {
    const condition = this.#pipe();
    this.#expect("then");
    const then = this.#pipe();
    if (this.#take("elif")) return { type: "if", condition, then, otherwise: this.#condition() };
    const otherwise: Node = this.#take("else") ? this.#pipe() : { type: "identity" };
    this.#expect("end");
    return { type: "if", condition, then, otherwise };
  }

  #call(name: string): Node {
    const constants: Readonly<Record<string, null | boolean>> = { null: null, true: true, false: false };
    if (Object.hasOwn(constants, name)) return { type: "literal", value: constants[name]! };
    if (!this.#take("(")) return { type: "call", name, parameters: [] };
    const parameters = [this.#pipe()];
    while (this.#take(";")) parameters.push(this.#pipe());
    this.#expect(")");
    return { type: "call", name, parameters };
  }

  #object(): Node {
    const members: { readonly key: Node; readonly value: Node }[] = [];
    while (!this.#take("}")) {
      members.push(this.#member());
      if (!this.#take(",") && !this.#is("}")) throw this.#unexpected();
    }
    return { type: "object", members };
  }

  #member(): { readonly key: Node; readonly value: Node } {
    const token = this.#peek();
    if (token.type === "variable") {
      this.#at++;
      const name = token.text.slice(1);
      return { key: { type: "literal", value: name }, value: { type: "variable", name } };
    }
    let key: Node;
    if (token.type === "name" || token.type === "keyword") {
      this.#at++;
      key = { type: "literal", value: token.text };
    } else if (token.type === "string" || token.type === "format") {
      key = this.#term();
    } else if (token.type === "number") {
      throw new JqError("Object keys must be strings");
    } else {
      this.#expect("(");
      key = this.#pipe();
      this.#expect(")");
    }
    if (this.#take(":")) return { key, value: this.#value() };
    return { key, value: { type: "index", of: { type: "identity" }, at: key } };
  }

  /** Without `,`, which parts members. */
  #value(): Node {
    const left = this.#binary(0);
    return this.#take("|") ? { type: "pipe", left, right: this.#value() } : left;
  }

  #pattern(): Pattern {
    const token = this.#peek();
    if (token.type === "variable") {
      this.#at++;
      return { type: "variable", name: token.text.slice(1) };
    }
    if (this.#take("[")) {
      const items = [this.#pattern()];
      while (this.#take(",")) items.push(this.#pattern());
      this.#expect("]");
      return { type: "array", items };
    }
    this.#expect("{");
    const members: { readonly key: Node; readonly pattern: Pattern }[] = [];
    while (!this.#take("}")) {
      const { key, pattern } = this.#memberPattern();
      members.push({ key, pattern });
      if (!this.#take(",") && !this.#is("}")) throw this.#unexpected();
    }
    return { type: "object", members };
  }

  #memberPattern(): { readonly key: Node; readonly pattern: Pattern } {
    const token = this.#peek();
    if (token.type === "variable") {
      this.#at++;
      const name = token.text.slice(1);
      return { key: { type: "literal", value: name }, pattern: { type: "variable", name } };
    }
    let key: Node;
    if (token.type === "name" || token.type === "keyword") {
      this.#at++;
      key = { type: "literal", value: token.text };
    } else {
      key = this.#term();
    }
    this.#expect(":");
    return { key, pattern: this.#pattern() };
  }

  #definition(): Definition {
    this.#expect("def");
    const token = this.#peek();
    if (token.type !== "name" && token.type !== "keyword") throw this.#unexpected();
    this.#at++;
    const parameters: string[] = [];
    if (this.#take("(")) {
      do {
        const parameter = this.#peek();
        if (parameter.type !== "name" && parameter.type !== "variable") throw this.#unexpected();
        this.#at++;
        parameters.push(parameter.text);
      } while (this.#take(";"));
      this.#expect(")");
    }
    this.#expect(":");
    const body = this.#pipe();
    this.#expect(";");
    return { name: token.text, parameters, body };
  }

  #text(format: string | undefined): Node {
    const token = this.#peek();
    if (token.type !== "string") throw this.#unexpected();
    this.#at++;
    const parts = token.parts.map((part) => (typeof part === "string" ? part : new Parser(part).program()));
    if (parts.length === 1 && typeof parts[0] === "string") return { type: "literal", value: parts[0] };
    return { type: "text", format, parts };
  }

  #peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? { type: "end" };
  }

  #isAt(ahead: number, text: string): boolean {
    const token = this.#peek(ahead);
    return (token.type === "operator" || token.type === "keyword") && token.text === text;
  }

  #is(text: string): boolean {
    return this.#isAt(0, text);
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected();
  }

  #unexpected(): JqError {
    const token = this.#peek();
    const shown =
      token.type === "end" ? "end of file" : "text" in token ? `'${token.text}'` : `a ${token.type}`;
    return new JqError(`syntax error, unexpected ${shown}`);
  }
}
