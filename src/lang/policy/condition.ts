// Condition blocks, compiled: all operators and all of their keys must hold,
// one of a key's values is enough
// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html).

import type { ConditionElement } from "./document.ts";
import { PolicyError } from "./error.ts";
import { type Operator, operators, type ValueTest } from "./operators.ts";
import type { Context } from "./pattern.ts";

export type Condition = (context: Context) => boolean;

/** What stands around an operator: `ForAllValues:StringLikeIfExists`. */
interface OperatorName {
  readonly set: "ForAllValues" | "ForAnyValue" | undefined;
  readonly base: string;
  readonly ifExists: boolean;
}

export function compileConditions(element: ConditionElement, variables: boolean): Condition {
  const tests = Object.entries(element).flatMap(([operator, keys]) => {
    const name = readOperator(operator);
    return Object.entries(keys).map(([key, values]) => compileKey(name, key, values, variables));
  });
  if (tests.length === 0) return () => true;
  return (context) => tests.every((test) => test(context));
}

/** `ForAllValues:` and `ForAnyValue:` before, `IfExists` behind. */
export function readOperator(text: string): OperatorName {
  const [, set, name = ""] = /^(?:(ForAllValues|ForAnyValue):)?(.*)$/.exec(text) ?? [];
  const ifExists = name.endsWith("IfExists");
  const base = ifExists ? name.slice(0, -"IfExists".length) : name;
  if (!operators.has(base) && !(base === "Null" && !ifExists)) throw new PolicyError("operator", text);
  return { set: set as OperatorName["set"], base, ifExists };
}

function compileKey(
  { set, base, ifExists }: OperatorName,
  conditionKey: string,
  wanted: readonly string[],
  variables: boolean,
): Condition {
  const key = conditionKey.toLowerCase();
  if (base === "Null") {
    const absent = wanted.some((each) => each.toLowerCase() === "true");
    return (context) => (valuesOf(context, key) === undefined) === absent;
  }
  const operator = operators.get(base)!;
  const holds = testOf(
    operator,
    wanted.map((each) => operator.compile(each, variables)),
  );
  return (context) => {
    const values = valuesOf(context, key);
    if (values === undefined)
      return ifExists || set === "ForAllValues" || (operator.negated && set === undefined);
    if (set === "ForAnyValue") return values.some((value) => holds(value, context));
    // One of several values suffices a plain operator; a negated one must hold for them all.
    if (set === "ForAllValues" || operator.negated) return values.every((value) => holds(value, context));
    return values.some((value) => holds(value, context));
  };
}

function testOf({ negated }: Operator, tests: readonly ValueTest[]): ValueTest {
  return (value, context) => tests.some((test) => test(value, context)) !== negated;
}

function valuesOf(context: Context, key: string): readonly string[] | undefined {
  const values = context(key);
  return values === undefined || values.length === 0 ? undefined : values;
}
