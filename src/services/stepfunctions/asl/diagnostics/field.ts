// The kinds of values that fields of a definition take. Each checks one value at
// its place and reports what is wrong with it.

import { JsonPathError } from "../../../../lang/json-path/path-error.ts";
import { isIntrinsic } from "../data/intrinsics/compile.ts";
import { expressionIn } from "../data/jsonata.ts";
import type { Json } from "../data/scope.ts";
import { compileScopePath, type ScopePath } from "../data/scope-path.ts";
import { checkExpression, checkIntrinsic } from "./expression.ts";
import { isArray, isObject, type Report, type Setting } from "./report.ts";

export type Check = (value: Json, at: string, report: Report, setting: Setting) => void;

export const anything: Check = () => undefined;

export const text: Check = (value, at, report) => {
  if (typeof value !== "string") report.schema(at, "Expected value of type String");
};

/** A text that is no path, though it may look like one: the field's name would end with `Path`. */
export const pathlessText: Check = (value, at, report, setting) => {
  text(value, at, report, setting);
  if (setting.language !== "JSONPath" || typeof value !== "string" || !/^\$[.[$]/.test(value)) return;
  const name = at.slice(at.lastIndexOf("/") + 1);
  report.warning(
    "NO_PATH",
    `The name of the field '${name}' does not end with 'Path', though its value appears to be a path`,
    at,
  );
};

export const filledText: Check = (value, at, report) => {
  if (typeof value !== "string") report.schema(at, "Expected value of type String");
  else if (value === "") report.schema(at, "Value must not be empty");
};

export const flag: Check = (value, at, report) => {
  if (typeof value !== "boolean") report.schema(at, "Expected value of type Boolean");
};

export const object: Check = (value, at, report) => {
  if (!isObject(value)) report.schema(at, "Expected value of type Object");
};

export function oneOf(...allowed: readonly Json[]): Check {
  return (value, at, report) => {
    if (!allowed.includes(value))
      report.schema(at, `Value is not one of the allowed values: [${allowed.join(", ")}]`);
  };
}

/** Whole numbers where `least` is one. */
export function number(least: number, most: number, whole = true): Check {
  return (value, at, report) => {
    if (typeof value !== "number" || (whole && !Number.isInteger(value))) {
      report.schema(at, `Expected value of type ${whole ? "Integer" : "Float"}`);
    } else if (value < least || value > most) {
      const range = most === Number.MAX_VALUE ? `at least ${least}` : `between ${least} and ${most}`;
      report.schema(at, `Value must be ${range}`);
    }
  };
}

/** In a JSONata state the value may be an expression instead. */
export function orExpression(check: Check): Check {
  return (value, at, report, setting) => {
    if (setting.language === "JSONata" && typeof value === "string" && expressionIn(value) !== undefined) {
      checkExpression(value, at, report);
    } else check(value, at, report, setting);
  };
}

export const path: Check = (value, at, report) => {
  parsedPath(value, at, report);
};

/** Paths of `InputPath` and `OutputPath`: null stands for an empty object. */
export const pathOrNull: Check = (value, at, report) => {
  if (value !== null) parsedPath(value, at, report);
};

export const referencePath: Check = (value, at, report) => {
  const parsed = parsedPath(value, at, report);
  if (parsed !== undefined && !parsed.reference) {
    report.schema(at, `Value is not a Reference Path: Illegal path '${String(value)}'`);
  }
};

/** `ResultPath` names a place in the state's own input. */
export const resultPath: Check = (value, at, report) => {
  if (value === null) return;
  const parsed = parsedPath(value, at, report);
  if (parsed !== undefined && (!parsed.reference || parsed.root !== "input")) {
    report.schema(at, `Value is not a Reference Path: Illegal path '${String(value)}'`);
  }
};

export const referencePathOrIntrinsic: Check = (value, at, report, setting) => {
  if (typeof value === "string" && isIntrinsic(value)) checkIntrinsic(value, at, report);
  else referencePath(value, at, report, setting);
};

function parsedPath(value: Json, at: string, report: Report): ScopePath | undefined {
  if (typeof value !== "string") {
    report.schema(at, "Expected value of type String");
    return undefined;
  }
  try {
    return compileScopePath(value);
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    report.schema(at, "Value is not a valid JSONPath");
    return undefined;
  }
}

/** `texts`: a list of at least one. */
export const texts: Check = (value, at, report) => {
  if (!isArray(value)) report.schema(at, "Expected value of type Array");
  else if (value.length === 0) report.schema(at, "Array must not be empty");
  else {
    for (const [index, each] of value.entries()) {
      if (typeof each !== "string") report.schema(`${at}[${index}]`, "Expected value of type String");
    }
  }
};
