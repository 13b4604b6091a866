// AWS managed policies, by ARN: those that people attach. A name that is not
// in the tables does not exist here.

import { createHash } from "node:crypto";
import type { PolicyState } from "../policies/policy.ts";
import { accessPolicies } from "./access.ts";
import { applicationPolicies } from "./applications.ts";
import { containerPolicies } from "./containers.ts";
import { dataPolicies } from "./data.ts";
import { developerPolicies } from "./developer.ts";
import { infrastructurePolicies } from "./infrastructure.ts";
import { lambdaPolicies } from "./lambda.ts";
import { observabilityPolicies } from "./observability.ts";
import type { ManagedPolicies, ManagedPolicy } from "./statement.ts";

const prefix = "arn:aws:iam::aws:policy/";

const policies: ManagedPolicies = {
  ...accessPolicies,
  ...applicationPolicies,
  ...containerPolicies,
  ...dataPolicies,
  ...developerPolicies,
  ...infrastructurePolicies,
  ...lambdaPolicies,
  ...observabilityPolicies,
};

/** AWS gives each policy its own date; the oldest stands for all. */
const createdAt = Date.UTC(2015, 1, 6, 18, 40, 58);

export function awsPolicy(arn: string): PolicyState | undefined {
  if (!arn.startsWith(prefix)) return undefined;
  const key = arn.slice(prefix.length);
  return Object.hasOwn(policies, key) ? state(key, policies[key]!) : undefined;
}

export function awsPolicyArns(): readonly string[] {
  return Object.keys(policies)
    .sort()
    .map((key) => prefix + key);
}

function state(key: string, { version, statements }: ManagedPolicy): PolicyState {
  const slash = key.lastIndexOf("/");
  const document = JSON.stringify({ Version: "2012-10-17", Statement: statements }, undefined, 2);
  return {
    name: key.slice(slash + 1),
    path: `/${key.slice(0, slash + 1)}`,
    id: policyId(key),
    versions: [{ number: version, document, createdAt }],
    defaultVersion: version,
    lastVersion: version,
    tags: [],
    createdAt,
    updatedAt: createdAt,
  };
}

/** The same for every account and every cloud. */
function policyId(key: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let id = "ANPA";
  for (const byte of createHash("sha256").update(key).digest().subarray(0, 17)) id += alphabet[byte % 32];
  return id;
}
