// Parses S3 Select's SQL: one SELECT over one object
// (docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference.html).

import type { AggregateName, Column, Expression, Query, Step } from "./expression.ts";
import { functionNames } from "./functions.ts";
import { refused, type Token, tokens } from "./lexer.ts";

const aggregates: readonly string[] = ["AVG", "COUNT", "MAX", "MIN", "SUM"];
const clauses: readonly string[] = ["FROM", "WHERE", "LIMIT", "AS"];
const types: readonly string[] = [
  "BOOL",
  "BOOLEAN",
  "INT",
  "INTEGER",
  "STRING",
  "FLOAT",
  "DECIMAL",
  "NUMERIC",
];
const mostDepth = 200;

export function parseQuery(text: string): Query {
  return new Parser(tokens(text)).query();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #aggregates: (Expression & { readonly kind: "aggregate" })[] = [];
  #at = 0;
  #depth = 0;
  #alias = "";

  constructor(all: readonly Token[]) {
    this.#tokens = all;
  }

  query(): Query {
    this.#word("SELECT");
    // The source comes later and names what the columns begin with.
    this.#alias = this.#findAlias();
    const columns = this.#take("*") ? undefined : this.#columns();
    this.#word("FROM");
    const source = this.#source();
    const where = this.#takeWord("WHERE") ? this.#expression() : undefined;
    const limit = this.#takeWord("LIMIT") ? this.#limit() : undefined;
    this.#take(";");
    if (this.#next.kind !== "end") throw this.#unexpected();
    const mixes =
      this.#aggregates.length > 0 && columns?.some(({ expression }) => expression.kind === "path") === true;
    if (mixes) {
      throw refused(
        "ParseUnsupportedSyntax",
        "Columns beside aggregates need GROUP BY, which is not supported.",
      );
    }
    return { columns, source, where, limit, aggregates: this.#aggregates };
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #findAlias(): string {
    const from = this.#tokens.findIndex(({ kind, text }) => kind === "word" && text.toUpperCase() === "FROM");
    let at = from + 2;
    for (; from >= 0 && at < this.#tokens.length; at++) {
      const { kind, text } = this.#tokens[at]!;
      if (text === "." || text === "[" || text === "]" || text === "*" || kind === "number") continue;
      if (this.#tokens[at - 1]?.text === ".") continue;
      if (kind === "word" && text.toUpperCase() === "AS") continue;
      break;
    }
    const found = this.#tokens[at];
    const isAlias =
      found?.kind === "name" || (found?.kind === "word" && !clauses.includes(found.text.toUpperCase()));
    return isAlias ? found.text.toLowerCase() : "";
  }

  #columns(): readonly Column[] {
    const columns: Column[] = [];
    do {
      const expression = this.#expression();
      const named = this.#takeWord("AS") || this.#next.kind === "name";
      const name = named ? this.#name() : nameOf(expression, columns.length);
      columns.push({ expression, name });
    } while (this.#take(","));
    return columns;
  }

  #source(): readonly (Step | "each")[] {
    if (this.#name().toUpperCase() !== "S3OBJECT") {
      throw refused("ParseInvalidPathComponent", "The SQL expression must select from S3Object.");
    }
    const steps: (Step | "each")[] = [];
    for (;;) {
      if (this.#take("[")) {
        if (this.#take("*")) steps.push("each");
        else steps.push({ index: this.#integer() });
        this.#symbol("]");
      } else if (this.#take(".")) {
        const exact = this.#next.kind === "name";
        if (this.#take("*")) steps.push("each");
        else steps.push({ name: this.#name(), exact });
      } else break;
    }
    if (this.#takeWord("AS") || this.#isAlias()) this.#name();
    return steps;
  }

  #isAlias(): boolean {
    const { kind, text } = this.#next;
    return kind === "name" || (kind === "word" && !clauses.includes(text.toUpperCase()));
  }

  #expression(): Expression {
    if (++this.#depth > mostDepth)
      throw refused("ParseUnsupportedSyntax", "The SQL expression is nested too deep.");
    let left = this.#conjunction();
    while (this.#takeWord("OR")) left = call("OR", left, this.#conjunction());
    this.#depth--;
    return left;
  }

  #conjunction(): Expression {
    let left = this.#negation();
    while (this.#takeWord("AND")) left = call("AND", left, this.#negation());
    return left;
  }

  #negation(): Expression {
    let negated = false;
    while (this.#takeWord("NOT")) negated = !negated;
    const operand = this.#comparison();
    return negated ? call("NOT", operand) : operand;
  }

  #comparison(): Expression {
    const left = this.#sum();
    for (const symbol of ["=", "<>", "!=", "<=", ">=", "<", ">"]) {
      if (this.#take(symbol)) return call(symbol === "!=" ? "<>" : symbol, left, this.#sum());
    }
    if (this.#takeWord("IS")) return this.#is(left);
    const negated = this.#takeWord("NOT");
    const found = this.#membership(left);
    if (found === undefined) {
      if (negated) throw this.#unexpected();
      return left;
    }
    return negated ? call("NOT", found) : found;
  }

  #is(left: Expression): Expression {
    const negated = this.#takeWord("NOT");
    const missing = this.#takeWord("MISSING");
    if (!missing) this.#word("NULL");
    const test = call(missing ? "IS MISSING" : "IS NULL", left);
    return negated ? call("NOT", test) : test;
  }

  #membership(left: Expression): Expression | undefined {
    if (this.#takeWord("BETWEEN")) {
      const low = this.#sum();
      this.#word("AND");
      return call("AND", call(">=", left, low), call("<=", left, this.#sum()));
    }
    if (this.#takeWord("LIKE")) {
      const pattern = this.#sum();
      return this.#takeWord("ESCAPE")
        ? call("LIKE", left, pattern, this.#sum())
        : call("LIKE", left, pattern);
    }
    if (!this.#takeWord("IN")) return undefined;
    this.#symbol("(");
    return call("IN", left, ...this.#list());
  }

  #sum(): Expression {
    let left = this.#product();
    for (;;) {
      const symbol = ["+", "-", "||"].find((each) => this.#take(each));
      if (symbol === undefined) return left;
      left = call(symbol, left, this.#product());
    }
  }

  #product(): Expression {
    let left = this.#factor();
    for (;;) {
      const symbol = ["*", "/", "%"].find((each) => this.#take(each));
      if (symbol === undefined) return left;
      left = call(symbol, left, this.#factor());
    }
  }

  #factor(): Expression {
    let minus = false;
    for (;;) {
      if (this.#take("-")) minus = !minus;
      else if (!this.#take("+")) break;
    }
    const operand = this.#primary();
    return minus ? call("-", { kind: "literal", value: 0 }, operand) : operand;
  }

  #primary(): Expression {
    const token = this.#next;
    if (this.#take("(")) {
      const inner = this.#expression();
      this.#symbol(")");
      return inner;
    }
    if (token.kind === "text" || token.kind === "number") {
      this.#at++;
      return { kind: "literal", value: token.kind === "text" ? token.text : Number(token.text) };
    }
    if (token.kind === "name") return this.#path();
    if (token.kind !== "word") throw this.#unexpected();
    const word = token.text.toUpperCase();
    const literal = { NULL: null, MISSING: undefined, TRUE: true, FALSE: false }[word];
    if (literal !== undefined || word === "MISSING") {
      this.#at++;
      return { kind: "literal", value: literal };
    }
    if (word === "CASE") return this.#case();
    if (this.#tokens[this.#at + 1]?.text === "(") return this.#function(word);
    if (["SELECT", "FROM", "WHERE", "LIMIT", "AND", "OR", "GROUP", "ORDER"].includes(word))
      throw this.#unexpected();
    return this.#path();
  }

  #function(name: string): Expression {
    this.#at += 2;
    if (name === "CAST") return this.#cast();
    if (aggregates.includes(name)) return this.#aggregate(name as AggregateName);
    if (!functionNames.has(name))
      throw refused("UnsupportedFunction", `Encountered an unsupported SQL function: ${name}.`);
    if (name === "SUBSTRING") return this.#substring();
    if (name === "TRIM") return this.#trim();
    return call(name, ...this.#list());
  }

  #cast(): Expression {
    const operand = this.#expression();
    this.#word("AS");
    const type = this.#name().toUpperCase();
    if (!types.includes(type)) throw refused("ParseExpectedTypeName", `Expected a type name, found ${type}.`);
    if (this.#take("(")) this.#list();
    this.#symbol(")");
    return { kind: "cast", operand, type };
  }

  #aggregate(name: AggregateName): Expression {
    const all = name === "COUNT" && this.#take("*");
    const operand = all ? undefined : this.#expression();
    this.#symbol(")");
    const aggregate = { kind: "aggregate", name, operand, slot: this.#aggregates.length } as const;
    this.#aggregates.push(aggregate);
    return aggregate;
  }

  /** With commas, or `FROM 2 FOR 3`. */
  #substring(): Expression {
    const operands = [this.#expression()];
    if (this.#takeWord("FROM")) {
      operands.push(this.#expression());
      if (this.#takeWord("FOR")) operands.push(this.#expression());
    } else while (this.#take(",")) operands.push(this.#expression());
    this.#symbol(")");
    return call("SUBSTRING", ...operands);
  }

  /** `TRIM([[LEADING | TRAILING | BOTH] [characters] FROM] text)`. */
  #trim(): Expression {
    const side = ["LEADING", "TRAILING", "BOTH"].find((each) => this.#takeWord(each)) ?? "BOTH";
    const blank: Expression = { kind: "literal", value: " " };
    if (this.#takeWord("FROM")) return this.#trimmed(side, blank, this.#expression());
    const first = this.#expression();
    if (this.#takeWord("FROM")) return this.#trimmed(side, first, this.#expression());
    return this.#trimmed(side, blank, first);
  }

  #trimmed(side: string, characters: Expression, text: Expression): Expression {
    this.#symbol(")");
    return call("TRIM", { kind: "literal", value: side }, characters, text);
  }

  #case(): Expression {
    this.#at++;
    const subject = this.#isWord("WHEN") ? undefined : this.#expression();
    const branches: { when: Expression; result: Expression }[] = [];
    while (this.#takeWord("WHEN")) {
      const test = this.#expression();
      this.#word("THEN");
      branches.push({
        when: subject === undefined ? test : call("=", subject, test),
        result: this.#expression(),
      });
    }
    const otherwise: Expression = this.#takeWord("ELSE")
      ? this.#expression()
      : { kind: "literal", value: null };
    this.#word("END");
    return { kind: "case", branches, otherwise };
  }

  #path(): Expression {
    const steps: Step[] = [this.#step()];
    for (;;) {
      if (this.#take(".")) steps.push(this.#step());
      else if (this.#take("[")) {
        const { kind, text } = this.#next;
        steps.push(kind === "text" ? { name: text, exact: true } : { index: this.#integer() });
        if (kind === "text") this.#at++;
        this.#symbol("]");
      } else break;
    }
    const [first] = steps;
    const own = first !== undefined && "name" in first ? first.name.toLowerCase() : "";
    const fromSource =
      steps.length > 1 && (own === this.#alias || (this.#alias === "" && own === "s3object"));
    return { kind: "path", steps: fromSource ? steps.slice(1) : steps };
  }

  #step(): Step {
    const exact = this.#next.kind === "name";
    return { name: this.#name(), exact };
  }

  #list(): Expression[] {
    const operands: Expression[] = [];
    if (this.#take(")")) return operands;
    do operands.push(this.#expression());
    while (this.#take(","));
    this.#symbol(")");
    return operands;
  }

  #limit(): number {
    return this.#integer();
  }

  #integer(): number {
    const { kind, text } = this.#next;
    const number = Number(text);
    if (kind !== "number" || !Number.isSafeInteger(number)) throw this.#unexpected();
    this.#at++;
    return number;
  }

  #name(): string {
    const { kind, text } = this.#next;
    if (kind !== "word" && kind !== "name") throw this.#unexpected();
    this.#at++;
    return text;
  }

  #isWord(word: string): boolean {
    return this.#next.kind === "word" && this.#next.text.toUpperCase() === word;
  }

  #takeWord(word: string): boolean {
    if (!this.#isWord(word)) return false;
    this.#at++;
    return true;
  }

  #word(word: string): void {
    if (!this.#takeWord(word)) throw this.#unexpected();
  }

  #take(symbol: string): boolean {
    if (this.#next.kind !== "symbol" || this.#next.text !== symbol) return false;
    this.#at++;
    return true;
  }

  #symbol(symbol: string): void {
    if (!this.#take(symbol)) throw this.#unexpected();
  }

  #unexpected(): Error {
    const { text, at } = this.#next;
    return refused("ParseUnexpectedToken", `Unexpected token found ${text} at position ${at + 1}.`);
  }
}

function call(name: string, ...operands: readonly Expression[]): Expression {
  return { kind: "call", name, operands };
}

function nameOf(expression: Expression, at: number): string {
  const last = expression.kind === "path" ? expression.steps.at(-1) : undefined;
  return last !== undefined && "name" in last ? last.name : `_${at + 1}`;
}
