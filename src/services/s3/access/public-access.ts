// Block Public Access: the bucket's own settings and its account's, of which
// the stricter counts
// (docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { PublicAccessBlockConfiguration } from "../../../model/generated/s3.d.ts";
import { type BucketState, inside } from "../buckets/bucket.ts";
import { readConfiguration } from "../buckets/configuration.ts";

/** What S3 Control keeps for the whole account; read here only. */
const AccountPublicAccess = defineResource<PublicAccessBlockConfiguration>()({
  service: "s3control",
  type: "public-access-block",
  scope: "account",
  key: () => [],
});

export async function publicAccess(
  tx: Transaction,
  bucket: BucketState,
): Promise<Readonly<Record<keyof PublicAccessBlockConfiguration, boolean>>> {
  const own = await readConfiguration(tx, bucket, "publicAccess");
  const ofAccount = await inside(tx, bucket).get(AccountPublicAccess);
  const either = (name: keyof PublicAccessBlockConfiguration): boolean =>
    own?.[name] === true || ofAccount?.[name] === true;
  return {
    BlockPublicAcls: either("BlockPublicAcls"),
    IgnorePublicAcls: either("IgnorePublicAcls"),
    BlockPublicPolicy: either("BlockPublicPolicy"),
    RestrictPublicBuckets: either("RestrictPublicBuckets"),
  };
}
