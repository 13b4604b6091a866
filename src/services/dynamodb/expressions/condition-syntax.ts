// The grammar of condition, filter and key condition expressions: text to
// tree. What depends on the request's values is checked later, at each use.

import type { ExpressionKind } from "./errors.ts";
import { type Names, type Path, parsePath, resolvePath, showPath, type WrittenPath } from "./path.ts";
import { TokenStream } from "./token-stream.ts";

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

export type Operand =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly name: string }
  | { readonly kind: "size"; readonly operand: Operand };

export type ConditionFunction =
  | "attribute_exists"
  | "attribute_not_exists"
  | "attribute_type"
  | "begins_with"
  | "contains";

export type Condition =
  | {
      readonly kind: "comparison";
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly kind: "between"; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: "in"; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "not"; readonly condition: Condition }
  | { readonly kind: "function"; readonly name: ConditionFunction; readonly operands: readonly Operand[] };

export interface ParsedCondition {
  readonly condition: Condition;
  /** First elements of all paths, distinct. */
  readonly attributes: readonly string[];
  /** Distinct `#name`s and `:value`s, in order of appearance. */
  readonly placeholders: readonly string[];
  readonly values: readonly string[];
}

export const maximumOperators = 300;
const maximumInOperands = 100;

const comparators: ReadonlySet<string> = new Set(["=", "<>", "<", "<=", ">", ">="]);
const operandCounts: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};
const updateFunctions: ReadonlySet<string> = new Set(["if_not_exists", "list_append"]);

type Node = Condition | Operand;

export function parseCondition(
  kind: ExpressionKind,
  text: string,
  names: Names | undefined,
): ParsedCondition {
  const parser = new ConditionParser(new TokenStream(kind, text));
  return parser.parse(names);
}

class ConditionParser {
  readonly #stream: TokenStream;
  readonly #paths: WrittenPath[] = [];
  readonly #values = new Set<string>();
  #operators = 0;
  #depth = 0;

  constructor(stream: TokenStream) {
    this.#stream = stream;
  }

