// An object of a definition, by the fields that it may, must, or must not have.

import type { Json } from "../data/scope.ts";
import type { QueryLanguageName } from "../definition.ts";
import type { Check } from "./field.ts";
import { isObject, type Report, type Setting, type Values } from "./report.ts";

export interface Field {
  readonly check: Check;
  readonly required?: boolean;
  /** Where it exists in one query language only. */
  readonly only?: QueryLanguageName;
}

export type Fields = Readonly<Record<string, Field>>;

export function structure(fields: Fields, ...groups: readonly Group[]): Check {
  return (value, at, report, setting) => {
    if (!isObject(value)) return report.schema(at, "Expected value of type Object");
    checkFields(fields, value, at, report, setting);
    for (const group of groups) group(value, at, report, setting);
  };
}

export function checkFields(
  fields: Fields,
  value: Values,
  at: string,
  report: Report,
  setting: Setting,
): void {
  const missing = Object.entries(fields)
    .filter(([name, field]) => field.required === true && value[name] === undefined)
    .map(([name]) => name);
  if (missing.length > 0)
    report.schema(at === "" ? "/" : at, `These fields are required: [${missing.join(", ")}]`);
  for (const [name, inner] of Object.entries(value)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const here = `${at}/${name}`;
    if (field === undefined) report.schema(here, "Field is not supported");
    else if (field.only !== undefined && field.only !== setting.language) {
      report.schema(here, `The QueryLanguage '${setting.language}' does not support the field '${name}'`);
    } else field.check(inner, here, report, setting);
  }
}

/** A rule over several fields of one object. */
export type Group = (value: Values, at: string, report: Report, setting: Setting) => void;

export function exactlyOne(...names: readonly string[]): Group {
  return (value, at, report) => {
    const found = names.filter((name) => value[name] !== undefined);
    if (found.length === 1) return;
    report.schema(
      at,
      found.length === 0
        ? `One of these fields is required: [${names.join(", ")}]`
        : `These fields are mutually exclusive: [${found.join(", ")}]`,
    );
  };
}

export function atMostOne(...names: readonly string[]): Group {
  return (value, at, report) => {
    const found = names.filter((name) => value[name] !== undefined);
    if (found.length > 1) report.schema(at, `These fields are mutually exclusive: [${found.join(", ")}]`);
  };
}

export function listOf(check: Check, least = 1): Check {
  return (value: Json, at, report, setting) => {
    if (!Array.isArray(value)) return report.schema(at, "Expected value of type Array");
    if (value.length < least) return report.schema(at, "Array must not be empty");
    for (const [index, each] of (value as readonly Json[]).entries()) {
      check(each, `${at}[${index}]`, report, setting);
    }
  };
}
