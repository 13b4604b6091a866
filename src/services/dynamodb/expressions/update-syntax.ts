// The grammar of update expressions: text to a list of actions.

import { maximumOperators } from "./condition-syntax.ts";
import { type Names, type Path, parsePath, refuseOverlap, resolvePath, type WrittenPath } from "./path.ts";
import { TokenStream } from "./token-stream.ts";

export type UpdateOperand =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly name: string }
  | {
      readonly kind: "arithmetic";
      readonly operator: "+" | "-";
      readonly left: UpdateOperand;
      readonly right: UpdateOperand;
    }
  | { readonly kind: "if_not_exists"; readonly path: Path; readonly otherwise: UpdateOperand }
  | { readonly kind: "list_append"; readonly left: UpdateOperand; readonly right: UpdateOperand };

export type UpdateAction =
  | { readonly kind: "SET"; readonly path: Path; readonly operand: UpdateOperand }
  | { readonly kind: "REMOVE"; readonly path: Path }
  | { readonly kind: "ADD" | "DELETE"; readonly path: Path; readonly value: string };

export interface ParsedUpdate {
  readonly actions: readonly UpdateAction[];
  readonly placeholders: readonly string[];
  readonly values: readonly string[];
}

const sections = ["SET", "REMOVE", "ADD", "DELETE"] as const;
const conditionFunctions: ReadonlySet<string> = new Set([
  "attribute_exists",
  "attribute_not_exists",
  "attribute_type",
  "begins_with",
  "contains",
  "size",
]);

export function parseUpdate(text: string, names: Names | undefined): ParsedUpdate {
  return new UpdateParser(new TokenStream("UpdateExpression", text)).parse(names);
}

class UpdateParser {
  readonly #stream: TokenStream;
  readonly #paths: WrittenPath[] = [];
  readonly #values = new Set<string>();
  readonly #actions: UpdateAction[] = [];
  #operators = 0;
  #depth = 0;

  constructor(stream: TokenStream) {
    this.#stream = stream;
  }

  parse(names: Names | undefined): ParsedUpdate {
    const stream = this.#stream;
    const seen = new Set<string>();
    do {
      const section = sections.find((keyword) => stream.acceptKeyword(keyword));
      if (section === undefined) throw stream.syntaxError();
      if (seen.has(section)) {
        throw stream.error(`The "${section}" section can only be used once in an update expression;`);
      }
      seen.add(section);
      do this.#action(section);
      while (stream.acceptSymbol(","));
    } while (stream.peek().kind !== "end");
    const placeholders = new Set<string>();
    for (const path of this.#paths) {
      for (const element of path) {
        if (typeof element === "string" && element.startsWith("#")) placeholders.add(element);
      }
      resolvePath(stream, path, names);
    }
    if (this.#operators > maximumOperators) {
      throw stream.error(`The expression contains too many operators; operator count: ${this.#operators}`);
    }
    refuseOverlap(
      stream,
      this.#actions.map((action) => action.path),
    );
    return { actions: this.#actions, placeholders: [...placeholders], values: [...this.#values] };
  }

  #action(section: (typeof sections)[number]): void {
    const path = this.#path();
    this.#operators += 1;
    if (section === "SET") {
      this.#stream.expectSymbol("=");
      this.#actions.push({ kind: section, path, operand: this.#sum() });
    } else if (section === "REMOVE") {
      this.#actions.push({ kind: section, path });
    } else {
      const token = this.#stream.peek();
      if (token.kind !== "value") throw this.#stream.syntaxError();
      this.#stream.next();
      this.#values.add(token.text);
      this.#actions.push({ kind: section, path, value: token.text });
    }
  }

  #path(): Path {
    const path = parsePath(this.#stream);
    this.#paths.push(path);
    return path;
  }

  /** One operand, or two with a sign between: `a + b + c` is not in the grammar. */
  #sum(): UpdateOperand {
    const left = this.#operand();
    const stream = this.#stream;
    const operator = stream.atSymbol("+") ? "+" : stream.atSymbol("-") ? "-" : undefined;
    if (operator === undefined) return left;
    stream.next();
    this.#operators += 1;
    return { kind: "arithmetic", operator, left, right: this.#operand() };
  }

  #operand(): UpdateOperand {
    this.#depth += 1;
    if (this.#depth > maximumOperators) throw this.#stream.syntaxError();
    const operand = this.#plainOperand();
    this.#depth -= 1;
    return operand;
  }

  #plainOperand(): UpdateOperand {
    const stream = this.#stream;
    const token = stream.peek();
    if (stream.acceptSymbol("(")) {
      const inner = this.#sum();
      stream.expectSymbol(")");
      return inner;
    }
    if (token.kind === "value") {
      stream.next();
      this.#values.add(token.text);
      return { kind: "value", name: token.text };
    }
    const following = stream.peek(1);
    if (token.kind === "name" && following.kind === "symbol" && following.text === "(") return this.#call();
    return { kind: "path", path: this.#path() };
  }

  #call(): UpdateOperand {
    const stream = this.#stream;
    const name = stream.next().text;
    stream.next();
    this.#operators += 1;
    const operands = [this.#operand()];
    while (stream.acceptSymbol(",")) operands.push(this.#operand());
    stream.expectSymbol(")");
    if (conditionFunctions.has(name)) {
      throw stream.error(`The function is not allowed in an update expression; function: ${name}`);
    }
    if (name !== "if_not_exists" && name !== "list_append") {
      throw stream.error(`Invalid function name; function: ${name}`);
    }
    const [first, second] = operands;
    if (first === undefined || second === undefined || operands.length !== 2) {
      throw stream.error(
        `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
      );
    }
    if (name === "list_append") return { kind: name, left: first, right: second };
    if (first.kind !== "path") {
      throw stream.error(`Operator or function requires a document path; operator or function: ${name}`);
    }
    return { kind: name, path: first.path, otherwise: second };
  }
}
