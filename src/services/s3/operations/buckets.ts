// Buckets: made, looked at, listed, deleted.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { BucketLocationConstraint, S3 } from "../../../model/generated/s3.d.ts";
import { newBucketGrants } from "../access/acl.ts";
import { Bucket, type BucketState, bucketArn, inside } from "../buckets/bucket.ts";
import {
  configuredByDefault,
  isConfigured,
  removeAllConfigurations,
  writeConfiguration,
  writeDefaults,
} from "../buckets/configuration.ts";
import { anyRegion, findAnywhere, findBucket } from "../buckets/find.ts";
import { isBucketName } from "../buckets/name.ts";
import { ownerOf } from "../buckets/owner.ts";
import { s3Fault, unsupported } from "../faults.ts";
import { removeParts } from "../jobs.ts";
import { forgetLines } from "../logging/delivery.ts";
import type { Input, Output } from "../model.ts";
import { scanObjects, scanUploads, scanVersions } from "../objects/scan.ts";
import { removeAllNumbered } from "../settings/numbered.ts";
import { mostBucketTags, tagsFrom } from "../tags.ts";
import { Upload } from "../uploads/upload.ts";

const mostBuckets = 10_000;
const everything = { start: "", end: "\xff" };

async function createBucket(input: Input<"CreateBucket">, tx: Transaction): Promise<Output<"CreateBucket">> {
  const { Bucket: name, CreateBucketConfiguration: configuration } = input;
  if (tx.principal.type === "anonymous") throw s3Fault("AccessDenied");
  if (!isBucketName(name)) throw s3Fault("InvalidBucketName", { BucketName: name });
  if (configuration?.Bucket !== undefined || configuration?.Location !== undefined) {
    throw unsupported("directory buckets");
  }
  // Whoever says anything of lists wants them: clients that send `private` with the bucket send it with every object.
  const usual = input.ACL === "private" ? "BucketOwnerPreferred" : "BucketOwnerEnforced";
  const ownership = input.ObjectOwnership ?? usual;
  const grants = newBucketGrants(input, tx.account, ownership);
  const region = regionOf(configuration?.LocationConstraint, signedFor(tx.region));
  const location = { Location: region === "us-east-1" ? `/${name}` : `${tx.endpoint}/${name}` };
  const before = await tx.get(Bucket, name);
  if (before !== undefined) {
    if (before.owner !== tx.account) throw s3Fault("BucketAlreadyExists", { BucketName: name });
    // As since ever, us-east-1 alone lets an owner make a bucket again.
    if (region !== "us-east-1" || before.region !== region) {
      throw s3Fault("BucketAlreadyOwnedByYou", { BucketName: name });
    }
    return { ...location, BucketArn: bucketArn(name) };
  }
  const tags = configuration?.Tags;
  const bucket: BucketState = {
    name,
    id: tx.ids.hex(16),
    owner: tx.account,
    region,
    createdAt: tx.now,
    ...(input.ObjectLockEnabledForBucket === true ? { versioning: "Enabled", objectLock: {} } : {}),
    configured: configuredByDefault,
    ...(tags === undefined ? {} : { tags: tagsFrom(tags, mostBucketTags) }),
  };
  tx.put(Bucket, bucket);
  writeDefaults(tx, bucket, ownership);
  if (grants !== undefined) writeConfiguration(tx, bucket, "acl", { grants });
  return { ...location, BucketArn: bucketArn(name) };
}

/** The region that the request was signed for. Old clients take `US` for one, and sign again when told. */
function signedFor(region: string): string {
  if (region === anyRegion) return "us-east-1";
  if (/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)) return region;
  const message = `The authorization header is malformed; the region '${region}' is wrong; expecting 'us-east-1'`;
  throw s3Fault("AuthorizationHeaderMalformed", { Region: "us-east-1" }, message);
}

