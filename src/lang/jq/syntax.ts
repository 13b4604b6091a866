// jq's syntax: what programs are made of, and the tokens they are written in.
// https://jqlang.org/manual/v1.6/

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export type Operator =
  | "+" | "-" | "*" | "/" | "%"
  | "==" | "!=" | "<" | "<=" | ">" | ">="
  | "and" | "or" | "//"; // biome-ignore format: by precedence

export type Node =
  | { readonly type: "identity" }
  | { readonly type: "recurse" }
  | { readonly type: "literal"; readonly value: Json }
  | { readonly type: "text"; readonly format: string | undefined; readonly parts: readonly (string | Node)[] }
  | { readonly type: "format"; readonly name: string }
  | { readonly type: "index"; readonly of: Node; readonly at: Node }
  | { readonly type: "slice"; readonly of: Node; readonly from?: Node; readonly to?: Node }
  | { readonly type: "each"; readonly of: Node }
  | { readonly type: "pipe" | "comma"; readonly left: Node; readonly right: Node }
  | { readonly type: "binary"; readonly operator: Operator; readonly left: Node; readonly right: Node }
  | { readonly type: "negate"; readonly of: Node }
  | { readonly type: "array"; readonly of: Node | undefined }
  | { readonly type: "object"; readonly members: readonly { readonly key: Node; readonly value: Node }[] }
  | { readonly type: "variable"; readonly name: string }
  | { readonly type: "bind"; readonly of: Node; readonly pattern: Pattern; readonly body: Node }
  | {
      readonly type: "reduce" | "foreach";
      readonly of: Node;
      readonly pattern: Pattern;
      readonly start: Node;
      readonly update: Node;
      readonly extract?: Node;
    }
  | { readonly type: "if"; readonly condition: Node; readonly then: Node; readonly otherwise: Node }
  | { readonly type: "try"; readonly body: Node; readonly handler?: Node }
  | { readonly type: "call"; readonly name: string; readonly parameters: readonly Node[] }
  | { readonly type: "define"; readonly definition: Definition; readonly body: Node };

export interface Definition {
  readonly name: string;
  /** With a `$` where a value is meant, not a filter. */
  readonly parameters: readonly string[];
  readonly body: Node;
}

/** What `as` binds: `$x`, `[$a, $b]`, `{a: $b}`. */
export type Pattern =
  | { readonly type: "variable"; readonly name: string }
  | { readonly type: "array"; readonly items: readonly Pattern[] }
  | {
      readonly type: "object";
      readonly members: readonly { readonly key: Node; readonly pattern: Pattern }[];
    };

/** The program is none; or it failed on its input, with any value as the error. */
export class JqError extends Error {
  override readonly name = "JqError";
  readonly value: Json;

  constructor(value: Json) {
    super(typeof value === "string" ? value : `${JSON.stringify(value)} (not a string)`);
    this.value = value;
  }
}

export type Token =
  | {
      readonly type: "operator" | "keyword" | "name" | "field" | "variable" | "format";
      readonly text: string;
    }
  | { readonly type: "number"; readonly value: number }
  | { readonly type: "string"; readonly parts: readonly (string | readonly Token[])[] }
  | { readonly type: "end" };

const keywords = new Set(
  "def if then elif else end as reduce foreach try catch and or label import include __loc__".split(" "),
);

const spaces = /(?:\s|#[^\n]*)+/y;
const patterns = [
  ["number", /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["field", /\.[A-Za-z_]\w*/y],
  ["variable", /\$(?:[A-Za-z_]\w*::)*[A-Za-z_]\w*/y],
  ["format", /@[A-Za-z0-9_]+/y],
  ["name", /(?:[A-Za-z_]\w*::)*[A-Za-z_]\w*/y],
  ["operator", /\?\/\/|\/\/=|\|=|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|\/\/|\.\.|[|,+\-*/%<>=.[\](){}:;?]/y],
] as const;

export function tokenize(source: string): readonly Token[] {
  const { tokens, at } = scan(source, 0, undefined);
  if (at < source.length) throw new JqError(`syntax error, unexpected ')'`);
  return [...tokens, { type: "end" }];
}

interface Scanned {
  readonly tokens: readonly Token[];
  readonly at: number;
}

/** Within a text, up to the parenthesis that closes the expression. */
function scan(source: string, start: number, closing: ")" | undefined): Scanned {
  const tokens: Token[] = [];
  let at = start;
  let depth = 0;
  while (at < source.length) {
    spaces.lastIndex = at;
    const space = spaces.exec(source);
    if (space !== null) {
      at += space[0].length;
      continue;
    }
    if (source[at] === '"') {
      const text = scanText(source, at + 1);
      tokens.push({ type: "string", parts: text.parts });
      at = text.at;
      continue;
    }
    if (source[at] === ")" && closing !== undefined && depth === 0) return { tokens, at };
    const token = next(source, at);
    if (token === undefined) throw new JqError(`syntax error, unexpected ${JSON.stringify(source[at])}`);
    if (token.text === "(") depth++;
    if (token.text === ")") depth--;
    tokens.push(token.token);
    at += token.text.length;
  }
  if (closing !== undefined) throw new JqError("syntax error, unexpected end of file");
  return { tokens, at };
}

function next(source: string, at: number): { readonly token: Token; readonly text: string } | undefined {
  for (const [type, pattern] of patterns) {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0];
    if (text === undefined) continue;
    if (type === "number") return { token: { type, value: Number(text) }, text };
    if (type === "name" && keywords.has(text)) return { token: { type: "keyword", text }, text };
    return { token: { type, text }, text };
  }
  return undefined;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t",
}; // biome-ignore format: one line reads best

function scanText(source: string, start: number) {
  const parts: (string | readonly Token[])[] = [];
  let text = "";
  let at = start;
  while (at < source.length) {
    const letter = source[at]!;
    if (letter === '"') {
      parts.push(text);
      return { parts, at: at + 1 };
    }
    if (letter !== "\\") {
      text += letter;
      at++;
      continue;
    }
    const code = source[at + 1] ?? "";
    if (code === "(") {
      const inside = scan(source, at + 2, ")");
      parts.push(text, [...inside.tokens, { type: "end" }]);
      text = "";
      at = inside.at + 1;
    } else if (code === "u" && /^[0-9a-fA-F]{4}$/.test(source.slice(at + 2, at + 6))) {
      text += String.fromCharCode(Number.parseInt(source.slice(at + 2, at + 6), 16));
      at += 6;
    } else {
      const plain = escapes[code];
      if (plain === undefined) throw new JqError(`syntax error, invalid escape \\${code}`);
      text += plain;
      at += 2;
    }
  }
  throw new JqError("syntax error, unterminated string literal");
}
