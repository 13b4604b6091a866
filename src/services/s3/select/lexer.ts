// Cuts S3 Select's SQL into tokens.

import { Fault } from "../../../core/fault.ts";

export interface Token {
  readonly kind: "word" | "name" | "text" | "number" | "symbol" | "end";
  readonly text: string;
  readonly at: number;
}

const longest = 256 * 1024;
const form =
  /\s+|--[^\n]*|([A-Za-z_][A-Za-z0-9_$]*)|"((?:[^"]|"")*)"|'((?:[^']|'')*)'|(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(<=|>=|<>|!=|\|\||[-+*/%<>=(),.[\];])/y;

export function tokens(text: string): readonly Token[] {
  if (text.length > longest) throw refused("ExpressionTooLong", "The SQL expression is too long");
  const found: Token[] = [];
  form.lastIndex = 0;
  for (let at = 0; at < text.length; at = form.lastIndex) {
    form.lastIndex = at;
    const match = form.exec(text);
    if (match === null) {
      throw refused(
        "LexerInvalidChar",
        `The SQL expression contains an invalid character at position ${at + 1}.`,
      );
    }
    const [, word, name, quoted, number, symbol] = match;
    if (word !== undefined) found.push({ kind: "word", text: word, at });
    else if (name !== undefined) found.push({ kind: "name", text: name.replaceAll('""', '"'), at });
    else if (quoted !== undefined) found.push({ kind: "text", text: quoted.replaceAll("''", "'"), at });
    else if (number !== undefined) found.push({ kind: "number", text: number, at });
    else if (symbol !== undefined) found.push({ kind: "symbol", text: symbol, at });
  }
  return [...found, { kind: "end", text: "end of expression", at: text.length }];
}

export function refused(code: string, message: string): Fault {
  return new Fault("s3", code, message, { status: 400 });
}
