import fc from "fast-check";
import { expect, test } from "vitest";
import type { AttributeValue, Item } from "../values/attribute-value.ts";
import { Expressions } from "./expressions.ts";

function updated(
  expression: string,
  item: Item,
  values?: Record<string, AttributeValue>,
  names?: Record<string, string>,
): Item {
  return new Expressions({
    UpdateExpression: expression,
    ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
    ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
  })
    .update(expression)
    .apply(item);
}

const n = (value: number | string): AttributeValue => ({ N: String(value) });
const s = (value: string): AttributeValue => ({ S: value });

// Semantics by https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
test.each<[string, Item, Record<string, AttributeValue> | undefined, Item]>([
  ["SET a = :v", {}, { ":v": s("x") }, { a: s("x") }],
  ["SET a = b, b = a", { a: n(1), b: n(2) }, undefined, { a: n(2), b: n(1) }],
  ["SET a = a + :v", { a: n(1) }, { ":v": n("0.5") }, { a: n("1.5") }],
  ["SET a = :v - a", { a: n(1) }, { ":v": n(5) }, { a: n(4) }],
  ["SET a = (a - :v)", { a: n(5) }, { ":v": n(1) }, { a: n(4) }],
  ["SET a = if_not_exists(a, :v)", { a: n(5) }, { ":v": n(1) }, { a: n(5) }],
  ["SET a = if_not_exists(b, :v) + :v", {}, { ":v": n(1) }, { a: n(2) }],
  ["SET a = list_append(a, :v)", { a: { L: [n(1)] } }, { ":v": { L: [n(2)] } }, { a: { L: [n(1), n(2)] } }],
  [
    "SET a = list_append(if_not_exists(a, :e), :v)",
    {},
    { ":e": { L: [] }, ":v": { L: [n(2)] } },
    { a: { L: [n(2)] } },
  ],
  ["SET a.b.c = :v", { a: { M: { b: { M: {} } } } }, { ":v": n(1) }, { a: { M: { b: { M: { c: n(1) } } } } }],
  ["SET a[1] = :v", { a: { L: [n(1), n(2)] } }, { ":v": n(9) }, { a: { L: [n(1), n(9)] } }],
  [
    "SET a[9] = :v, a[7] = :w",
    { a: { L: [n(1)] } },
    { ":v": n(9), ":w": n(7) },
    { a: { L: [n(1), n(7), n(9)] } },
  ],
  ["REMOVE a, b", { a: n(1), c: n(2) }, undefined, { c: n(2) }],
  ["REMOVE a[0], a[2]", { a: { L: [n(0), n(1), n(2), n(3)] } }, undefined, { a: { L: [n(1), n(3)] } }],
  ["REMOVE a[9]", { a: { L: [n(0)] } }, undefined, { a: { L: [n(0)] } }],
  ["SET a[0] = :v REMOVE a[1]", { a: { L: [n(0), n(1), n(2)] } }, { ":v": n(9) }, { a: { L: [n(9), n(2)] } }],
  ["ADD a :v", {}, { ":v": n(3) }, { a: n(3) }],
  ["ADD a :v", { a: n(1) }, { ":v": n(-3) }, { a: n(-2) }],
  ["ADD a :v", { a: { SS: ["x"] } }, { ":v": { SS: ["x", "y"] } }, { a: { SS: ["x", "y"] } }],
  ["DELETE a :v", { a: { NS: ["1", "2"] } }, { ":v": { NS: ["2.0", "3"] } }, { a: { NS: ["1"] } }],
  ["DELETE a :v", { a: { SS: ["x"] }, b: n(1) }, { ":v": { SS: ["x"] } }, { b: n(1) }],
  ["DELETE a :v", {}, { ":v": { SS: ["x"] } }, {}],
  [
    "set a = :v remove b add c :n delete d :s",
    { b: n(1), d: { SS: ["x", "y"] } },
    { ":v": s("v"), ":n": n(1), ":s": { SS: ["y"] } },
    { a: s("v"), c: n(1), d: { SS: ["x"] } },
  ],
])("%s", (expression, item, values, expected) => {
  const before = JSON.stringify(item);
  expect(updated(expression, item, values)).toEqual(expected);
  expect(JSON.stringify(item)).toBe(before);
});

