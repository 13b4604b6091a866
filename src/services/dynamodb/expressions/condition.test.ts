import fc from "fast-check";
import { expect, test } from "vitest";
import type { Wording } from "../faults.ts";
import type { AttributeValue, Item } from "../values/attribute-value.ts";
import { compareValues, valuesEqual } from "../values/compare.ts";
import { type ExpressionInput, Expressions } from "./expressions.ts";

function given(input: ExpressionInput, wording: Wording = "current") {
  const expressions = new Expressions(input, wording);
  const condition = expressions.condition("ConditionExpression", input.ConditionExpression ?? "");
  return { test: condition.test, finish: () => expressions.finish() };
}

function holds(
  expression: string,
  item: Item,
  values?: Record<string, AttributeValue>,
  names?: Record<string, string>,
) {
  return given({
    ConditionExpression: expression,
    ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
    ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
  }).test(item);
}

const item: Item = {
  id: { S: "a1" },
  price: { N: "20" },
  flag: { BOOL: true },
  nought: { NULL: true },
  tags: { SS: ["red", "blue"] },
  sizes: { NS: ["1", "2"] },
  octets: { B: Uint8Array.of(1, 2, 3) },
  things: { L: [{ S: "x" }, { N: "2" }, { M: { deep: { S: "y" } } }] },
  document: { M: { depths: { N: "5" }, "with.dot": { S: "z" } } },
};

// Semantics by https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
test.each<[string, Record<string, AttributeValue> | undefined, boolean]>([
  ["id = :v", { ":v": { S: "a1" } }, true],
  ["id <> :v", { ":v": { S: "a1" } }, false],
  ["absent <> :v", { ":v": { S: "a1" } }, true],
  ["absent = :v", { ":v": { S: "a1" } }, false],
  ["price < :v", { ":v": { N: "20.5" } }, true],
  ["price >= :v", { ":v": { N: "2E1" } }, true],
  ["price < :v", { ":v": { S: "zzz" } }, false],
  ["flag > :v", { ":v": { N: "0" } }, false],
  ["NOT absent > :v", { ":v": { N: "0" } }, true],
  ["price BETWEEN :a AND :b", { ":a": { N: "10" }, ":b": { N: "20" } }, true],
  ["price between :a and :b", { ":a": { N: "21" }, ":b": { N: "22" } }, false],
  ["price IN (:a, :b)", { ":a": { N: "1" }, ":b": { N: "20.0" } }, true],
  ["attribute_exists(document.depths)", undefined, true],
  ["attribute_not_exists(document.elsewhere)", undefined, true],
  ["attribute_exists(things[2].deep)", undefined, true],
  ["attribute_exists(things[3])", undefined, false],
  ["attribute_exists(constructor_)", undefined, false],
  ["attribute_type(tags, :t)", { ":t": { S: "SS" } }, true],
  ["attribute_type(flag, :t)", { ":t": { S: "NULL" } }, false],
  ["begins_with(id, :v)", { ":v": { S: "a" } }, true],
  ["begins_with(octets, :v)", { ":v": { B: Uint8Array.of(1, 2) } }, true],
  ["begins_with(price, :v)", { ":v": { S: "2" } }, false],
  ["contains(id, :v)", { ":v": { S: "1" } }, true],
  ["contains(tags, :v)", { ":v": { S: "red" } }, true],
  ["contains(tags, :v)", { ":v": { S: "re" } }, false],
  ["contains(sizes, :v)", { ":v": { N: "2.0" } }, true],
  ["contains(things, :v)", { ":v": { N: "2" } }, true],
  ["contains(octets, :v)", { ":v": { B: Uint8Array.of(2, 3) } }, true],
  ["size(id) = :v", { ":v": { N: "2" } }, true],
  ["size(tags) > :v", { ":v": { N: "1" } }, true],
  [
    "size(document) = :v AND size(things) = :w AND size(octets) = :w",
    { ":v": { N: "2" }, ":w": { N: "3" } },
    true,
  ],
  ["size(price) > :v", { ":v": { N: "0" } }, false],
  ["id = :v AND price = :n OR price = :m", { ":v": { S: "no" }, ":n": { N: "1" }, ":m": { N: "20" } }, true],
  [
    "id = :v AND (price = :n OR price = :m)",
    { ":v": { S: "no" }, ":n": { N: "1" }, ":m": { N: "20" } },
    false,
  ],
  ["NOT id = :v AND price = :m", { ":v": { S: "no" }, ":m": { N: "20" } }, true],
  ["NOT (id = :v OR price = :m)", { ":v": { S: "no" }, ":m": { N: "20" } }, false],
  ["(id = :v)", { ":v": { S: "a1" } }, true],
])("%s with %j is %s", (expression, values, expected) => {
  expect(holds(expression, item, values)).toBe(expected);
});

