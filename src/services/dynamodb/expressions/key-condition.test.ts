import { expect, test } from "vitest";
import { Expressions } from "./expressions.ts";

const values = { ":a": { S: "a" }, ":b": { S: "b" }, ":c": { S: "c" } };
const tests = (text: string) =>
  new Expressions({ KeyConditionExpression: text, ExpressionAttributeValues: values }).keyCondition(text)
    .tests;

test.each<[string, object[]]>([
  ["pk = :a", [{ attribute: "pk", operator: "=", values: [{ S: "a" }] }]],
  [
    "pk = :a AND sk > :b",
    [
      { attribute: "pk", operator: "=", values: [{ S: "a" }] },
      { attribute: "sk", operator: ">", values: [{ S: "b" }] },
    ],
  ],
  [
    "(pk = :a) AND (sk BETWEEN :b AND :c)",
    [
      { attribute: "pk", operator: "=", values: [{ S: "a" }] },
      { attribute: "sk", operator: "BETWEEN", values: [{ S: "b" }, { S: "c" }] },
    ],
  ],
  [
    "begins_with(sk, :b) AND pk = :a",
    [
      { attribute: "sk", operator: "begins_with", values: [{ S: "b" }] },
      { attribute: "pk", operator: "=", values: [{ S: "a" }] },
    ],
  ],
])("%s", (text, expected) => {
  expect(tests(text)).toEqual(expected);
});

test.each([
  ["pk = :a OR sk = :b", "Invalid operator used in KeyConditionExpression: OR"],
  ["pk <> :a", "Invalid operator used in KeyConditionExpression: <>"],
  ["pk = :a AND attribute_exists(sk)", "Invalid operator used in KeyConditionExpression: attribute_exists"],
  ["pk = :a AND sk > :b AND sk < :c", "KeyConditionExpressions must only contain one condition per key"],
  ["pk = sk", "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"],
])("%s is refused", (text, message) => {
  expect(() => tests(text)).toThrow(message);
});
