// Evaluates a template's values: what `Ref`, `Fn::GetAtt` and all the other
// functions give in the stack they are asked in.

import { TemplateError } from "./error.ts";
import { functions } from "./functions.ts";
import type { Template } from "./template.ts";
import { type Fields, isFields, noValue, unresolved, type Value } from "./value.ts";

/** What values are evaluated against. */
export interface Scope {
  readonly template: Template;
  /** Text, or a list of it. */
  readonly parameters: ReadonlyMap<string, Value>;
  /** What conditions take parameters for whose values are `unresolved`. */
  readonly guesses?: ReadonlyMap<string, Value>;
  /** `AWS::Region` and its kin. */
  readonly pseudo: ReadonlyMap<string, Value>;
  /** What `Ref` of a resource gives; `unresolved` where it is not there yet. */
  readonly reference: (logicalId: string) => Value;
  readonly attribute: (logicalId: string, name: string) => Value;
  readonly imported: (exportName: string) => Value;
  readonly zones: (region: string) => readonly string[];
}

export interface Evaluator {
  readonly scope: Scope;
  evaluate(value: Value): Value;
  condition(name: string): boolean;
}

export function evaluator(scope: Scope): Evaluator {
  const decided = new Map<string, boolean>();
  const deciding = new Set<string>();
  const self: Evaluator = {
    scope,
    evaluate: (value) => evaluate(value, self),
    condition: (name) => {
      const known = decided.get(name);
      if (known !== undefined) return known;
      const given = scope.template.conditions[name];
      if (given === undefined)
        throw new TemplateError(
          `Template format error: Unresolved condition dependency ${name} in the Conditions block of the template`,
        );
      if (deciding.has(name))
        throw new TemplateError(`Template format error: Circular dependency in condition ${name}`);
      deciding.add(name);
      const value = truth(evaluate(given, guessing));
      deciding.delete(name);
      decided.set(name, value);
      return value;
    },
  };
  const { guesses } = scope;
  const guessing: Evaluator =
    guesses === undefined
      ? self
      : {
          scope: { ...scope, parameters: new Map([...scope.parameters, ...guesses]) },
          evaluate: (value) => evaluate(value, guessing),
          condition: self.condition,
        };
  return self;
}

/** The function that an object calls; undefined where it is just an object. */
export function calledFunction(value: Fields): string | undefined {
  const names = Object.keys(value);
  const [name] = names;
  if (names.length !== 1 || name === undefined) return undefined;
  return name === "Ref" || name === "Condition" || name.startsWith("Fn::") ? name : undefined;
}

function evaluate(value: Value, self: Evaluator): Value {
  if (Array.isArray(value))
    return value.map((each) => evaluate(each, self)).filter((each) => each !== noValue);
  if (!isFields(value)) return value;
  const name = calledFunction(value);
  if (name === undefined) {
    const result: Record<string, Value> = {};
    for (const [key, each] of Object.entries(value)) {
      const inner = evaluate(each, self);
      if (inner !== noValue) result[key] = inner;
    }
    return result;
  }
  const argument = value[name] as Value;
  if (name === "Ref") return reference(argument, self);
  if (name === "Condition") {
    // A policy's statement has a member of that name; only text can name a condition.
    if (typeof argument !== "string" || !(argument in self.scope.template.conditions))
      return { Condition: evaluate(argument, self) };
    return self.condition(argument);
  }
  const called = functions[name];
  if (called === undefined) {
    throw new TemplateError(
      `Template error: Encountered unsupported function: ${name} Supported functions are: [${Object.keys(functions).join(", ")}]`,
    );
  }
  return called(argument, self);
}

export function reference(argument: Value, { scope }: Evaluator): Value {
  if (typeof argument !== "string")
    throw new TemplateError("Template format error: All References must be of type string.");
  if (argument === "AWS::NoValue") return noValue;
  const given = scope.pseudo.get(argument) ?? scope.parameters.get(argument);
  if (given !== undefined) return given;
  if (scope.template.resources.has(argument)) return scope.reference(argument);
  throw unresolvedDependency([argument], "Resources");
}

export function unresolvedDependency(names: readonly string[], block: string): TemplateError {
  return new TemplateError(
    `Template format error: Unresolved resource dependencies [${names.join(", ")}] in the ${block} block of the template`,
  );
}

export function truth(value: Value): boolean {
  if (value === unresolved) throw new TemplateError("Template error: Conditions cannot depend on resources");
  return value === true || value === "true";
}