test("names stand for attributes that could not be written", () => {
  const names = { "#m": "document", "#d": "with.dot" };
  expect(holds("#m.#d = :v", item, { ":v": { S: "z" } }, names)).toBe(true);
  expect(holds("attribute_exists(#c)", item, undefined, { "#c": "constructor" })).toBe(false);
});

test("the same text with other names is another condition", () => {
  expect(holds("#a = :v", item, { ":v": { S: "a1" } }, { "#a": "id" })).toBe(true);
  expect(holds("#a = :v", item, { ":v": { S: "a1" } }, { "#a": "price" })).toBe(false);
  expect(holds("#a = :v", item, { ":v": { S: "a1" } }, { "#a": "id" })).toBe(true);
});

const v = { ":v": { N: "1" } };
test.each<[string, Record<string, AttributeValue> | undefined, string]>([
  ["", undefined, "The expression can not be empty;"],
  ["a = ", v, 'Syntax error; token: "<EOF>", near: "="'],
  ["a = :v b", v, 'Syntax error; token: "b", near: ":v b"'],
  ["a = = :v", v, 'Syntax error; token: "=", near: "= = :v"'],
  ["a", undefined, 'Syntax error; token: "<EOF>", near: "a"'],
  ["a ! :v", v, 'Syntax error; token: "!", near: "a ! :v"'],
  ["name = :v", v, "Attribute name is a reserved keyword; reserved keyword: name"],
  ["#x = :v", v, "An expression attribute name used in the document path is not defined; attribute name: #x"],
  ["a = :w", v, "An expression attribute value used in expression is not defined; attribute value: :w"],
  ["Attribute_exists(a)", undefined, "Invalid function name; function: Attribute_exists"],
  [
    "attribute_exists(a, b)",
    undefined,
    "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2",
  ],
  [
    "attribute_exists(:v)",
    v,
    "Operator or function requires a document path; operator or function: attribute_exists",
  ],
  ["size(a)", undefined, "The function is not allowed to be used this way in an expression; function: size"],
  [
    "if_not_exists(a, :v)",
    v,
    "The function is not allowed in a condition expression; function: if_not_exists",
  ],
  ["((a = :v))", v, "The expression has redundant parentheses;"],
  [
    "a = a",
    undefined,
    "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]",
  ],
  [
    "begins_with(a, :v)",
    v,
    "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
  ],
  [
    "a < :v",
    { ":v": { BOOL: true } },
    "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL",
  ],
  [
    "attribute_type(a, :v)",
    { ":v": { S: "X" } },
    "Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
  ],
  [
    "a BETWEEN :v AND :w",
    { ":v": { N: "2" }, ":w": { N: "1" } },
    "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}",
  ],
])("%s is refused", (expression, values, message) => {
  expect(() => holds(expression, item, values)).toThrow(`Invalid ConditionExpression: ${message}`);
});

test("expressions over 4 KB, with over 300 operators or nested without end are refused", () => {
  expect(() => holds(`a = :v OR ${"b".repeat(4096)} = :v`, item, v)).toThrow(
    "Expression size has exceeded the maximum allowed size; expression size: 4111",
  );
  expect(() => holds(Array(160).fill("a=:v").join(" OR "), item, v)).toThrow("too many operators");
  expect(() => holds(`${"(".repeat(4000)}`, item, v)).toThrow("Invalid ConditionExpression");
  expect(() => holds(`${"NOT ".repeat(1000)} a = :v`, item, v)).toThrow("too many operators");
});

test("what is given and not used is refused", () => {
  const refused = (input: ExpressionInput, wording?: Wording) => expect(() => given(input, wording).finish());
  refused({
    ConditionExpression: "#a = :v",
    ExpressionAttributeNames: { "#a": "a", "#b": "b" },
    ExpressionAttributeValues: v,
  }).toThrow("Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}");
  refused({ ConditionExpression: "a = :v", ExpressionAttributeValues: { ...v, ":w": { N: "1" } } }).toThrow(
    "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}",
  );
  refused({ ExpressionAttributeValues: v }).toThrow(
    /^ExpressionAttributeValues can only be specified when using expressions$/,
  );
  refused({ ExpressionAttributeValues: v }, "older").toThrow(
    "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null",
  );
  refused({ ExpressionAttributeNames: {} }).toThrow(
    "ExpressionAttributeNames can only be specified when using expressions",
  );
});

