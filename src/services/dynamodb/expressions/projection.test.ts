import { expect, test } from "vitest";
import type { Item } from "../values/attribute-value.ts";
import { Expressions } from "./expressions.ts";

const item: Item = {
  a: { S: "x" },
  m: { M: { one: { N: "1" }, two: { M: { deep: { S: "y" } } } } },
  l: { L: [{ N: "0" }, { N: "1" }, { M: { k: { S: "z" } } }] },
};

test.each<[string, Item]>([
  ["a", { a: { S: "x" } }],
  ["absent", {}],
  ["m.one, a", { m: { M: { one: { N: "1" } } }, a: { S: "x" } }],
  ["m.one, m.two.deep", { m: { M: { one: { N: "1" }, two: { M: { deep: { S: "y" } } } } } }],
  ["l[2], l[0]", { l: { L: [{ N: "0" }, { M: { k: { S: "z" } } }] } }],
  ["l[2].k, l[7]", { l: { L: [{ M: { k: { S: "z" } } }] } }],
  ["a.b, m[0]", {}],
])("%s", (expression, expected) => {
  expect(new Expressions({}).projection(expression).project(item)).toEqual(expected);
});

test.each([
  [
    "m, m.one",
    "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m], path two: [m, one]",
  ],
  ["a,", 'Syntax error; token: "<EOF>", near: ","'],
  ["a b", 'Syntax error; token: "b", near: "a b"'],
  ["status", "Attribute name is a reserved keyword; reserved keyword: status"],
])("%s is refused", (expression, message) => {
  expect(() => new Expressions({}).projection(expression)).toThrow(
    `Invalid ProjectionExpression: ${message}`,
  );
});
