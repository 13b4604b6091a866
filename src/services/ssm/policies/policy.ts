// Policies of parameters: that one expires, that somebody is told before, and
// that somebody is told where nothing changed.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html

import { fault } from "../../../core/fault.ts";
import type { ParameterInlinePolicy } from "../../../model/generated/ssm.d.ts";
import { ssm } from "../model.ts";

export type PolicyType = "Expiration" | "ExpirationNotification" | "NoChangeNotification";

export interface PolicyState {
  readonly type: PolicyType;
  /** As it was given, without spaces. */
  readonly text: string;
  /** Epoch milliseconds of what it says; for notifications, milliseconds before or after. */
  readonly time: number;
  readonly status: "Pending" | "Finished";
}

const mostPolicies = 10;
const hour = 3_600_000;
const units: Readonly<Record<string, number>> = { Days: 24 * hour, Hours: hour };

interface GivenPolicy {
  readonly Type?: unknown;
  readonly Version?: unknown;
  readonly Attributes?: Readonly<Record<string, unknown>>;
}

/** Of PutParameter's `Policies`: a JSON array; `[{}]` and nothing at all take all policies away. */
export function readPolicies(text: string, now: number): readonly PolicyState[] {
  if (text.trim() === "") return [];
  const given = jsonOf(text);
  if (!Array.isArray(given)) throw invalidAttribute("Policies must be a JSON array of policies.");
  const policies = (given as readonly GivenPolicy[]).filter((each) => Object.keys(each ?? {}).length > 0);
  if (policies.length > mostPolicies) {
    throw fault(
      ssm,
      "PoliciesLimitExceededException",
      `You specified more than the maximum number of allowed policies for the parameter. The maximum is ${mostPolicies}.`,
    );
  }
  const read = policies.map((each) => readPolicy(each, now));
  const expirations = read.filter(({ type }) => type === "Expiration").length;
  const notified = read.some(({ type }) => type === "ExpirationNotification");
  if (expirations > 1 || (notified && expirations === 0)) {
    throw fault(
      ssm,
      "IncompatiblePolicyException",
      "There is a conflict in the policies specified for this parameter. You can't, for example, specify two Expiration policies for a parameter. Review your policies, and try again.",
    );
  }
  return read;
}

function readPolicy({ Type, Version, Attributes = {} }: GivenPolicy, now: number): PolicyState {
  const policy = { text: JSON.stringify({ Type, Version, Attributes }), status: "Pending" } as const;
  if (Version !== "1.0") throw invalidAttribute(`The policy version must be 1.0, not ${String(Version)}.`);
  if (Type === "Expiration") {
    const time = Date.parse(String(Attributes["Timestamp"]));
    if (Number.isNaN(time)) throw invalidAttribute("Expiration needs a Timestamp in ISO 8601.");
    if (time <= now) throw invalidAttribute("The Timestamp of Expiration must lie in the future.");
    return { ...policy, type: Type, time };
  }
  if (Type === "ExpirationNotification") {
    return { ...policy, type: Type, time: duration(Type, "Before", Attributes) };
  }
  if (Type === "NoChangeNotification") {
    return { ...policy, type: Type, time: duration(Type, "After", Attributes) };
  }
  throw fault(
    ssm,
    "InvalidPolicyTypeException",
    "The policy type isn't supported. Parameter Store supports the following policy types: Expiration, ExpirationNotification, and NoChangeNotification.",
  );
}

function duration(type: string, name: string, attributes: Readonly<Record<string, unknown>>): number {
  const count = Number(attributes[name]);
  const unit = units[String(attributes["Unit"])];
  if (unit === undefined || !Number.isInteger(count) || count < 1) {
    throw invalidAttribute(`${type} needs ${name}, a number above zero, and Unit, Days or Hours.`);
  }
  return count * unit;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidAttribute("Policies must be a JSON array of policies.");
  }
}

function invalidAttribute(why: string) {
  return fault(ssm, "InvalidPolicyAttributeException", `A policy attribute or its value is invalid. ${why}`);
}

/** When it acts; a policy that is told of before it expires is told at once where that time is over. */
export function dueAt(policy: PolicyState, all: readonly PolicyState[], changedAt: number): number {
  if (policy.type === "Expiration") return policy.time;
  if (policy.type === "NoChangeNotification") return changedAt + policy.time;
  const expires = all.find(({ type }) => type === "Expiration")?.time ?? 0;
  return expires - policy.time;
}

export function showPolicies(policies: readonly PolicyState[]): readonly ParameterInlinePolicy[] {
  return policies.map(({ type, text, status }) => ({
    PolicyText: text,
    PolicyType: type,
    PolicyStatus: status,
  }));
}