test("names and values that cannot be are refused", () => {
  const refused = (input: ExpressionInput, wording?: Wording) =>
    expect(() => given({ ConditionExpression: "a = :v", ...input }, wording));
  refused({ ExpressionAttributeNames: {} }).toThrow("ExpressionAttributeNames must not be empty");
  refused({ ExpressionAttributeValues: { v: { N: "1" } } }).toThrow(
    'ExpressionAttributeValues contains invalid key: Syntax error; key: "v"',
  );
  const wrong = { ExpressionAttributeValues: { ":v": { N: "x" } } };
  refused(wrong).toThrow(/^The parameter cannot be converted to a numeric value: x$/);
  refused(wrong, "older").toThrow(
    "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :v",
  );
});

test("the first clause that is wrong is the one that is told of", () => {
  const values = { ExpressionAttributeValues: { ":n": { N: "1" } } };
  const refused = (text: string) => expect(() => given({ ConditionExpression: text, ...values }));
  refused("a = :missing AND begins_with(b, :n)").toThrow("is not defined; attribute value: :missing");
  refused("begins_with(b, :n) AND a = :missing").toThrow(
    "operator or function: begins_with, operand type: N",
  );
});

/** A condition as text and as what it means, made side by side. */
interface Sample {
  readonly text: string;
  readonly meaning: (item: Item) => boolean;
}

const literals: Record<string, AttributeValue> = { ":s": { S: "m" }, ":n": { N: "5" }, ":t": { S: "t" } };
const scalar: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.constantFrom("a", "m", "z", "mt").map((S) => ({ S })),
  fc.integer({ min: 3, max: 7 }).map((n) => ({ N: String(n) })),
);
const leaf: fc.Arbitrary<Sample> = fc
  .tuple(
    fc.constantFrom("p", "q", "r"),
    fc.constantFrom("=", "<>", "<", ">=", "exists", "begins", "in"),
    fc.constantFrom(":s", ":n", ":t"),
  )
  .map(([attribute, operator, literal]) => {
    const given = literals[literal]!;
    const test = (meaning: (value: AttributeValue | undefined) => boolean) => (sample: Item) =>
      meaning(sample[attribute]);
    switch (operator) {
      case "=":
        return {
          text: `${attribute} = ${literal}`,
          meaning: test((value) => value !== undefined && valuesEqual(value, given)),
        };
      case "<>":
        return {
          text: `${attribute} <> ${literal}`,
          meaning: test((value) => value === undefined || !valuesEqual(value, given)),
        };
      case "<":
        return {
          text: `${attribute} < ${literal}`,
          meaning: test((value) => value !== undefined && (compareValues(value, given) ?? 0) < 0),
        };
      case ">=":
        return {
          text: `${attribute} >= ${literal}`,
          meaning: test((value) => value !== undefined && (compareValues(value, given) ?? -1) >= 0),
        };
      case "exists":
        return { text: `attribute_exists(${attribute})`, meaning: test((value) => value !== undefined) };
      case "begins":
        return {
          text: `begins_with(${attribute}, :s)`,
          meaning: test((value) => value?.S?.startsWith("m") ?? false),
        };
      default:
        return {
          text: `${attribute} IN (:s, :n)`,
          meaning: test((value) => value?.S === "m" || value?.N === "5"),
        };
    }
  });
const tree: fc.Arbitrary<Sample> = fc.letrec<{ tree: Sample }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => ({
      text: `(${a.text} AND (NOT ${b.text}))`,
      meaning: (i: Item) => a.meaning(i) && !b.meaning(i),
    })),
    fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => ({
      text: `(${a.text} OR ${b.text})`,
      meaning: (i: Item) => a.meaning(i) || b.meaning(i),
    })),
    fc.tuple(leaf, leaf, leaf).map(([a, b, c]) => ({
      text: `(${a.text} OR ${b.text} and not ${c.text})`,
      meaning: (i: Item) => a.meaning(i) || (b.meaning(i) && !c.meaning(i)),
    })),
  ),
})).tree;

test("a compiled condition says what a plain evaluator says", () => {
  const sampleItem = fc.record({ p: scalar, q: scalar, r: scalar }, { requiredKeys: [] });
  fc.assert(
    fc.property(tree, sampleItem, (sample, candidate) => {
      fc.pre(sample.text.length < 2000);
      expect(holds(sample.text, candidate as Item, literals)).toBe(sample.meaning(candidate as Item));
    }),
    { numRuns: 300 },
  );
});
