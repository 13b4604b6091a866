// From the text of a query to its commands.

import {
  type Command,
  type Expression,
  type Named,
  QuerySyntaxError,
  type Token,
  tokenize,
} from "./syntax.ts";

const longest = 10_000;
const deepest = 100;

/** Throws `QuerySyntaxError`. */
export function parseQuery(source: string): readonly Command[] {
  if (source.length > longest) throw new QuerySyntaxError("the query is too long", 0, source.length);
  return new Parser(source).query();
}

const unitMilliseconds: readonly (readonly [RegExp, number])[] = [
  [/^(milliseconds?|ms)$/, 1],
  [/^(seconds?|s)$/, 1000],
  [/^(minutes?|m)$/, 60_000],
  [/^(hours?|h)$/, 3_600_000],
  [/^(days?|d)$/, 86_400_000],
  [/^(weeks?|w)$/, 604_800_000],
  [/^(months?|mo)$/, 2_592_000_000],
  [/^(quarters?|q)$/, 7_776_000_000],
  [/^(years?|y)$/, 31_536_000_000],
];

/** From loosest to tightest. */
const levels: readonly (readonly string[])[] = [
  ["or"],
  ["and"],
  ["=", "!=", "<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/", "%"],
  ["^"],
];
const comparisons = 2;