  parse(names: Names | undefined): ParsedCondition {
    const condition = this.#condition(this.#disjunction());
    this.#stream.expectEnd();
    const placeholders = new Set<string>();
    for (const path of this.#paths) {
      for (const element of path) {
        if (typeof element === "string" && element.startsWith("#")) placeholders.add(element);
      }
      resolvePath(this.#stream, path, names);
    }
    if (this.#operators > maximumOperators) {
      throw this.#tooManyOperators(this.#operators);
    }
    this.#refuseSameOperands(condition);
    const attributes = [...new Set(this.#paths.map((path) => path[0] as string))];
    return { condition, attributes, placeholders: [...placeholders], values: [...this.#values] };
  }

  #disjunction(): Node {
    let left = this.#conjunction();
    while (this.#stream.atKeyword("OR")) {
      const before = this.#condition(left);
      this.#stream.next();
      left = { kind: "or", left: before, right: this.#condition(this.#conjunction()) };
      this.#operators += 1;
    }
    return left;
  }

  #conjunction(): Node {
    let left = this.#negation();
    while (this.#stream.atKeyword("AND")) {
      const before = this.#condition(left);
      this.#stream.next();
      left = { kind: "and", left: before, right: this.#condition(this.#negation()) };
      this.#operators += 1;
    }
    return left;
  }

  #negation(): Node {
    let negations = 0;
    while (this.#stream.acceptKeyword("NOT")) negations += 1;
    if (negations === 0) return this.#comparison();
    this.#operators += negations;
    let condition = this.#condition(this.#comparison());
    for (; negations > 0; negations -= 1) condition = { kind: "not", condition };
    return condition;
  }

  #comparison(): Node {
    const left = this.#primary();
    const stream = this.#stream;
    const token = stream.peek();
    if (token.kind === "symbol" && comparators.has(token.text)) {
      const operand = this.#operand(left);
      stream.next();
      this.#operators += 1;
      const right = this.#operand(this.#primary());
      return { kind: "comparison", comparator: token.text as Comparator, left: operand, right };
    }
    if (stream.atKeyword("BETWEEN")) {
      const operand = this.#operand(left);
      stream.next();
      this.#operators += 1;
      const low = this.#operand(this.#primary());
      if (!stream.acceptKeyword("AND")) throw stream.syntaxError();
      return { kind: "between", operand, low, high: this.#operand(this.#primary()) };
    }
    if (stream.atKeyword("IN")) {
      const operand = this.#operand(left);
      stream.next();
      this.#operators += 1;
      return { kind: "in", operand, list: this.#list() };
    }
    return left;
  }

  #list(): Operand[] {
    this.#stream.expectSymbol("(");
    const list = [this.#operand(this.#primary())];
    while (this.#stream.acceptSymbol(",")) list.push(this.#operand(this.#primary()));
    this.#stream.expectSymbol(")");
    if (list.length > maximumInOperands) throw this.#wrongCount("IN", list.length);
    return list;
  }

  #primary(): Node {
    this.#depth += 1;
    // More than the operators allowed can only be needless parentheses, or an attack on the stack.
    if (this.#depth > maximumOperators) throw this.#tooManyOperators(this.#depth);
    const node = this.#plainPrimary();
    this.#depth -= 1;
    return node;
  }

  #plainPrimary(): Node {
    const stream = this.#stream;
    const token = stream.peek();
    if (stream.acceptSymbol("(")) {
      const redundant = stream.atSymbol("(");
      const inner = this.#disjunction();
      // `((a = :b) AND c)` is fine: the inner pair does not reach the outer one's end.
      const closedTwice = redundant && this.#parenthesised === inner;
      stream.expectSymbol(")");
      if (closedTwice) throw stream.error("The expression has redundant parentheses;");
      this.#parenthesised = inner;
      return inner;
    }
    if (token.kind === "value") {
      stream.next();
      this.#values.add(token.text);
      return { kind: "value", name: token.text };
    }
    const following = stream.peek(1);
    if (token.kind === "name" && following.kind === "symbol" && following.text === "(") return this.#call();
    const path = parsePath(stream);
    this.#paths.push(path);
    return { kind: "path", path };
  }

  /** What the last closed pair of parentheses held. */
  #parenthesised: Node | undefined;

  #call(): Node {
    const stream = this.#stream;
    const name = stream.next().text;
    stream.next();
    this.#operators += 1;
    const nodes = [this.#primary()];
    while (stream.acceptSymbol(",")) nodes.push(this.#primary());
    stream.expectSymbol(")");
    if (updateFunctions.has(name)) {
      throw stream.error(`The function is not allowed in a ${this.#readableKind()}; function: ${name}`);
    }
    const count = Object.hasOwn(operandCounts, name) ? operandCounts[name] : undefined;
    if (count === undefined) throw stream.error(`Invalid function name; function: ${name}`);
    if (nodes.length !== count) throw this.#wrongCount(name, nodes.length);
    const operands = nodes.map((node) => this.#operand(node));
    if (name === "size") return { kind: "size", operand: operands[0]! };
    if (name.startsWith("attribute_") && operands[0]!.kind !== "path" && name !== "attribute_type") {
      throw stream.error(`Operator or function requires a document path; operator or function: ${name}`);
    }
    return { kind: "function", name: name as ConditionFunction, operands };
  }

  #readableKind(): string {
    return this.#stream.kind.replace("Expression", " expression").replace("KeyC", "key c").toLowerCase();
  }

  #tooManyOperators(count: number): Error {
    return this.#stream.error(`The expression contains too many operators; operator count: ${count}`);
  }

  #wrongCount(name: string, count: number): Error {
    return this.#stream.error(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`,
    );
  }

  #condition(node: Node): Condition {
    if (node.kind === "path" || node.kind === "value") throw this.#stream.syntaxError();
    if (node.kind === "size") {
      throw this.#stream.error(
        "The function is not allowed to be used this way in an expression; function: size",
      );
    }
    return node;
  }

  #operand(node: Node): Operand {
    if (node.kind === "path" || node.kind === "value" || node.kind === "size") return node;
    if (node.kind === "function") {
      throw this.#stream.error(
        `The function is not allowed to be used this way in an expression; function: ${node.name}`,
      );
    }
    throw this.#stream.syntaxError();
  }

  /** `a = a` compares a thing with itself, which AWS takes for a mistake. */
  #refuseSameOperands(condition: Condition): void {
    switch (condition.kind) {
      case "and":
      case "or":
        this.#refuseSameOperands(condition.left);
        this.#refuseSameOperands(condition.right);
        return;
      case "not":
        this.#refuseSameOperands(condition.condition);
        return;
      case "comparison":
        this.#refuseSame(condition.comparator, condition.left, [condition.right]);
        return;
      case "between":
        this.#refuseSame("BETWEEN", condition.operand, [condition.low, condition.high]);
        return;
      case "in":
        this.#refuseSame("IN", condition.operand, condition.list);
        return;
      case "function":
        this.#refuseSame(condition.name, condition.operands[0]!, condition.operands.slice(1));
    }
  }

  #refuseSame(operator: string, first: Operand, others: readonly Operand[]): void {
    if (first.kind !== "path") return;
    const shown = showPath(first.path);
    if (others.some((other) => other.kind === "path" && showPath(other.path) === shown)) {
      throw this.#stream.error(
        "The first operand must be distinct from the remaining operands for this operator or function; " +
          `operator: ${operator}, first operand: ${shown}`,
      );
    }
  }
}
