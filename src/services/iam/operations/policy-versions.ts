// Versions of managed policies, and which of them counts.

import { fault } from "../../../core/fault.ts";
import type { Place } from "../../../core/place.ts";
import type { Operations } from "../../../core/service.ts";
import type { Iam } from "../../../model/generated/iam.d.ts";
import { deleteConflict, iam, limitExceeded, noSuchEntity, nothing, wholeSecond } from "../model.ts";
import { parseIamArn } from "../name.ts";
import { pageOf } from "../paging.ts";
import { checkManagedSize, checkPermissions } from "../policies/documents/permissions.ts";
import { describeVersion, findPolicy, findVersion, PolicyRecord } from "../policies/policy.ts";

const versionsPerPolicy = 5;

export const policyVersionOperations = {
  CreatePolicyVersion: async (input, tx) => {
    checkOwn(tx, input.PolicyArn);
    const policy = await findPolicy(tx, input.PolicyArn);
    checkPermissions(input.PolicyDocument);
    checkManagedSize(input.PolicyDocument);
    if (policy.versions.length >= versionsPerPolicy) {
      throw limitExceeded(
        `A managed policy can have up to ${versionsPerPolicy} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    const version = {
      number: policy.lastVersion + 1,
      document: input.PolicyDocument,
      createdAt: wholeSecond(tx.now),
    };
    const changed = {
      ...policy,
      versions: [...policy.versions, version],
      lastVersion: version.number,
      defaultVersion: input.SetAsDefault === true ? version.number : policy.defaultVersion,
      updatedAt: wholeSecond(tx.now),
    };
    tx.put(PolicyRecord, changed);
    return { PolicyVersion: describeVersion(changed, version, false) };
  },

  GetPolicyVersion: async (input, tx) => {
    const policy = await findPolicy(tx, input.PolicyArn);
    const version = findVersion(policy, input.PolicyArn, input.VersionId);
    return { PolicyVersion: describeVersion(policy, version, true) };
  },

  ListPolicyVersions: async (input, tx) => {
    const policy = await findPolicy(tx, input.PolicyArn);
    const newestFirst = [...policy.versions].reverse();
    const { values, end } = pageOf(newestFirst, input);
    return { Versions: values.map((version) => describeVersion(policy, version, false)), ...end };
  },

  SetDefaultPolicyVersion: async (input, tx) => {
    checkOwn(tx, input.PolicyArn);
    const policy = await findPolicy(tx, input.PolicyArn);
    const { number } = findVersion(policy, input.PolicyArn, input.VersionId);
    tx.put(PolicyRecord, { ...policy, defaultVersion: number, updatedAt: wholeSecond(tx.now) });
    return nothing;
  },

  DeletePolicyVersion: async (input, tx) => {
    checkOwn(tx, input.PolicyArn);
    const policy = await findPolicy(tx, input.PolicyArn);
    const { number } = findVersion(policy, input.PolicyArn, input.VersionId);
    if (number === policy.defaultVersion) {
      throw deleteConflict("Cannot delete the default version of a policy.");
    }
    const versions = policy.versions.filter((version) => version.number !== number);
    tx.put(PolicyRecord, { ...policy, versions, updatedAt: wholeSecond(tx.now) });
    return nothing;
  },
} satisfies Operations<Iam>;

/** AWS's policies are there to be read and attached, not to be changed. */
export function checkOwn(place: Place, arn: string): void {
  const account = parseIamArn(arn, "policy")?.account;
  if (account === undefined || account === place.account) return;
  if (account === "aws") {
    throw fault(iam, "AccessDenied", `Cannot perform the operation on an AWS managed policy: ${arn}`);
  }
  throw noSuchEntity(`Policy ${arn} was not found.`);
}
