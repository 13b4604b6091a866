// Resource policies: which services may put events into an account's groups.

import { fault } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { ResourcePolicy as ShownPolicy } from "../../../model/generated/logs.d.ts";
import { type Input, invalid, logs, type Output } from "../model.ts";

export interface PolicyState {
  /** Of a policy of the account its name, of a group's the group's ARN. */
  readonly name: string;
  readonly scope: "ACCOUNT" | "RESOURCE";
  /** The document as it was given. */
  readonly document: string;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
  readonly revision: string;
}

export const ResourcePolicy = defineResource<PolicyState>()({
  service: "logs",
  type: "resource-policy",
  key: (policy) => [policy.scope, policy.name],
});

const mostPolicies = 10;

interface Named {
  readonly policyName?: string | undefined;
  readonly resourceArn?: string | undefined;
}

function keyOf({ policyName, resourceArn }: Named): readonly ["ACCOUNT" | "RESOURCE", string] {
  if (resourceArn !== undefined) return ["RESOURCE", resourceArn];
  if (policyName !== undefined) return ["ACCOUNT", policyName];
  throw invalid("Either policyName or resourceArn must be provided.");
}

export async function putResourcePolicy(
  input: Input<"PutResourcePolicy">,
  tx: Transaction,
): Promise<Output<"PutResourcePolicy">> {
  const [scope, name] = keyOf(input);
  const { policyDocument: document = "" } = input;
  checkDocument(document);
  const current = await tx.get(ResourcePolicy, scope, name);
  checkRevision(input.expectedRevisionId, current);
  if (current === undefined && scope === "ACCOUNT") {
    const all = await tx.all(ResourcePolicy, ["ACCOUNT"]);
    if (all.length >= mostPolicies) throw fault(logs, "LimitExceededException", "Resource limit exceeded.");
  }
  const policy: PolicyState = { name, scope, document, updatedAt: tx.now, revision: tx.ids.hex(32) };
  tx.put(ResourcePolicy, policy);
  return { resourcePolicy: shown(policy), revisionId: policy.revision };
}

function checkDocument(document: string): void {
  try {
    const parsed: unknown = JSON.parse(document);
    if (typeof parsed === "object" && parsed !== null && "Statement" in parsed) return;
  } catch {
    // Answered below.
  }
  throw invalid("The resource policy document is not valid.");
}

function checkRevision(expected: string | undefined, current: PolicyState | undefined): void {
  if (expected === undefined || expected === current?.revision) return;
  throw fault(logs, "OperationAbortedException", "The resource policy has been changed by another request.");
}

export async function deleteResourcePolicy(
  input: Input<"DeleteResourcePolicy">,
  tx: Transaction,
): Promise<Output<"DeleteResourcePolicy">> {
  const [scope, name] = keyOf(input);
  const current = await tx.get(ResourcePolicy, scope, name);
  if (current === undefined) {
    throw fault(logs, "ResourceNotFoundException", `Policy with name [${name}] does not exist`);
  }
  checkRevision(input.expectedRevisionId, current);
  tx.delete(ResourcePolicy, scope, name);
  return {};
}

export async function describeResourcePolicies(
  input: Input<"DescribeResourcePolicies">,
  tx: Transaction,
): Promise<Output<"DescribeResourcePolicies">> {
  const scope = input.policyScope ?? (input.resourceArn === undefined ? "ACCOUNT" : "RESOURCE");
  const page = await tx.list(ResourcePolicy, {
    prefix: [scope],
    limit: input.limit ?? 50,
    cursor: input.nextToken,
  });
  const policies = page.values.filter(
    ({ name }) => input.resourceArn === undefined || name === input.resourceArn,
  );
  return {
    resourcePolicies: policies.map(shown),
    ...(page.cursor !== undefined && { nextToken: page.cursor }),
  };
}

function shown({ name, scope, document, updatedAt, revision }: PolicyState): ShownPolicy {
  return {
    ...(scope === "ACCOUNT" ? { policyName: name } : { resourceArn: name }),
    policyDocument: document,
    lastUpdatedTime: updatedAt,
    policyScope: scope,
    revisionId: revision,
  };
}