test.each<[string, Record<string, AttributeValue> | undefined, string]>([
  [
    "INVALID SYNTAX HERE",
    undefined,
    'Invalid UpdateExpression: Syntax error; token: "INVALID", near: "INVALID SYNTAX"',
  ],
  ["ADD hits : incr", undefined, 'Invalid UpdateExpression: Syntax error; token: ":", near: "hits : incr"'],
  [
    "SET a = :v, #, b = :v",
    { ":v": n(1) },
    'Invalid UpdateExpression: Syntax error; token: "#", near: ", #,"',
  ],
  [
    "SET a = :v SET b = :v",
    { ":v": n(1) },
    'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
  ],
  ["SET a = a + a + a", undefined, 'Invalid UpdateExpression: Syntax error; token: "+", near: "a + a"'],
  [
    "SET f = :v, f = :v",
    { ":v": n(1) },
    "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [f], path two: [f]",
  ],
  [
    "SET a = :v REMOVE a.b",
    { ":v": n(1) },
    "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]",
  ],
  [
    "SET a.b = :v, a[0] = :v",
    { ":v": n(1) },
    "Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [0]]",
  ],
  [
    "SET a = size(b)",
    undefined,
    "Invalid UpdateExpression: The function is not allowed in an update expression; function: size",
  ],
  ["SET a = nonsense(b)", undefined, "Invalid UpdateExpression: Invalid function name; function: nonsense"],
  [
    "SET a = list_append(m, :v)",
    { ":v": { M: {} } },
    "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: list_append, operand type: M",
  ],
  [
    "SET a = m + :v",
    { ":v": s("x") },
    "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S",
  ],
  [
    "ADD a :v",
    { ":v": s("x") },
    "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND",
  ],
  [
    "SET a = absent",
    undefined,
    "The provided expression refers to an attribute that does not exist in the item",
  ],
  [
    "SET absent.b = :v",
    { ":v": n(1) },
    "The document path provided in the update expression is invalid for update",
  ],
  [
    "SET word.b = :v",
    { ":v": n(1) },
    "The document path provided in the update expression is invalid for update",
  ],
  ["SET a = word + :v", { ":v": n(1) }, "An operand in the update expression has an incorrect data type"],
  ["ADD word :v", { ":v": n(1) }, "An operand in the update expression has an incorrect data type"],
  [
    "SET a = :w",
    { ":v": n(1) },
    "Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :w",
  ],
])("%s is refused", (expression, values, message) => {
  expect(() => updated(expression, { word: s("w"), m: { L: [] } }, values)).toThrow(message);
});

test("what an update touched is shown without the rest", () => {
  const text = "SET a.b = :v, l[1] = :v REMOVE c";
  const update = new Expressions({
    UpdateExpression: text,
    ExpressionAttributeValues: { ":v": n(1) },
  }).update(text);
  expect(
    update.touched({ a: { M: { b: n(1), x: n(2) } }, l: { L: [n(0), n(1)] }, c: n(3), d: n(4) }),
  ).toEqual({
    a: { M: { b: n(1) } },
    l: { L: [n(1)] },
    c: n(3),
  });
});

test("an update of many attributes does what the same assignments one by one do", () => {
  const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 1 });
  const steps = names.chain((targets) =>
    fc.tuple(
      ...targets.map((name) =>
        fc.tuple(fc.constant(name), fc.constantFrom("set", "add", "remove", "sum"), fc.integer()),
      ),
    ),
  );
  fc.assert(
    fc.property(
      steps,
      fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e"), fc.integer().map(n)),
      (plan, item) => {
        const expected: Record<string, AttributeValue> = { ...item };
        const parts = { SET: [] as string[], ADD: [] as string[], REMOVE: [] as string[] };
        const values: Record<string, AttributeValue> = {};
        for (const [name, step, amount] of plan) {
          if (step !== "remove") values[`:${name}`] = n(amount);
          const old = Number(item[name]?.N ?? 0);
          if (step === "set") parts.SET.push(`${name} = :${name}`);
          if (step === "sum") parts.SET.push(`${name} = if_not_exists(${name}, :${name}) + :${name}`);
          if (step === "add") parts.ADD.push(`${name} :${name}`);
          if (step === "remove") parts.REMOVE.push(name);
          if (step === "remove") delete expected[name];
          else if (step === "set") expected[name] = n(amount);
          else if (step === "add") expected[name] = n(old + amount);
          else expected[name] = n((item[name] === undefined ? amount : old) + amount);
        }
        const text = Object.entries(parts)
          .filter(([, list]) => list.length > 0)
          .map(([section, list]) => `${section} ${list.join(", ")}`)
          .join(" ");
        expect(updated(text, item, Object.keys(values).length > 0 ? values : undefined)).toEqual(expected);
      },
    ),
  );
});
