// Filters of lists of parameters: what each key may be asked for, and where a
// list can begin so that it need not read everything.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html

import { fault } from "../../../core/fault.ts";
import type { ListOptions } from "../../../core/transaction.ts";
import type { ParameterStringFilter, ParametersFilter } from "../../../model/generated/ssm.d.ts";
import { ssm, validation } from "../model.ts";
import { parentPath } from "./name.ts";
import type { ParameterState } from "./parameter.ts";

export type Matches = (parameter: ParameterState) => boolean;

type Operation = "DescribeParameters" | "GetParametersByPath";

const plainOptions = ["Equals", "BeginsWith"] as const;
const optionsOf: Readonly<Record<Operation, Readonly<Record<string, readonly string[]>>>> = {
  DescribeParameters: {
    Name: ["Equals", "BeginsWith", "Contains"],
    Type: plainOptions,
    KeyId: plainOptions,
    Path: ["Recursive", "OneLevel"],
    Tier: plainOptions,
    DataType: plainOptions,
  },
  GetParametersByPath: { Type: plainOptions, KeyId: plainOptions, Label: ["Equals"] },
};

const fields: Readonly<Record<string, (parameter: ParameterState) => string | undefined>> = {
  Name: ({ name }) => name,
  Type: ({ type }) => type,
  KeyId: ({ keyId }) => keyId,
  Tier: ({ tier }) => tier,
  DataType: ({ dataType }) => dataType,
};

const tests: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  Equals: (value, wanted) => value === wanted,
  BeginsWith: (value, wanted) => value.startsWith(wanted),
  Contains: (value, wanted) => value.includes(wanted),
};

/** A filter with its default filled in. */
interface Filter {
  readonly key: string;
  readonly option: string;
  readonly values: readonly string[];
}

export function readFilters(
  given: readonly ParameterStringFilter[] = [],
  operation: Operation,
): readonly Filter[] {
  const keys = given.map(({ Key }) => Key);
  if (new Set(keys).size !== keys.length) {
    throw validation("The following filters are duplicated in the request: each key may stand once.");
  }
  return given.map((each) => readFilter(each, operation));
}

function readFilter(
  { Key: key, Option, Values: values = [] }: ParameterStringFilter,
  operation: Operation,
): Filter {
  const known = optionsOf[operation];
  if (key.startsWith("tag:") && operation === "DescribeParameters") {
    return { key, option: checkOption(key, Option ?? "Equals", plainOptions), values };
  }
  const options = known[key];
  if (options === undefined) {
    throw fault(
      ssm,
      "InvalidFilterKey",
      `The following filter key is not valid: ${key}. Valid filter keys include: [${Object.keys(known).join(", ")}]`,
    );
  }
  if (values.length === 0) {
    throw fault(
      ssm,
      "InvalidFilterValue",
      `The following filter values are missing : null for filter key ${key}`,
    );
  }
  if (key === "Path" && values.some((value) => !value.startsWith("/") || /^\/(?:aws|ssm)/i.test(value))) {
    throw validation(badPath);
  }
  return {
    key,
    option: checkOption(key, Option ?? (key === "Path" ? "OneLevel" : "Equals"), options),
    values,
  };
}

/** For a path that no parameter can be under. */
export const badPath =
  'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.';

function checkOption(key: string, option: string, options: readonly string[]): string {
  if (options.includes(option)) return option;
  throw fault(
    ssm,
    "InvalidFilterOption",
    `The following filter option is not valid: ${option}. Valid options for the filter key ${key} include: [${options.join(", ")}]`,
  );
}

/** The deprecated filters: names begin with what is given. */
export function readOldFilters(given: readonly ParametersFilter[] = []): readonly Filter[] {
  return given.map(({ Key, Values }) => ({
    key: Key,
    option: Key === "Name" ? "BeginsWith" : "Equals",
    values: Values,
  }));
}

export function matching(filters: readonly Filter[]): Matches {
  const each = filters.map(matchingOne);
  return (parameter) => each.every((matches) => matches(parameter));
}

function matchingOne({ key, option, values }: Filter): Matches {
  if (key === "Path") {
    return option === "OneLevel"
      ? ({ name }) => values.some((path) => parentPath(name) === withoutSlash(path))
      : ({ name }) => values.some((path) => name.startsWith(`${withoutSlash(path)}/`) || path === "/");
  }
  if (key === "Label") return ({ labels }) => values.some((label) => labels[label] !== undefined);
  const test = tests[option]!;
  if (key.startsWith("tag:")) {
    const tag = key.slice("tag:".length);
    return ({ tags }) => {
      const value = tags[tag];
      return value !== undefined && (values.length === 0 || values.some((wanted) => test(value, wanted)));
    };
  }
  return (parameter) => {
    const value = fields[key]?.(parameter);
    return value !== undefined && values.some((wanted) => test(value, wanted));
  };
}

export const withoutSlash = (path: string): string => (path.length > 1 ? path.replace(/\/$/, "") : path);

/** Where the list that has all matches is read. */
export function within(filters: readonly Filter[]): ListOptions {
  for (const { key, option, values } of filters) {
    const [value] = values;
    if (value === undefined || values.length !== 1) continue;
    if (key === "Name" && option !== "Contains") return { startsWith: value };
    if (key === "Path") return under(value, option === "Recursive");
  }
  return {};
}

/** All parameters under a path, or those one level below it. */
export function under(path: string, recursive: boolean): ListOptions {
  const level = withoutSlash(path);
  if (!recursive) return { index: "level", prefix: [level] };
  return level === "/" ? {} : { startsWith: `${level}/` };
}
