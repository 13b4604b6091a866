// The rules of a JSONPath Choice: comparisons of a variable, joined by And, Or
// and Not, compiled to one test.

import { type Evaluate, type Json, type Scope, StateError } from "../scope.ts";
import { compileScopePath, type ScopePath } from "../scope-path.ts";
import { comparisons, typeTests } from "./operators.ts";

type Test = (scope: Scope) => boolean;

export function condition(rule: Json, _where?: string): Evaluate<boolean> {
  return compileRule(rule as Rule);
}

interface Rule {
  readonly And?: readonly Rule[];
  readonly Or?: readonly Rule[];
  readonly Not?: Rule;
  readonly Variable?: string;
  readonly [operator: string]: unknown;
}

function compileRule(rule: Rule): Test {
  if (rule.And !== undefined) {
    const tests = rule.And.map(compileRule);
    return (scope) => tests.every((test) => test(scope));
  }
  if (rule.Or !== undefined) {
    const tests = rule.Or.map(compileRule);
    return (scope) => tests.some((test) => test(scope));
  }
  if (rule.Not !== undefined) {
    const test = compileRule(rule.Not);
    return (scope) => !test(scope);
  }
  return compileComparison(rule);
}

function compileComparison(rule: Rule): Test {
  const variable = compileScopePath(rule.Variable ?? "");
  for (const [name, operand] of Object.entries(rule)) {
    if (name === "IsPresent") return (scope) => (variable.find(scope) !== undefined) === operand;
    const type = typeTests[name];
    if (type !== undefined) return (scope) => type(found(variable, scope)) === operand;
    const compare = comparisons[name.endsWith("Path") ? name.slice(0, -4) : name];
    if (compare === undefined) continue;
    if (name.endsWith("Path")) {
      const other = compileScopePath(String(operand));
      return (scope) => compare(found(variable, scope), found(other, scope));
    }
    return (scope) => compare(found(variable, scope), operand as Json);
  }
  throw new Error(`Invariant broken: a choice rule without an operator: ${JSON.stringify(rule)}`);
}

function found(path: ScopePath, scope: Scope): Json {
  const value = path.find(scope);
  if (value !== undefined) return value;
  throw new StateError(
    "States.Runtime",
    `Invalid path '${path.text}': The choice state's condition path references an invalid value.`,
  );
}
