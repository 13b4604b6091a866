// The operators of conditions: each compiles a policy's value to a test of one
// value of the request
// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).

import { BlockList, isIP } from "node:net";
import { type Context, compilePattern } from "./pattern.ts";

export type ValueTest = (given: string, context: Context) => boolean;

export interface Operator {
  /** `variables`: whether the policy's version has them. */
  readonly compile: (wanted: string, variables: boolean) => ValueTest;
  /** True of the values that match none of the policy's. */
  readonly negated: boolean;
}

type Compile = Operator["compile"];

const text =
  (options: { readonly wildcards?: boolean; readonly ignoreCase?: boolean }): Compile =>
  (wanted, variables) =>
    compilePattern(wanted, { wildcards: false, ...options, variables });

/** Every component is matched on its own: a wildcard does not reach over a colon. */
const arn: Compile = (wanted, variables) => {
  const patterns = componentsOf(wanted).map((each) => compilePattern(each, { variables }));
  return (given, context) => {
    const parts = componentsOf(given);
    return parts.length === patterns.length && patterns.every((match, at) => match(parts[at]!, context));
  };
};

/** Six components, of which the last may hold further colons. Colons within variables separate nothing. */
function componentsOf(text: string): readonly string[] {
  const parts = text.match(/(?:\$\{[^}]*\}|[^:])*(?::|$)/g) ?? [];
  const pieces = parts.map((part) => part.replace(/:$/, ""));
  if (!text.endsWith(":") && pieces.at(-1) === "") pieces.pop();
  return pieces.length <= 6 ? pieces : [...pieces.slice(0, 5), pieces.slice(5).join(":")];
}

const number =
  (holds: (given: number, wanted: number) => boolean): Compile =>
  (wanted) => {
    const limit = numberOf(wanted);
    return (given) => limit !== undefined && holds(numberOf(given) ?? Number.NaN, limit);
  };

function numberOf(value: string): number | undefined {
  const parsed = value.trim() === "" ? Number.NaN : Number(value);
  return Number.isFinite(parsed) ? parsed : undefined;
}

const date =
  (holds: (given: number, wanted: number) => boolean): Compile =>
  (wanted) => {
    const limit = timeOf(wanted);
    return (given) => limit !== undefined && holds(timeOf(given) ?? Number.NaN, limit);
  };

/** ISO 8601 in W3C's profile, or seconds of the epoch. */
function timeOf(value: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(value) && value.length > 4) return Number(value) * 1000;
  const parsed = Date.parse(value);
  return Number.isNaN(parsed) ? undefined : parsed;
}

const bool: Compile = (wanted) => {
  const value = wanted.toLowerCase();
  return (given) => given.toLowerCase() === value;
};

const binary: Compile = (wanted) => {
  const value = wanted.replace(/=+$/, "");
  return (given) => given.replace(/=+$/, "") === value;
};

const address: Compile = (wanted) => {
  const [network = "", bits] = wanted.split("/");
  const version = isIP(network);
  const all = version === 4 ? 32 : 128;
  const length = bits === undefined ? all : Number(bits);
  if (version === 0 || !Number.isInteger(length) || length < 0 || length > all) return () => false;
  const family = version === 4 ? "ipv4" : "ipv6";
  const block = new BlockList();
  block.addSubnet(network, length, family);
  return (given) => isIP(given) === version && block.check(given, family);
};

const pairs: Readonly<Record<string, readonly [name: string, negation: string, Compile]>> = {
  string: ["StringEquals", "StringNotEquals", text({})],
  folded: ["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", text({ ignoreCase: true })],
  like: ["StringLike", "StringNotLike", text({ wildcards: true })],
  arnEquals: ["ArnEquals", "ArnNotEquals", arn],
  arnLike: ["ArnLike", "ArnNotLike", arn],
  number: ["NumericEquals", "NumericNotEquals", number((given, wanted) => given === wanted)],
  date: ["DateEquals", "DateNotEquals", date((given, wanted) => given === wanted)],
  address: ["IpAddress", "NotIpAddress", address],
};

export const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...Object.values(pairs).flatMap(([name, negation, compile]): [string, Operator][] => [
    [name, { compile, negated: false }],
    [negation, { compile, negated: true }],
  ]),
  ["NumericLessThan", { compile: number((given, wanted) => given < wanted), negated: false }],
  ["NumericLessThanEquals", { compile: number((given, wanted) => given <= wanted), negated: false }],
  ["NumericGreaterThan", { compile: number((given, wanted) => given > wanted), negated: false }],
  ["NumericGreaterThanEquals", { compile: number((given, wanted) => given >= wanted), negated: false }],
  ["DateLessThan", { compile: date((given, wanted) => given < wanted), negated: false }],
  ["DateLessThanEquals", { compile: date((given, wanted) => given <= wanted), negated: false }],
  ["DateGreaterThan", { compile: date((given, wanted) => given > wanted), negated: false }],
  ["DateGreaterThanEquals", { compile: date((given, wanted) => given >= wanted), negated: false }],
  ["Bool", { compile: bool, negated: false }],
  ["BinaryEquals", { compile: binary, negated: false }],
]);
