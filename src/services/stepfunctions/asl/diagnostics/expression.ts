// Expressions inside a definition: payload templates with their paths and
// intrinsic functions, and JSONata.

import { JsonPathError } from "../../../../lang/json-path/path-error.ts";
import { compileJsonata, JsonataError } from "../../../../lang/jsonata/expression.ts";
import { compileIntrinsic, isIntrinsic } from "../data/intrinsics/compile.ts";
import { IntrinsicSyntaxError } from "../data/intrinsics/parse.ts";
import { expressionIn } from "../data/jsonata.ts";
import type { Json } from "../data/scope.ts";
import { compileScopePath } from "../data/scope-path.ts";
import { isArray, isObject, type Report, type Setting } from "./report.ts";

/** A value in either language, at any depth. */
export function checkTemplate(value: Json, at: string, report: Report, setting: Setting): void {
  if (setting.language === "JSONata") checkJsonataValue(value, at, report);
  else checkPayload(value, at, at, report);
}

const longestVariable = 80;

/** What Assign holds: an object whose keys are names of variables. */
export function checkAssign(value: Json, at: string, report: Report, setting: Setting): void {
  if (!isObject(value)) {
    report.schema(at, "Expected value of type Object");
    return;
  }
  for (const key of Object.keys(value)) {
    const name = setting.language === "JSONPath" ? key.replace(/\.\$$/, "") : key;
    if (!/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name) || name.length > longestVariable) {
      report.schema(at, `'${name}' is not a valid variable name`);
    } else if (name === "states") report.schema(at, "The variable name 'states' is reserved");
  }
  checkTemplate(value, at, report, setting);
}

/** `whole` is the field of the state: AWS tells of that, whatever the depth. */
function checkPayload(value: Json, at: string, whole: string, report: Report): void {
  if (isArray(value)) {
    for (const [index, each] of value.entries()) checkPayload(each, `${at}[${index}]`, whole, report);
    return;
  }
  if (!isObject(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    if (!name.endsWith(".$")) {
      warnOfPath(name, inner, `${at}/${name}`, report);
      checkPayload(inner, `${at}/${name}`, whole, report);
      continue;
    }
    if (Object.hasOwn(value, name.slice(0, -2))) {
      report.schema(whole, `The field '${name.slice(0, -2)}' is defined twice`);
    }
    if (typeof inner !== "string" || !isPathOrIntrinsic(inner)) {
      report.schema(
        whole,
        `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`,
      );
    }
  }
}

function warnOfPath(name: string, value: Json, at: string, report: Report): void {
  if (typeof value !== "string" || !/^(\$[.[$]|States\.\w+\()/.test(value) || !isPathOrIntrinsic(value))
    return;
  report.warning(
    "NO_DOLLAR",
    `The field '${name}' has no '.$' at its end, though its value appears to be a JSONPath or intrinsic function`,
    at,
  );
}

function isPathOrIntrinsic(value: string): boolean {
  try {
    if (isIntrinsic(value)) compileIntrinsic(value);
    else compileScopePath(value);
    return true;
  } catch (error) {
    if (error instanceof JsonPathError || error instanceof IntrinsicSyntaxError) return false;
    throw error;
  }
}

export function checkIntrinsic(value: string, at: string, report: Report): void {
  if (!isPathOrIntrinsic(value)) {
    report.schema(at, "The value must be a valid JSONPath or a valid intrinsic function call");
  }
}

function checkJsonataValue(value: Json, at: string, report: Report): void {
  if (typeof value === "string") checkExpression(value, at, report);
  else if (isArray(value)) {
    for (const [index, each] of value.entries()) checkJsonataValue(each, `${at}[${index}]`, report);
  } else if (isObject(value)) {
    for (const [name, inner] of Object.entries(value)) checkJsonataValue(inner, `${at}/${name}`, report);
  }
}

/** A text without the signs is a constant, unless it has one of them. */
export function checkExpression(value: string, at: string, report: Report): void {
  const expression = expressionIn(value);
  if (expression === undefined) {
    if (value.startsWith("{%") || value.endsWith("%}")) {
      report.schema(at, "A JSONata expression must begin with '{%' and end with '%}'");
    }
    return;
  }
  if (/^\$\$?$/.test(expression)) {
    report.schema(at, `The JSONata expression '${expression}' refers to a root that does not exist`);
    return;
  }
  try {
    compileJsonata(expression);
  } catch (error) {
    if (!(error instanceof JsonataError)) throw error;
    report.schema(at, error.message);
  }
}
