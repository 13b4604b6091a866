// Space-delimited patterns: `[ip, user, ..., status = 4*, bytes > 1000]`.

import type { MessageFilter } from "./filter.ts";
import { type Comparison, compareText, FilterSyntaxError, regex } from "./syntax.ts";
import { TokenReader, tokenize } from "./tokens.ts";

type Column = "rest" | ((text: string) => boolean);
const comparisons: readonly string[] = ["=", "!=", "<", "<=", ">", ">="];

export function compileColumns(pattern: string): MessageFilter {
  const reader = new TokenReader(tokenize(pattern, /[\s=!<>(){}[\],&|]/));
  reader.expect("[");
  const columns: Column[] = [];
  if (!reader.accept("]")) {
    do columns.push(column(reader));
    while (reader.accept(","));
    reader.expect("]");
  }
  if (columns.filter((each) => each === "rest").length > 1)
    throw new FilterSyntaxError("Only one ... is allowed");
  const at = columns.indexOf("rest");
  const head = (at < 0 ? columns : columns.slice(0, at)) as ((text: string) => boolean)[];
  const tail = (at < 0 ? [] : columns.slice(at + 1)) as ((text: string) => boolean)[];
  return (message) => {
    const fields = split(message);
    if (at < 0 ? fields.length !== head.length : fields.length < head.length + tail.length) return false;
    const end = fields.slice(fields.length - tail.length);
    return head.every((test, n) => test(fields[n]!)) && tail.every((test, n) => test(end[n]!));
  };
}

function column(reader: TokenReader): Column {
  if (reader.accept("...")) return "rest";
  const tests = [condition(reader)];
  let any = false;
  for (;;) {
    if (reader.accept("||")) any = true;
    else if (!reader.accept("&&")) break;
    tests.push(condition(reader));
  }
  return (text) => (any ? tests.some((test) => test(text)) : tests.every((test) => test(text)));
}

function condition(reader: TokenReader): (text: string) => boolean {
  if (reader.next().kind !== "word") throw new FilterSyntaxError("A column needs a name");
  if (!comparisons.includes(reader.peek().text)) return () => true;
  const sign = reader.next().text as Comparison;
  const value = reader.next();
  if (value.kind === "regex") {
    const test = regex(value.text);
    return sign === "!=" ? (field) => !test(field) : test;
  }
  if (value.kind !== "word" && value.kind !== "string") throw new FilterSyntaxError("A value is missing");
  return compareText(sign, value.text, value.kind === "string");
}

/** Fields stand between spaces; brackets and quotes keep theirs together. */
function split(message: string): readonly string[] {
  const fields: string[] = [];
  for (const match of message.matchAll(/\[([^\]]*)\]|"([^"]*)"|(\S+)/g)) {
    fields.push(match[1] ?? match[2] ?? match[3]!);
  }
  return fields;
}
