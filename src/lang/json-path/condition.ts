// The condition of a filter: comparisons, joined by `&&`, `||`, `!` and
// parentheses.

import { readOperand } from "./operand.ts";
import { JsonPathError } from "./path-error.ts";
import type { Reader } from "./reader.ts";
import type { Condition } from "./segment.ts";

export function readCondition(reader: Reader): Condition {
  return reader.nested(() => readJoined(reader, "||", "any", () => readAll(reader)));
}

function readAll(reader: Reader): Condition {
  return readJoined(reader, "&&", "all", () => readOne(reader));
}

function readJoined(reader: Reader, sign: string, kind: "all" | "any", read: () => Condition): Condition {
  const first = read();
  const of = [first];
  reader.space();
  while (reader.take(sign)) {
    of.push(read());
    reader.space();
  }
  return of.length === 1 ? first : { kind, of };
}

function readOne(reader: Reader): Condition {
  reader.space();
  if (reader.peek() === "!" && reader.text[reader.at + 1] !== "=") {
    reader.take("!");
    return { kind: "not", of: reader.nested(() => readOne(reader)) };
  }
  if (reader.take("(")) {
    const inner = readCondition(reader);
    reader.space();
    reader.expect(")");
    return inner;
  }
  const left = readOperand(reader);
  reader.space();
  const operator = readOperator(reader);
  if (operator === undefined) {
    if (left.kind !== "path") throw new JsonPathError("A filter needs a path or a comparison");
    return { kind: "exists", of: left };
  }
  const right = readOperand(reader);
  if ((operator === "=~") !== (right.kind === "pattern")) {
    throw new JsonPathError("The operator =~ compares with a pattern: /.../");
  }
  return { kind: "comparison", left, operator, right };
}

const signs = ["==", "!=", "=~", "<=", ">=", "<", ">"];
const words = ["in", "nin", "subsetof", "anyof", "noneof", "size", "empty", "contains"];

function readOperator(reader: Reader): string | undefined {
  const sign = signs.find((each) => reader.take(each));
  if (sign !== undefined) return sign;
  const word = /^[a-zA-Z]+/.exec(reader.text.slice(reader.at, reader.at + 10))?.[0].toLowerCase();
  if (word === undefined || !words.includes(word)) return undefined;
  reader.at += word.length;
  return word;
}
