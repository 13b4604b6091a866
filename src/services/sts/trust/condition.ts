// Conditions of trust policies: whether what is known of a call satisfies them.

import { notImplemented } from "../../../core/fault.ts";

/** What is known of the call, by condition key in lower case. */
export type ConditionContext = ReadonlyMap<string, readonly string[]>;

type Compare = (actual: string, wanted: string) => boolean;

/** `Condition` of a statement: operators, each with keys and values; all must hold. */
export function conditionHolds(condition: unknown, context: ConditionContext): boolean {
  if (condition === undefined) return true;
  for (const [operator, keys] of Object.entries(condition as object)) {
    for (const [key, values] of Object.entries(keys as object)) {
      const wanted = [values].flat().map((value) => substitute(String(value), context));
      if (!operatorHolds(operator, context.get(key.toLowerCase()), wanted)) return false;
    }
  }
  return true;
}

function operatorHolds(
  written: string,
  actual: readonly string[] | undefined,
  wanted: readonly string[],
): boolean {
  const [, set, name, ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(written) ?? [];
  if (name === "Null") return wanted.some((value) => (value === "true") === (actual === undefined));
  const negated = name?.includes("Not") ?? false;
  const compare = comparisons[name?.replace("Not", "") ?? ""];
  if (compare === undefined) throw notImplemented("sts", `the condition operator ${written}`);
  if (actual === undefined)
    return ifExists !== undefined || set === "ForAllValues" || (negated && set === undefined);
  const matches = (value: string): boolean => wanted.some((item) => compare(value, item)) !== negated;
  if (set === "ForAllValues") return actual.every(matches);
  // A negated operator holds where no value matches; any other where one does.
  return negated && set === undefined ? actual.every(matches) : actual.some(matches);
}

const comparisons: Readonly<Record<string, Compare>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: (actual, wanted) => Number(actual) === Number(wanted),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (actual, wanted) => Number(actual) <= Number(wanted),
  NumericGreaterThan: (actual, wanted) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (actual, wanted) => Number(actual) >= Number(wanted),
  DateEquals: (actual, wanted) => moment(actual) === moment(wanted),
  DateLessThan: (actual, wanted) => moment(actual) < moment(wanted),
  DateLessThanEquals: (actual, wanted) => moment(actual) <= moment(wanted),
  DateGreaterThan: (actual, wanted) => moment(actual) > moment(wanted),
  DateGreaterThanEquals: (actual, wanted) => moment(actual) >= moment(wanted),
  IpAddress: inNetwork,
};

/** `*` stands for any text, `?` for any one letter. */
export function like(actual: string, wanted: string): boolean {
  const pattern = wanted
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${pattern}$`, "s").test(actual);
}

function moment(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** IPv4 only; an address of the other kind is in no network. */
function inNetwork(actual: string, wanted: string): boolean {
  const [network = "", length = "32"] = wanted.split("/");
  const [address, base] = [ipv4(actual), ipv4(network)];
  if (address === undefined || base === undefined) return actual === wanted;
  const size = 2 ** (32 - Number(length));
  return Math.floor(address / size) === Math.floor(base / size);
}

function ipv4(text: string): number | undefined {
  const parts = text.replace(/^::ffff:/, "").split(".");
  if (parts.length !== 4) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Policy variables: `${aws:username}`. */
function substitute(value: string, context: ConditionContext): string {
  return value.replace(
    /\$\{([^}]+)\}/g,
    (whole, key: string) => context.get(key.toLowerCase())?.[0] ?? whole,
  );
}
