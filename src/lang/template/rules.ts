// Rules: assertions about parameters that a template makes before a stack does
// anything, with the functions that only they know.

import { TemplateError } from "./error.ts";
import { type Evaluator, truth } from "./evaluate.ts";
import { isFields, type Value } from "./value.ts";

export function checkRules(self: Evaluator): void {
  const failed: string[] = [];
  for (const [name, rule] of Object.entries(self.scope.template.rules)) {
    if (!isFields(rule))
      throw new TemplateError(`Template format error: [/Rules/${name}] expected an object`);
    if (rule.RuleCondition !== undefined && !decide(rule.RuleCondition, self)) continue;
    for (const assertion of Array.isArray(rule.Assertions) ? rule.Assertions : []) {
      if (!isFields(assertion) || assertion.Assert === undefined) continue;
      if (!decide(assertion.Assert, self))
        failed.push(String(assertion.AssertDescription ?? `Assertion of rule ${name} failed`));
    }
  }
  if (failed.length > 0)
    throw new TemplateError(
      `Template validation error: ${failed.map((each) => `Rule assertion failed: ${each}`).join("; ")}`,
    );
}

/** The values of all parameters of a type. */
function valuesOf(type: string, { scope }: Evaluator): readonly string[] {
  return [...scope.template.parameters.values()].flatMap((declared) => {
    const value = declared.type === type ? scope.parameters.get(declared.name) : undefined;
    return value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String);
  });
}

function decide(value: Value, self: Evaluator): boolean {
  if (!isFields(value)) return truth(self.evaluate(value));
  const [name = ""] = Object.keys(value);
  const argument = value[name] ?? null;
  const list = Array.isArray(argument) ? argument : [];
  const texts = (each: Value | undefined): readonly string[] => {
    if (isFields(each) && typeof each["Fn::RefAll"] === "string") return valuesOf(each["Fn::RefAll"], self);
    const found = self.evaluate(each ?? []);
    return (Array.isArray(found) ? found : [found]).map(String);
  };
  switch (name) {
    case "Fn::And":
      return list.every((each) => decide(each, self));
    case "Fn::Or":
      return list.some((each) => decide(each, self));
    case "Fn::Not":
      return !decide(list[0] ?? false, self);
    case "Fn::Contains": {
      const [values, wanted] = [texts(list[0]), texts(list[1])];
      return wanted.every((each) => values.includes(each));
    }
    case "Fn::EachMemberIn": {
      const [values, allowed] = [texts(list[0]), texts(list[1])];
      return values.every((each) => allowed.includes(each));
    }
    case "Fn::EachMemberEquals":
      return texts(list[0]).every((each) => each === texts(list[1])[0]);
    default:
      return truth(self.evaluate(value));
  }
}
