// What queries of CloudWatch Logs Insights are made of.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html

export type Expression =
  | { readonly type: "field"; readonly name: string }
  | { readonly type: "literal"; readonly value: string | number | boolean }
  | { readonly type: "duration"; readonly milliseconds: number }
  | { readonly type: "list"; readonly items: readonly Expression[] }
  | { readonly type: "star" }
  | { readonly type: "call"; readonly name: string; readonly parameters: readonly Expression[] }
  | { readonly type: "not" | "negate"; readonly of: Expression }
  | {
      readonly type: "binary";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly type: "match"; readonly of: Expression; readonly pattern: RegExp };

/** An expression and the name of its column. */
export interface Named {
  readonly expression: Expression;
  readonly name: string;
}

export type Command =
  | { readonly type: "fields"; readonly columns: readonly Named[] }
  | { readonly type: "display"; readonly columns: readonly Named[] }
  | { readonly type: "filter"; readonly condition: Expression }
  | {
      readonly type: "parse";
      readonly of: Expression;
      readonly pattern: RegExp;
      readonly names: readonly string[];
    }
  | { readonly type: "stats"; readonly aggregates: readonly Named[]; readonly by: readonly Named[] }
  | {
      readonly type: "sort";
      readonly by: readonly { readonly expression: Expression; readonly descending: boolean }[];
    }
  | { readonly type: "limit"; readonly count: number }
  | { readonly type: "dedup"; readonly by: readonly Expression[] };

/** The query is none. */
export class QuerySyntaxError extends Error {
  override readonly name = "QuerySyntaxError";
  readonly start: number;
  readonly end: number;

  constructor(message: string, start: number, end: number) {
    super(message);
    this.start = start;
    this.end = end;
  }
}

export interface Token {
  readonly type: "name" | "quoted" | "text" | "number" | "duration" | "pattern" | "symbol" | "end";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Of a pattern, `i` and the like. */
  readonly flags?: string;
}

const spaces = /(?:\s|#[^\n]*)+/y;
const duration =
  /\d+\s*(?:milliseconds?|ms|seconds?|s|minutes?|m|hours?|h|days?|d|weeks?|w|months?|mo|quarters?|q|years?|y)\b/y;
const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const name = /[@A-Za-z_][\w@.]*(?:\.\w+)*/y;
const symbol = /=~|!=|<=|>=|[=<>+\-*/%^(),|[\]]/y;

export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const read = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  const push = (type: Token["type"], text: string, length: number, flags?: string): void => {
    tokens.push({ type, text, start: at, end: at + length, ...(flags !== undefined && { flags }) });
    at += length;
  };
  while (at < source.length) {
    const space = read(spaces);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const letter = source[at]!;
    if (letter === '"' || letter === "'" || letter === "`") {
      const end = closing(source, at, letter);
      const text = source.slice(at + 1, end);
      if (letter === "`") push("quoted", text, end + 1 - at);
      else push("text", text.replace(/\\(["'\\])/g, "$1"), end + 1 - at);
    } else if (letter === "/" && takesPattern(tokens)) {
      const end = closing(source, at, "/");
      const flags = /^[a-z]*/.exec(source.slice(end + 1))![0];
      push("pattern", source.slice(at + 1, end), end + 1 + flags.length - at, flags);
    } else {
      const found =
        read(duration) !== undefined
          ? (["duration", read(duration)!] as const)
          : read(number) !== undefined
            ? (["number", read(number)!] as const)
            : read(name) !== undefined
              ? (["name", read(name)!] as const)
              : (["symbol", read(symbol)] as const);
      const [type, text] = found;
      if (text === undefined) {
        throw new QuerySyntaxError(`unexpected symbol found ${letter} at position ${at}`, at, at + 1);
      }
      push(type, text, text.length);
    }
  }
  tokens.push({ type: "end", text: "", start: source.length, end: source.length });
  return tokens;
}

/** After a value a slash divides. */
function takesPattern(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1);
  if (last === undefined || last.type === "symbol") return last?.text !== ")" && last?.text !== "]";
  if (last.type === "number" || last.type === "duration" || last.type === "text") return false;
  return /^(like|parse)$/i.test(last.text) || tokens.at(-2)?.text.toLowerCase() === "parse";
}

function closing(source: string, start: number, mark: string): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === "\\" && mark !== "`") at++;
    else if (source[at] === mark) return at;
  }
  throw new QuerySyntaxError(`unterminated ${mark} at position ${start}`, start, source.length);
}