/** us-east-1 makes buckets anywhere, any other region only its own. */
function regionOf(constraint: BucketLocationConstraint | undefined, region: string): string {
  const wanted = constraint === "EU" ? "eu-west-1" : constraint;
  if (wanted === undefined) {
    if (region === "us-east-1") return region;
    throw incompatible("unspecified");
  }
  if (region !== "us-east-1" && wanted !== region) throw incompatible(wanted);
  return wanted;
}

function incompatible(constraint: string): Error {
  return s3Fault(
    "IllegalLocationConstraintException",
    {},
    `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}

async function headBucket(input: Input<"HeadBucket">, tx: Transaction): Promise<Output<"HeadBucket">> {
  const bucket = await findBucket(tx, input);
  return { BucketArn: bucketArn(bucket.name), BucketRegion: bucket.region, AccessPointAlias: false };
}

async function getBucketLocation(
  input: Input<"GetBucketLocation">,
  tx: Transaction,
): Promise<Output<"GetBucketLocation">> {
  const { region } = await findAnywhere(tx, input);
  return region === "us-east-1" ? {} : { LocationConstraint: region as BucketLocationConstraint };
}

async function listBuckets(input: Input<"ListBuckets">, tx: Transaction): Promise<Output<"ListBuckets">> {
  if (tx.principal.type === "anonymous") throw s3Fault("AccessDenied");
  const { MaxBuckets: most, Prefix, BucketRegion } = input;
  const paged = most !== undefined || Prefix !== undefined || BucketRegion !== undefined;
  const found: BucketState[] = [];
  let cursor = input.ContinuationToken;
  do {
    const limit = Math.min(1000, (most ?? mostBuckets) - found.length);
    const page = await tx.list(Bucket, {
      index: "owner",
      prefix: [tx.account],
      startsWith: Prefix,
      cursor,
      limit,
    });
    found.push(...page.values.filter((each) => BucketRegion === undefined || each.region === BucketRegion));
    cursor = page.cursor;
  } while (cursor !== undefined && found.length < (most ?? mostBuckets));
  return {
    Buckets: found.map((bucket) => ({
      Name: bucket.name,
      CreationDate: bucket.createdAt,
      BucketArn: bucketArn(bucket.name),
      ...(paged ? { BucketRegion: bucket.region } : {}),
    })),
    Owner: ownerOf(tx.account),
    ...(Prefix === undefined ? {} : { Prefix }),
    ...(cursor === undefined ? {} : { ContinuationToken: cursor }),
  };
}

async function deleteBucket(input: Input<"DeleteBucket">, tx: Transaction): Promise<Output<"DeleteBucket">> {
  const bucket = await findBucket(tx, input);
  const versions = await scanVersions(tx, bucket, undefined)(everything, 1);
  if (versions.length > 0) {
    const message =
      (await scanObjects(tx, bucket)(everything, 1)).length === 0
        ? "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
        : undefined;
    throw s3Fault("BucketNotEmpty", { BucketName: bucket.name }, message);
  }
  await abandonUploads(tx, bucket);
  removeAllConfigurations(tx, bucket);
  await removeAllNumbered(tx, bucket);
  if (isConfigured(bucket, "logging")) forgetLines(tx, bucket);
  tx.delete(Bucket, bucket.name);
  return {};
}

/** Uploads under way do not keep a bucket; they go with it. */
async function abandonUploads(tx: Transaction, bucket: BucketState): Promise<void> {
  const there = inside(tx, bucket);
  for (;;) {
    const uploads = await scanUploads(tx, bucket)(everything, 1000);
    for (const row of uploads) {
      const upload = row.value();
      there.delete(Upload, bucket.id, upload.key, upload.id);
      removeParts(there, upload.id, tx.now);
    }
    if (uploads.length < 1000) return;
  }
}

export const bucketOperations = {
  CreateBucket: createBucket,
  DeleteBucket: deleteBucket,
  GetBucketLocation: getBucketLocation,
  HeadBucket: headBucket,
  ListBuckets: listBuckets,
} satisfies Operations<S3>;