class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokenize(source);
  }

  query(): readonly Command[] {
    const commands: Command[] = [];
    do {
      // A bar may begin a query, or end it.
      if (this.#isEnd()) break;
      if (this.#is("|")) continue;
      commands.push(this.#command());
    } while (this.#take("|"));
    if (!this.#isEnd()) throw this.#unexpected();
    return commands;
  }

  #command(): Command {
    const token = this.#next();
    switch (token.text.toLowerCase()) {
      case "fields":
        return { type: "fields", columns: this.#list(() => this.#named()) };
      case "display":
        return { type: "display", columns: this.#list(() => this.#named()) };
      case "filter":
      case "where":
        return { type: "filter", condition: this.#expression() };
      case "parse":
        return this.#parse();
      case "stats": {
        const aggregates = this.#is("by") ? [] : this.#list(() => this.#named());
        return { type: "stats", aggregates, by: this.#take("by") ? this.#list(() => this.#named()) : [] };
      }
      case "sort":
      case "order":
        this.#take("by");
        return { type: "sort", by: this.#list(() => this.#order()) };
      case "limit":
      case "head":
        return { type: "limit", count: this.#count() };
      case "dedup":
        return { type: "dedup", by: this.#list(() => this.#expression()) };
      default:
        this.#at--;
        throw this.#unexpected();
    }
  }

  #list<T>(one: () => T): readonly T[] {
    const all = [one()];
    while (this.#take(",")) all.push(one());
    return all;
  }

  /** Without a name of its own a column has its text for a name. */
  #named(): Named {
    const { start } = this.#peek();
    const expression = this.#expression();
    const end = this.#tokens[this.#at - 1]!.end;
    if (this.#take("as")) return { expression, name: this.#name() };
    if (expression.type === "field") return { expression, name: expression.name };
    return { expression, name: this.#source.slice(start, end) };
  }

  #order(): { readonly expression: Expression; readonly descending: boolean } {
    const expression = this.#expression();
    if (this.#take("desc")) return { expression, descending: true };
    const ascending = this.#take("asc");
    return { expression, descending: !ascending };
  }

  #count(): number {
    const token = this.#next();
    const count = Number(token.text);
    if (token.type === "number" && Number.isInteger(count)) return count;
    this.#at--;
    throw this.#unexpected();
  }

  #parse(): Command {
    const first = this.#peek();
    const of: Expression =
      first.type === "text" || first.type === "pattern"
        ? { type: "field", name: "@message" }
        : this.#expression();
    const token = this.#next();
    if (token.type === "pattern") {
      const pattern = regular(token);
      const names = [...token.text.matchAll(/\(\?<([A-Za-z_]\w*)>/g)].map(([, name]) => name!);
      return { type: "parse", of, pattern, names: this.#take("as") ? this.#list(() => this.#name()) : names };
    }
    if (token.type !== "text") {
      this.#at--;
      throw this.#unexpected();
    }
    if (!this.#take("as")) throw this.#unexpected();
    return { type: "parse", of, pattern: glob(token.text), names: this.#list(() => this.#name()) };
  }

  #expression(): Expression {
    if (++this.#depth > deepest) throw this.#unexpected();
    const expression = this.#binary(0);
    this.#depth--;
    return expression;
  }

  #binary(level: number): Expression {
    const operators = levels[level];
    if (operators === undefined) return this.#unary();
    if (level === comparisons && this.#take("not")) return { type: "not", of: this.#binary(level) };
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = operators.find((each) => this.#is(each));
      if (operator !== undefined) {
        this.#at++;
        left = { type: "binary", operator, left, right: this.#binary(level + 1) };
      } else if (level === comparisons) {
        const compared = this.#compared(left);
        if (compared === undefined) return left;
        left = compared;
      } else {
        return left;
      }
    }
  }

  /** `like`, `=~` and `in`, each with or without `not`. */
  #compared(left: Expression): Expression | undefined {
    const negated = this.#is("not") && ["like", "in"].includes(this.#peek(1).text.toLowerCase());
    if (negated) this.#at++;
    let found: Expression | undefined;
    if (this.#take("like") || this.#take("=~"))
      found = { type: "match", of: left, pattern: this.#likeness() };
    else if (this.#take("in")) found = { type: "binary", operator: "in", left, right: this.#unary() };
    return found !== undefined && negated ? { type: "not", of: found } : found;
  }

  #likeness(): RegExp {
    const token = this.#next();
    if (token.type === "pattern") return regular(token);
    if (token.type === "text") return new RegExp(escaped(token.text.replaceAll("%", "")));
    this.#at--;
    throw this.#unexpected();
  }

  #unary(): Expression {
    if (this.#take("-")) return { type: "negate", of: this.#unary() };
    if (this.#take("(")) {
      const inside = this.#expression();
      this.#expect(")");
      return inside;
    }
    if (this.#take("[")) {
      const items = this.#is("]") ? [] : this.#list(() => this.#expression());
      this.#expect("]");
      return { type: "list", items };
    }
    if (this.#take("*")) return { type: "star" };
    const token = this.#next();
    switch (token.type) {
      case "number":
        return { type: "literal", value: Number(token.text) };
      case "text":
        return { type: "literal", value: token.text };
      case "quoted":
        return { type: "field", name: token.text };
      case "duration": {
        const [, amount, unit] = /^(\d+)\s*(\w+)$/.exec(token.text)!;
        const factor = unitMilliseconds.find(([pattern]) => pattern.test(unit!))![1];
        return { type: "duration", milliseconds: Number(amount) * factor };
      }
      case "name":
        return this.#word(token.text);
      default:
        this.#at--;
        throw this.#unexpected();
    }
  }

  #word(text: string): Expression {
    if (!this.#take("(")) {
      if (text === "true" || text === "false") return { type: "literal", value: text === "true" };
      return { type: "field", name: text };
    }
    const parameters = this.#is(")") ? [] : this.#list(() => this.#expression());
    this.#expect(")");
    return { type: "call", name: text.toLowerCase(), parameters };
  }

  #name(): string {
    const token = this.#next();
    if (token.type === "name" || token.type === "quoted") return token.text;
    this.#at--;
    throw this.#unexpected();
  }

  #peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1)!;
  }

  #next(): Token {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #isEnd(): boolean {
    return this.#peek().type === "end";
  }

  #is(text: string): boolean {
    const token = this.#peek();
    return (token.type === "symbol" || token.type === "name") && token.text.toLowerCase() === text;
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected();
  }

  #unexpected(): QuerySyntaxError {
    const { text, type, start, end } = this.#peek();
    const shown = type === "end" ? "end of input" : text;
    return new QuerySyntaxError(`unexpected symbol found ${shown} at position ${start}`, start, end);
  }
}

function regular({ text, flags, start, end }: Token): RegExp {
  // Java's way of ignoring case.
  const ignoring = text.startsWith("(?i)");
  try {
    return new RegExp(ignoring ? text.slice(4) : text, ignoring || flags?.includes("i") ? "i" : "");
  } catch {
    throw new QuerySyntaxError(`the pattern /${text}/ is not valid`, start, end);
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Each star is a value; the last goes to the end. */
function glob(text: string): RegExp {
  const parts = text.split("*").map(escaped);
  return new RegExp(
    parts
      .map((part, at) =>
        at === 0 ? part : `(${at === parts.length - 1 && part === "" ? ".*" : ".*?"})${part}`,
      )
      .join(""),
    "s",
  );
}
