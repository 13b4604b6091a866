// Tags of access points, and of buckets, which S3 itself keeps.

import { Fault } from "../../../core/fault.ts";
import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { S3control, Tag } from "../../../model/generated/s3control.d.ts";
import { AccessPoint, checkAccount, findPoint } from "../access-point.ts";
import { controlFault, type Input, type Output } from "../model.ts";

type Tags = Readonly<Record<string, string>>;

const mostTags = 50;

export function tagsFrom(set: readonly Tag[]): Tags {
  if (set.length > mostTags) throw controlFault("TooManyTags");
  return Object.fromEntries(set.map(({ Key, Value }) => [Key, Value]));
}

function tagSet(tags: Tags): readonly Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Reads the tags of whatever the ARN names, and writes what `change` makes of them. */
async function changed(
  ctx: Waiting,
  { AccountId, ResourceArn }: { readonly AccountId: string; readonly ResourceArn: string },
  change?: (tags: Tags) => Tags,
): Promise<Tags> {
  const bucket = /^arn:aws[a-z-]*:s3:::([^/]+)$/.exec(ResourceArn)?.[1];
  if (bucket !== undefined) {
    await ctx.atomically(async (tx) => checkAccount(tx, AccountId));
    return changedBucket(ctx, bucket, change);
  }
  const name = /^arn:aws[a-z-]*:s3:[^:]*:\d{12}:accesspoint\/([^/]+)$/.exec(ResourceArn)?.[1];
  if (name === undefined) throw controlFault("NoSuchResource");
  return ctx.atomically(async (tx: Transaction) => {
    const point = await findPoint(tx, { AccountId, Name: name });
    const tags = point.tags ?? {};
    if (change === undefined) return tags;
    const after = change(tags);
    tx.put(AccessPoint, { ...point, tags: after });
    return after;
  });
}

async function changedBucket(ctx: Waiting, Bucket: string, change?: (tags: Tags) => Tags): Promise<Tags> {
  const tags = await bucketTags(ctx, Bucket);
  if (change === undefined) return tags;
  const after = change(tags);
  if (Object.keys(after).length === 0) await ctx.callByName("s3", "DeleteBucketTagging", { Bucket });
  else await ctx.callByName("s3", "PutBucketTagging", { Bucket, Tagging: { TagSet: tagSet(after) } });
  return after;
}

async function bucketTags(ctx: Waiting, Bucket: string): Promise<Tags> {
  try {
    const output = await ctx.callByName("s3", "GetBucketTagging", { Bucket });
    return tagsFrom((output as { readonly TagSet: readonly Tag[] }).TagSet);
  } catch (error) {
    if (error instanceof Fault && error.code === "NoSuchTagSet") return {};
    throw error;
  }
}

async function tagResource(input: Input<"TagResource">, ctx: Waiting): Promise<Output<"TagResource">> {
  await changed(ctx, input, (tags) => tagsFrom(tagSet({ ...tags, ...tagsFrom(input.Tags) })));
  return {};
}

async function untagResource(input: Input<"UntagResource">, ctx: Waiting): Promise<Output<"UntagResource">> {
  const gone = new Set(input.TagKeys);
  await changed(ctx, input, (tags) =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key))),
  );
  return {};
}

async function listTagsForResource(
  input: Input<"ListTagsForResource">,
  ctx: Waiting,
): Promise<Output<"ListTagsForResource">> {
  return { Tags: tagSet(await changed(ctx, input)) };
}

export const tagOperations = {
  TagResource: { waits: tagResource },
  UntagResource: { waits: untagResource },
  ListTagsForResource: { waits: listTagsForResource },
} satisfies Operations<S3control>;
