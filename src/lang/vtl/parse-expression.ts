// Expressions: what stands in the brackets of directives and methods, and the
// references that lead to values.

import { parseNodes } from "./parse.ts";
import { Reader } from "./reader.ts";
import type { Access, BinaryOperator, Expression, Node, Reference } from "./syntax.ts";

/** Loosest first. */
const operators: readonly (readonly [RegExp, Readonly<Record<string, BinaryOperator>>])[] = [
  [/\|\||or\b/y, { "||": "or", or: "or" }],
  [/&&|and\b/y, { "&&": "and", and: "and" }],
  [/==|!=|eq\b|ne\b/y, { "==": "eq", "!=": "ne", eq: "eq", ne: "ne" }],
  [
    /<=|>=|<|>|(?:le|ge|lt|gt)\b/y,
    { "<=": "le", ">=": "ge", "<": "lt", ">": "gt", le: "le", ge: "ge", lt: "lt", gt: "gt" },
  ],
  [/[+-]/y, { "+": "+", "-": "-" }],
  [/[*/%]/y, { "*": "*", "/": "/", "%": "%" }],
];

export function readExpression(reader: Reader, level = 0): Expression {
  const tier = operators[level];
  if (tier === undefined) return readUnary(reader);
  const [expression, names] = tier;
  let left = readExpression(reader, level + 1);
  for (;;) {
    reader.space();
    const sign = reader.take(expression);
    if (sign === undefined) return left;
    left = { kind: "binary", operator: names[sign[0]]!, left, right: readExpression(reader, level + 1) };
  }
}

function readUnary(reader: Reader): Expression {
  reader.space();
  if (reader.take(/!|not\b/y)) return reader.nested(() => ({ kind: "not", of: readUnary(reader) }));
  return readPrimary(reader);
}

function readPrimary(reader: Reader): Expression {
  const number = reader.take(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  if (number !== undefined) return { kind: "literal", value: Number(number[0]) };
  const word = reader.take(/(?:true|false)\b/y);
  if (word !== undefined) return { kind: "literal", value: word[0] === "true" };
  if (reader.takeText("(")) {
    return reader.nested(() => {
      const inner = readExpression(reader);
      reader.space();
      reader.expect(")");
      return inner;
    });
  }
  if (reader.takeText("[")) return reader.nested(() => readList(reader));
  if (reader.takeText("{")) return reader.nested(() => readMap(reader));
  if (reader.look(/['"]/y)) return readText(reader);
  const start = readReferenceStart(reader);
  if (start === undefined) throw reader.error("an expression is expected");
  return { kind: "reference", reference: start.reference };
}

function readList(reader: Reader): Expression {
  const items: Expression[] = [];
  reader.space();
  if (reader.takeText("]")) return { kind: "list", items };
  for (;;) {
    items.push(readExpression(reader));
    reader.space();
    if (items.length === 1 && reader.takeText("..")) {
      const to = readExpression(reader);
      reader.space();
      reader.expect("]");
      return { kind: "range", from: items[0]!, to };
    }
    if (reader.takeText("]")) return { kind: "list", items };
    reader.expect(",");
  }
}

function readMap(reader: Reader): Expression {
  const entries: [Expression, Expression][] = [];
  reader.space();
  if (reader.takeText("}")) return { kind: "map", entries };
  for (;;) {
    const key = readExpression(reader);
    reader.space();
    reader.expect(":");
    entries.push([key, readExpression(reader)]);
    reader.space();
    if (reader.takeText("}")) return { kind: "map", entries };
    reader.expect(",");
    reader.space();
  }
}

/** Backslashes mean nothing in a text; its own quotation mark is written twice. Only double quotes interpolate. */
function readText(reader: Reader): Expression {
  const quoted = reader.take(/'((?:[^']|'')*)'|"((?:[^"]|"")*)"/y);
  if (quoted === undefined) throw reader.error("the text does not end");
  if (quoted[1] !== undefined) return { kind: "literal", value: quoted[1].replaceAll("''", "'") };
  const text = quoted[2]!.replaceAll('""', '"');
  if (!/[$#]/.test(text)) return { kind: "literal", value: text };
  return reader.nested(() => ({ kind: "text", nodes: wholeText(new Reader(text, reader.depth)) }));
}

function wholeText(reader: Reader): readonly Node[] {
  const { nodes, end } = parseNodes(reader);
  if (end !== undefined) throw reader.error(`#${end} without its beginning`);
  return nodes;
}

/** A reference that begins here: `$a`, `$!a`, `${a}`; undefined where the dollar is only text. */
export function readReferenceStart(
  reader: Reader,
): { readonly reference: Reference; readonly quiet: boolean } | undefined {
  const start = reader.take(/\$(!?)(\{?)([A-Za-z_][\w-]*)/y);
  if (start === undefined) return undefined;
  const formal = start[2] === "{";
  const path: Access[] = [];
  for (;;) {
    const access = readAccess(reader);
    if (access === undefined) break;
    path.push(access);
  }
  if (formal) reader.expect("}");
  return { reference: { name: start[3]!, path }, quiet: start[1] === "!" };
}

function readAccess(reader: Reader): Access | undefined {
  if (reader.takeText("[")) {
    return reader.nested(() => {
      const at = readExpression(reader);
      reader.space();
      reader.expect("]");
      return { kind: "index", at };
    });
  }
  const member = reader.take(/\.([A-Za-z_][\w-]*)/y);
  if (member === undefined) return undefined;
  const name = member[1]!;
  if (!reader.takeText("(")) return { kind: "property", name };
  return reader.nested(() => ({ kind: "call", name, parameters: readParameters(reader) }));
}

function readParameters(reader: Reader): readonly Expression[] {
  const parameters: Expression[] = [];
  reader.space();
  if (reader.takeText(")")) return parameters;
  for (;;) {
    parameters.push(readExpression(reader));
    reader.space();
    if (reader.takeText(")")) return parameters;
    reader.expect(",");
  }
}
