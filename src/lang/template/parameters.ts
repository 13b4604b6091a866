// Parameters: the values that a stack is given, checked as their declarations say.

import { TemplateError } from "./error.ts";
import type { ParameterDeclaration } from "./template.ts";

/** Whether the value names a parameter of Systems Manager, whose value is meant. */
export function isParameterStoreValue({ type }: ParameterDeclaration): boolean {
  return type.startsWith("AWS::SSM::Parameter::Value<");
}

/** Whether `Ref` gives a list. */
export function isList({ type }: ParameterDeclaration): boolean {
  return /^(CommaDelimitedList|List<.*)$/.test(type.replace(/^AWS::SSM::Parameter::Value<(.*)>$/, "$1"));
}

export function listOf(value: string): readonly string[] {
  return value === "" ? [] : value.split(",").map((each) => each.trim());
}

export interface GivenParameters {
  readonly given: ReadonlyMap<string, string>;
  /** Of the stack that is updated, for `UsePreviousValue`. */
  readonly previous?: ReadonlyMap<string, string>;
  readonly usePrevious?: ReadonlySet<string>;
  /** Those whose value is only known later: nothing is asked of what stands for it. */
  readonly unknown?: ReadonlySet<string>;
}

/** The text of each parameter of the template. */
export function parameterValues(
  declarations: ReadonlyMap<string, ParameterDeclaration>,
  { given, previous, usePrevious = new Set(), unknown }: GivenParameters,
): ReadonlyMap<string, string> {
  const surplus = [...given.keys(), ...usePrevious].filter((name) => !declarations.has(name));
  if (surplus.length > 0)
    throw new TemplateError(`Parameters: [${surplus.join(", ")}] do not exist in the template`);
  const values = new Map<string, string>();
  const missing: string[] = [];
  for (const declaration of declarations.values()) {
    const { name } = declaration;
    const value =
      given.get(name) ??
      (usePrevious.has(name) ? previous?.get(name) : undefined) ??
      declaration.defaultValue;
    if (value === undefined) missing.push(name);
    else {
      if (unknown?.has(name) !== true) check(declaration, value);
      values.set(name, value);
    }
  }
  if (missing.length > 0) throw new TemplateError(`Parameters: [${missing.join(", ")}] must have values`);
  return values;
}

function check(declaration: ParameterDeclaration, value: string): void {
  const { name, type, constraintDescription } = declaration;
  const fail = (reason: string): never => {
    if (constraintDescription !== undefined)
      throw new TemplateError(`Parameter ${name} failed to satisfy constraint: ${constraintDescription}`);
    throw new TemplateError(`Parameter '${name}' ${reason}`);
  };
  if (isParameterStoreValue(declaration)) return;
  const items = isList(declaration) ? listOf(value) : [value];
  const { allowedValues, allowedPattern, minimumLength, maximumLength, minimumValue, maximumValue } =
    declaration;
  if (/Number/.test(type)) {
    for (const item of items) {
      if (item === "" || Number.isNaN(Number(item))) fail("must be a number");
      if (minimumValue !== undefined && Number(item) < minimumValue)
        fail(`must be a number not less than ${minimumValue}`);
      if (maximumValue !== undefined && Number(item) > maximumValue)
        fail(`must be a number not greater than ${maximumValue}`);
    }
  }
  if (allowedValues !== undefined && items.some((item) => !allowedValues.includes(item)))
    fail("must be one of AllowedValues");
  if (allowedPattern !== undefined && items.some((item) => !matches(allowedPattern, item)))
    fail(`must match pattern ${allowedPattern}`);
  if (minimumLength !== undefined && value.length < minimumLength)
    fail(`must contain at least ${minimumLength} characters`);
  if (maximumLength !== undefined && value.length > maximumLength)
    fail(`must contain at most ${maximumLength} characters`);
}

/** Patterns are Java's: possessive quantifiers and inline flags aside, they mean the same here. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern.replace(/\\p\{Alpha\}/g, "[A-Za-z]")})$`).test(text);
  } catch {
    throw new TemplateError(
      `Template format error: The pattern ${pattern} is not a valid regular expression`,
    );
  }
}
