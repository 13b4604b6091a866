// Validates an operation's input against its model: whether required members are
// there, lengths, ranges, patterns and enums. What is right costs a few closures
// and no allocation; what is wrong is explained in AWS's own words.

import { checkOf } from "./check.ts";
import { explainStructure } from "./explain.ts";
import type { StructureShape } from "./shapes.ts";

/** Answers what is wrong with an input; an empty list where nothing is. */
export type Validator = (input: object) => readonly string[];

const right: readonly string[] = [];
const validators = new WeakMap<StructureShape, Validator>();

/** The validator of an operation's input, compiled at its first use. */
export function validator(shape: StructureShape): Validator {
  let validate = validators.get(shape);
  if (validate === undefined) {
    validate = compile(shape);
    validators.set(shape, validate);
  }
  return validate;
}

function compile(shape: StructureShape): Validator {
  const check = checkOf(shape);
  if (check === undefined) return () => right;
  return (input) => {
    if (check(input)) return right;
    const failures: string[] = [];
    explainStructure(shape, input, "", failures);
    return failures;
  };
}

/** AWS's message for a list of failures, as a ValidationException carries it. */
export function validationMessage(failures: readonly string[]): string {
  const count = failures.length === 1 ? "1 validation error" : `${failures.length} validation errors`;
  return `${count} detected: ${failures.join("; ")}`;
}
