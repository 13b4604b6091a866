// Which buckets a new version is to be replicated to
// (docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html).

import type { ReplicationConfiguration, ReplicationRule } from "../../../model/generated/s3.d.ts";
import type { NewVersion } from "../objects/versions.ts";

/** Of several rules for one destination the one of the highest priority decides. */
export function rulesFor(
  configuration: ReplicationConfiguration,
  version: NewVersion,
): readonly ReplicationRule[] {
  const byDestination = new Map<string, ReplicationRule>();
  const sorted = configuration.Rules.toSorted((a, b) => (b.Priority ?? 0) - (a.Priority ?? 0));
  for (const rule of sorted) {
    const destination = rule.Destination.Bucket;
    if (rule.Status !== "Enabled" || byDestination.has(destination) || !isAbout(rule, version)) continue;
    byDestination.set(destination, rule);
  }
  return [...byDestination.values()];
}

export function tagsOf({
  Filter,
}: ReplicationRule): readonly { readonly Key: string; readonly Value: string }[] {
  return [...(Filter?.Tag === undefined ? [] : [Filter.Tag]), ...(Filter?.And?.Tags ?? [])];
}

function isAbout(rule: ReplicationRule, version: NewVersion): boolean {
  const prefix = rule.Filter?.And?.Prefix ?? rule.Filter?.Prefix ?? rule.Prefix ?? "";
  if (!version.key.startsWith(prefix)) return false;
  if ("deleteMarker" in version && version.deleteMarker === true) {
    // Rules of the first version, which have no filter, replicate markers unasked.
    return rule.Filter === undefined || rule.DeleteMarkerReplication?.Status === "Enabled";
  }
  const object = version as Exclude<NewVersion, { readonly deleteMarker: true }>;
  const type = object.encryption?.type;
  if (type === "customer") return false;
  const kms = type === "aws:kms" || type === "aws:kms:dsse";
  if (kms && rule.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status !== "Enabled") return false;
  return tagsOf(rule).every(({ Key, Value }) => object.tags?.[Key] === Value);
}
