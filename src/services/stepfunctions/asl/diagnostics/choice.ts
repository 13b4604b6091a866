// The rules of a Choice: comparisons joined by And, Or and Not in JSONPath, a
// Condition in JSONata.

import { parseTimestamp } from "../data/choice/timestamp.ts";
import type { Json } from "../data/scope.ts";
import { checkAssign, checkTemplate } from "./expression.ts";
import { type Check, filledText, flag, number, orExpression, path, pathlessText, text } from "./field.ts";
import { isObject, type Report, type Setting, type Values } from "./report.ts";
import { checkFields, type Fields, listOf } from "./structure.ts";

const timestamp: Check = (value, at, report) => {
  if (parseTimestamp(value) === undefined) report.schema(at, "Value is not a valid timestamp");
};
const anyNumber = number(-Number.MAX_VALUE, Number.MAX_VALUE, false);

const operators: Record<string, Check> = {
  BooleanEquals: flag,
  BooleanEqualsPath: path,
  StringMatches: text,
  IsNull: flag,
  IsPresent: flag,
  IsNumeric: flag,
  IsString: flag,
  IsBoolean: flag,
  IsTimestamp: flag,
};
for (const order of ["Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"]) {
  for (const [kind, check] of [
    ["String", pathlessText],
    ["Numeric", anyNumber],
    ["Timestamp", timestamp],
  ] as const) {
    operators[`${kind}${order}`] = check;
    operators[`${kind}${order}Path`] = path;
  }
}

const transition: Fields = { Next: { check: filledText, required: true }, Assign: { check: checkAssign } };

const jsonataRule: Fields = {
  ...transition,
  Condition: { check: orExpression(flag), required: true },
  Output: { check: checkTemplate },
  Comment: { check: text },
};

/** How deep And, Or and Not may go. */
const deepest = 100;

export const choiceRule: Check = (value, at, report, setting) => {
  if (!isObject(value)) return report.schema(at, "Expected value of type Object");
  if (setting.language === "JSONata") checkFields(jsonataRule, value, at, report, setting);
  else checkRule(value, at, transition, report, setting, 0);
};

function checkRule(
  value: Json,
  at: string,
  own: Fields,
  report: Report,
  setting: Setting,
  depth: number,
): void {
  if (!isObject(value) || depth > deepest) {
    report.schema(at, isObject(value) ? "The rule is nested too deeply" : "Expected value of type Object");
    return;
  }
  const inner: Check = (each, here) => checkRule(each, here, {}, report, setting, depth + 1);
  const joined = ["And", "Or", "Not"].filter((name) => value[name] !== undefined);
  const compared = Object.keys(value).filter((name) => Object.hasOwn(operators, name));
  if (joined.length + compared.length !== 1) {
    report.schema(
      at,
      joined.length + compared.length === 0
        ? "A rule must have a comparison operator"
        : `Only one comparison operator is allowed: [${[...joined, ...compared].join(", ")}]`,
    );
  }
  checkFields(fieldsOf(value, own, inner, compared), value, at, report, setting);
}

function fieldsOf(value: Values, own: Fields, inner: Check, compared: readonly string[]): Fields {
  const base: Fields = { ...own, Comment: { check: text } };
  if (compared.length === 0 && value.Variable === undefined) {
    return { ...base, And: { check: listOf(inner) }, Or: { check: listOf(inner) }, Not: { check: inner } };
  }
  return {
    ...base,
    Variable: { check: path, required: true },
    ...Object.fromEntries(compared.map((name) => [name, { check: operators[name]! }])),
  };
}
