// Managed policies, the account's own and AWS's: found by ARN, with their versions.

import type { Place } from "../../../core/place.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Policy, PolicyVersion } from "../../../model/generated/iam.d.ts";
import { awsPolicy } from "../managed/catalogue.ts";
import { invalidInput, noSuchEntity } from "../model.ts";
import { iamArn, namedArn, nameKey, parseIamArn } from "../name.ts";
import { describeTags, type Tags, tagMap } from "../tags.ts";
import { attachmentCount, boundaryCount } from "./attachment.ts";
import { encodeDocument } from "./documents/encode.ts";

export interface PolicyVersionState {
  /** Counts from 1: `v1`. */
  readonly number: number;
  readonly document: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export interface PolicyState {
  readonly name: string;
  readonly path: string;
  /** `ANPA...` */
  readonly id: string;
  readonly description?: string;
  /** Oldest first; at most five. */
  readonly versions: readonly PolicyVersionState[];
  readonly defaultVersion: number;
  /** Numbers are never used twice. */
  readonly lastVersion: number;
  readonly tags: Tags;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const PolicyRecord = defineResource<PolicyState>()({
  service: "iam",
  type: "policy",
  scope: "account",
  key: (policy) => [nameKey(policy.name)],
  arn: policyArn,
  named: (input, place) =>
    typeof input.PolicyArn === "string"
      ? input.PolicyArn
      : namedArn(place, "policy", input.PolicyName, input.Path),
  tags: tagMap,
});

export function policyArn(policy: Pick<PolicyState, "path" | "name">, place: Pick<Place, "account">): string {
  return iamArn(place, "policy", policy.path, policy.name);
}

/** The policy of this account or of AWS that has this ARN. */
export async function policyByArn(tx: Transaction, arn: string): Promise<PolicyState | undefined> {
  const parts = parseIamArn(arn, "policy");
  if (parts === undefined) return undefined;
  if (parts.account === "aws") return awsPolicy(arn);
  if (parts.account !== tx.account) return undefined;
  const policy = await tx.get(PolicyRecord, nameKey(parts.name));
  return policy !== undefined && policyArn(policy, tx) === arn ? policy : undefined;
}

/** Throws unless the policy can be attached. */
export async function checkAttachable(tx: Transaction, arn: string): Promise<void> {
  if ((await policyByArn(tx, arn)) !== undefined) return;
  if (!/^arn:[^:]+:iam::[^:]+:policy\/.+/.test(arn)) throw invalidInput(`ARN ${arn} is not valid.`);
  throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
}

/** Throws unless the policy can bound permissions. */
export async function checkBoundary(tx: Transaction, arn: string): Promise<void> {
  if ((await policyByArn(tx, arn)) !== undefined) return;
  throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
}

export async function findPolicy(tx: Transaction, arn: string): Promise<PolicyState> {
  const policy = await policyByArn(tx, arn);
  if (policy === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

export function findVersion(policy: PolicyState, arn: string, versionId: string): PolicyVersionState {
  const version = policy.versions.find((candidate) => versionName(candidate.number) === versionId);
  if (version !== undefined) return version;
  throw noSuchEntity(`Policy ${arn} version ${versionId} does not exist or is not attachable.`);
}

export function versionName(version: number): string {
  return `v${version}`;
}

/** As GetPolicy shows it. */
export async function describePolicy(tx: Transaction, policy: PolicyState, arn: string): Promise<Policy> {
  return {
    ...(await describeListedPolicy(tx, policy, arn)),
    ...(policy.description === undefined ? {} : { Description: policy.description }),
    ...describeTags(policy.tags),
  };
}

/** Lists leave out the description and the tags. */
export async function describeListedPolicy(
  tx: Transaction,
  policy: PolicyState,
  arn: string,
): Promise<Policy> {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: arn,
    Path: policy.path,
    DefaultVersionId: versionName(policy.defaultVersion),
    AttachmentCount: await attachmentCount(tx, arn),
    PermissionsBoundaryUsageCount: await boundaryCount(tx, arn),
    IsAttachable: true,
    CreateDate: policy.createdAt,
    UpdateDate: policy.updatedAt,
  };
}

/** Only GetPolicyVersion and the account's details show the document. */
export function describeVersion(
  policy: PolicyState,
  version: PolicyVersionState,
  withDocument: boolean,
): PolicyVersion {
  return {
    ...(withDocument ? { Document: encodeDocument(version.document) } : {}),
    VersionId: versionName(version.number),
    IsDefaultVersion: version.number === policy.defaultVersion,
    CreateDate: version.createdAt,
  };
}
