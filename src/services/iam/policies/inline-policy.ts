// Inline policies of users, groups and roles.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { PolicyDetail } from "../../../model/generated/iam.d.ts";
import type { Owner } from "../identities/owner.ts";
import { nameKey } from "../name.ts";
import { encodeDocument } from "./documents/encode.ts";

export interface InlinePolicyState {
  readonly owner: Owner;
  readonly name: string;
  readonly document: string;
}

export const InlinePolicyRecord = defineResource<InlinePolicyState>()({
  service: "iam",
  type: "inline-policy",
  scope: "account",
  key: ({ owner, name }) => [owner.type, nameKey(owner.name), name],
});

export function inlinePolicies(tx: Transaction, owner: Owner): Promise<readonly InlinePolicyState[]> {
  return tx.all(InlinePolicyRecord, [owner.type, nameKey(owner.name)]);
}

export function describeInlinePolicy(policy: InlinePolicyState): PolicyDetail {
  return { PolicyName: policy.name, PolicyDocument: encodeDocument(policy.document) };
}
