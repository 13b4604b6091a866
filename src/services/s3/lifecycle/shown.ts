// `x-amz-expiration`: what answers tell of an object's end.

import type { Transaction } from "../../../core/transaction.ts";
import type { BucketState } from "../buckets/bucket.ts";
import { isConfigured, readConfiguration } from "../buckets/configuration.ts";
import type { ObjectVersion } from "../objects/object.ts";
import { expiryOf } from "./rules.ts";

/** Of the current version of a key; free where the bucket has no rules. */
export async function shownExpiration(
  tx: Transaction,
  bucket: BucketState,
  version: ObjectVersion,
): Promise<{ readonly Expiration?: string }> {
  if (!isConfigured(bucket, "lifecycle")) return {};
  const lifecycle = await readConfiguration(tx, bucket, "lifecycle");
  const expiry = lifecycle === undefined ? undefined : expiryOf(lifecycle.rules, version);
  if (expiry === undefined) return {};
  const date = new Date(expiry.at).toUTCString();
  return { Expiration: `expiry-date="${date}", rule-id="${encodeURIComponent(expiry.rule.ID ?? "")}"` };
}
