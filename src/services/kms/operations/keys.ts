// DescribeKey, ListKeys, and what changes a key's settings: description, policy,
// tags, enabled or not.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  DescribeKeyRequest,
  DescribeKeyResponse,
  DisableKeyRequest,
  EnableKeyRequest,
  GetKeyLastUsageRequest,
  GetKeyLastUsageResponse,
  GetKeyPolicyRequest,
  GetKeyPolicyResponse,
  KeyLastUsageTrackingOperation,
  ListKeyPoliciesRequest,
  ListKeyPoliciesResponse,
  ListKeysRequest,
  ListKeysResponse,
  ListResourceTagsRequest,
  ListResourceTagsResponse,
  PutKeyPolicyRequest,
  TagResourceRequest,
  UntagResourceRequest,
  UpdateKeyDescriptionRequest,
} from "../../../model/generated/kms.d.ts";
import { checkAccess, checkPolicy } from "../keys/access.ts";
import { findKey, findKeyById, Key, type OpenKey } from "../keys/key.ts";
import { lastUsage } from "../keys/last-usage.ts";
import { ensureManagedKey } from "../keys/managed.ts";
import { showKey, stateOf } from "../keys/metadata.ts";
import { showTags, withTags } from "../keys/tags.ts";
import { invalidState, notFound } from "../model.ts";

type Nothing = Record<string, never>;

const defaultPage = 100;
const defaultTagPage = 50;

export async function describeKey(
  { KeyId }: DescribeKeyRequest,
  caller: Transaction,
): Promise<DescribeKeyResponse> {
  await ensureManagedKey(caller, KeyId);
  const open = await findKey(caller, KeyId);
  await checkAccess(caller, open, "DescribeKey");
  return { KeyMetadata: showKey(open.key) };
}

/** Every key has been watched since it was made. */
export async function getKeyLastUsage(
  { KeyId }: GetKeyLastUsageRequest,
  caller: Transaction,
): Promise<GetKeyLastUsageResponse> {
  const { key, tx } = await openKey(caller, KeyId, "GetKeyLastUsage");
  const usage = await lastUsage(tx, key.id);
  return {
    KeyId: key.id,
    KeyCreationDate: key.createdAt,
    TrackingStartDate: key.createdAt,
    ...(usage !== undefined && {
      KeyLastUsage: {
        Operation: usage.operation as KeyLastUsageTrackingOperation,
        Timestamp: usage.at,
        KmsRequestId: usage.requestId,
      },
    }),
  };
}

export async function listKeys(
  { Limit, Marker }: ListKeysRequest,
  tx: Transaction,
): Promise<ListKeysResponse> {
  const { values, cursor } = await tx.list(Key, { cursor: Marker, limit: Limit ?? defaultPage });
  const Keys = values.map(({ id, arn }) => ({ KeyId: id, KeyArn: arn }));
  return { Keys, Truncated: cursor !== undefined, NextMarker: cursor };
}

/** A key that its caller may change, by id or ARN. */
export async function openKey(caller: Transaction, name: string, action: string): Promise<OpenKey> {
  const open = await findKeyById(caller, name);
  await checkAccess(caller, open, action);
  return open;
}

/** As `openKey`, for what a key that is about to go no longer takes. */
export async function openLivingKey(caller: Transaction, name: string, action: string): Promise<OpenKey> {
  const open = await openKey(caller, name, action);
  if (stateOf(open.key).endsWith("Deletion")) throw invalidState(open.key.arn, "is pending deletion");
  return open;
}

export async function enableKey({ KeyId }: EnableKeyRequest, caller: Transaction): Promise<Nothing> {
  return setEnabled(caller, KeyId, true, "EnableKey");
}

export async function disableKey({ KeyId }: DisableKeyRequest, caller: Transaction): Promise<Nothing> {
  return setEnabled(caller, KeyId, false, "DisableKey");
}

async function setEnabled(
  caller: Transaction,
  name: string,
  enabled: boolean,
  action: string,
): Promise<Nothing> {
  const { key, tx } = await openLivingKey(caller, name, action);
  if (stateOf(key) === "PendingImport") throw invalidState(key.arn, "is pending import");
  if (key.enabled !== enabled) tx.put(Key, { ...key, enabled });
  return {};
}

export async function updateKeyDescription(
  { KeyId, Description }: UpdateKeyDescriptionRequest,
  caller: Transaction,
): Promise<Nothing> {
  const { key, tx } = await openLivingKey(caller, KeyId, "UpdateKeyDescription");
  tx.put(Key, { ...key, description: Description });
  return {};
}

export async function getKeyPolicy(
  { KeyId, PolicyName = "default" }: GetKeyPolicyRequest,
  caller: Transaction,
): Promise<GetKeyPolicyResponse> {
  const { key } = await openKey(caller, KeyId, "GetKeyPolicy");
  if (PolicyName !== "default") throw notFound("No such policy exists");
  return { Policy: key.policy, PolicyName };
}

export async function putKeyPolicy(input: PutKeyPolicyRequest, caller: Transaction): Promise<Nothing> {
  const { key, tx } = await openLivingKey(caller, input.KeyId, "PutKeyPolicy");
  if ((input.PolicyName ?? "default") !== "default") throw notFound("No such policy exists");
  checkPolicy(caller, input.Policy, key.account, input.BypassPolicyLockoutSafetyCheck !== true);
  tx.put(Key, { ...key, policy: input.Policy });
  return {};
}

export async function listKeyPolicies(
  { KeyId }: ListKeyPoliciesRequest,
  caller: Transaction,
): Promise<ListKeyPoliciesResponse> {
  await openKey(caller, KeyId, "ListKeyPolicies");
  return { PolicyNames: ["default"], Truncated: false };
}

export async function tagResource(
  { KeyId, Tags }: TagResourceRequest,
  caller: Transaction,
): Promise<Nothing> {
  const { key, tx } = await openLivingKey(caller, KeyId, "TagResource");
  tx.put(Key, { ...key, tags: withTags(key.tags, Tags) });
  return {};
}

export async function untagResource(
  { KeyId, TagKeys }: UntagResourceRequest,
  caller: Transaction,
): Promise<Nothing> {
  const { key, tx } = await openLivingKey(caller, KeyId, "UntagResource");
  const tags = Object.fromEntries(Object.entries(key.tags).filter(([name]) => !TagKeys.includes(name)));
  tx.put(Key, { ...key, tags });
  return {};
}

/** The marker is the last key shown: fifty tags are no reason for a store's page. */
export async function listResourceTags(
  { KeyId, Limit = defaultTagPage, Marker = "" }: ListResourceTagsRequest,
  caller: Transaction,
): Promise<ListResourceTagsResponse> {
  const { key } = await openKey(caller, KeyId, "ListResourceTags");
  const sorted = [...showTags(key.tags)].sort((left, right) => (left.TagKey < right.TagKey ? -1 : 1));
  const rest = sorted.filter(({ TagKey }) => TagKey > Marker);
  const Tags = rest.slice(0, Limit);
  const Truncated = rest.length > Tags.length;
  return { Tags, Truncated, ...(Truncated && { NextMarker: Tags.at(-1)?.TagKey }) };
}
