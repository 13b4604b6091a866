// TagResource and UntagResource.

import type { Transaction } from "../../../core/transaction.ts";
import type { TagResourceRequest, UntagResourceRequest } from "../../../model/generated/secretsmanager.d.ts";
import { openPrimary } from "../secrets/secret.ts";
import { saveSecret } from "../secrets/store.ts";
import { withTags } from "../secrets/tags.ts";

type Nothing = Record<string, never>;

export async function tagResource(
  { SecretId, Tags }: TagResourceRequest,
  caller: Transaction,
): Promise<Nothing> {
  const { secret, tx } = await openPrimary(caller, SecretId, "TagResource");
  await saveSecret(tx, secret, { ...secret, tags: withTags(secret.tags, Tags) });
  return {};
}

export async function untagResource(
  { SecretId, TagKeys }: UntagResourceRequest,
  caller: Transaction,
): Promise<Nothing> {
  const { secret, tx } = await openPrimary(caller, SecretId, "UntagResource");
  const tags = Object.fromEntries(Object.entries(secret.tags).filter(([key]) => !TagKeys.includes(key)));
  await saveSecret(tx, secret, { ...secret, tags });
  return {};
}
