// PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy, of tables,
// whose policy is part of their record, and of their streams.

import { hash } from "node:crypto";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { readPolicy } from "../../../lang/policy/document.ts";
import { PolicyError } from "../../../lang/policy/error.ts";
import type {
  DeleteResourcePolicyInput,
  DeleteResourcePolicyOutput,
  GetResourcePolicyInput,
  GetResourcePolicyOutput,
  PutResourcePolicyInput,
  PutResourcePolicyOutput,
} from "../../../model/generated/dynamodb.d.ts";
import { dynamodbFault, validation } from "../faults.ts";
import { findTable, nameInArn } from "../tables/name.ts";
import { type PolicyState, Table } from "../tables/table.ts";

/** The policy of a stream. */
export const StreamPolicy = defineResource<PolicyState & { readonly arn: string }>()({
  service: "dynamodb",
  type: "stream-policy",
  key: (policy) => [policy.arn],
});

const longestPolicy = 20 * 1024;
const noPolicy = "NO_POLICY";

/** Where a resource's policy is kept. */
interface Place {
  readonly policy: PolicyState | undefined;
  readonly put: (policy: PolicyState | undefined) => void;
}

async function placeOf(caller: Transaction, arn: string, action: string): Promise<Place> {
  if (nameInArn(arn) === undefined) throw validation(`Invalid ResourceArn: ${arn}`);
  const { table, tx } = await findTable(caller, arn, action);
  const stream = /\/stream\/(.+)$/.exec(arn)?.[1];
  if (stream === undefined) {
    return { policy: table.policy, put: (policy) => tx.put(Table, { ...table, policy }) };
  }
  if (table.stream?.label !== stream) {
    throw dynamodbFault(
      "ResourceNotFoundException",
      `Requested resource not found: Stream: ${arn} not found`,
    );
  }
  return {
    policy: await tx.get(StreamPolicy, arn),
    put: (policy) =>
      policy === undefined ? tx.delete(StreamPolicy, arn) : tx.put(StreamPolicy, { arn, ...policy }),
  };
}

function checkRevision(old: PolicyState | undefined, expected: string | undefined): void {
  if (expected === undefined) return;
  if (expected === noPolicy ? old === undefined : old?.revision === expected) return;
  throw dynamodbFault(
    "PolicyNotFoundException",
    "The resource policy with the expected revision id was not found",
  );
}

/** Fails where the document is no policy. */
export function newPolicy(document: string, tx: Transaction): PolicyState {
  if (Buffer.byteLength(document.replace(/\s/g, "")) > longestPolicy) {
    throw dynamodbFault("LimitExceededException", "Resource-based policy exceeds the limit of 20 KB");
  }
  try {
    readPolicy(document);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw validation(`Invalid policy document: ${error.message}`);
  }
  const digest = hash("sha256", `${tx.now} ${document}`, "hex").slice(0, 12);
  return { document, revision: String(10n ** 12n + BigInt(`0x${digest}`)) };
}

export async function putResourcePolicy(
  input: Readonly<PutResourcePolicyInput>,
  caller: Transaction,
): Promise<PutResourcePolicyOutput> {
  const { policy: old, put } = await placeOf(caller, input.ResourceArn, "PutResourcePolicy");
  const policy = newPolicy(input.Policy, caller);
  checkRevision(old, input.ExpectedRevisionId);
  // The same policy again changes nothing, not even the revision.
  if (old?.document === policy.document) return { RevisionId: old.revision };
  put(policy);
  return { RevisionId: policy.revision };
}

export async function getResourcePolicy(
  { ResourceArn: arn }: Readonly<GetResourcePolicyInput>,
  caller: Transaction,
): Promise<GetResourcePolicyOutput> {
  const { policy } = await placeOf(caller, arn, "GetResourcePolicy");
  if (policy === undefined) {
    throw dynamodbFault(
      "PolicyNotFoundException",
      `Resource-based policy not found for the provided ResourceArn: ${arn}`,
    );
  }
  return { Policy: policy.document, RevisionId: policy.revision };
}

export async function deleteResourcePolicy(
  { ResourceArn: arn, ExpectedRevisionId: expected }: Readonly<DeleteResourcePolicyInput>,
  caller: Transaction,
): Promise<DeleteResourcePolicyOutput> {
  const { policy: old, put } = await placeOf(caller, arn, "DeleteResourcePolicy");
  checkRevision(old, expected);
  if (old === undefined) return {};
  put(undefined);
  return { RevisionId: old.revision };
}
