// The repository's own bucket, where templates, code, licenses and readmes lie once
// they are published: what consumers deploy does not depend on the publisher's
// buckets. Its keys cannot be guessed, and whoever has one may read, as with AWS's
// signed addresses.

import { objectOf } from "../../base/object-address.ts";
import { Fault } from "../../core/fault.ts";
import { defineJob } from "../../core/job.ts";
import { rootPrincipal } from "../../core/principal.ts";
import type { Waiting } from "../../core/waiting.ts";
import type { S3 } from "../../model/generated/s3.d.ts";
import { modelOf } from "../../model/handle.ts";
import type { ByteStream } from "../../model/shapes.ts";
import type { Place } from "./contents.ts";
import { badRequest } from "./model.ts";

const s3 = modelOf<S3>("s3");

type Bytes = Uint8Array | ByteStream;

/** Nobody's: as on AWS, the bucket is in an account of the service. */
const account = "100000000001";

export const shelfName = (region: string): string => `awsserverlessrepo-changesets-${region}`;

const keeper = (ctx: Waiting, region: string): Waiting =>
  ctx.as(rootPrincipal(account)).at({ account, region });

export async function keep(
  ctx: Waiting,
  region: string,
  Key: string,
  Body: Bytes,
  ContentLength?: number,
): Promise<Place> {
  const Bucket = shelfName(region);
  await ready(ctx, region);
  const length = ContentLength === undefined ? {} : { ContentLength };
  await keeper(ctx, region).call(s3, "PutObject", { Bucket, Key, Body: streamOf(Body), ...length });
  return { Bucket, Key };
}

async function ready(ctx: Waiting, region: string): Promise<void> {
  const Bucket = shelfName(region);
  const as = keeper(ctx, region);
  try {
    await as.call(s3, "GetBucketPolicy", { Bucket });
    return;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
  const elsewhere = region === "us-east-1" ? {} : { LocationConstraint: region as "eu-west-1" };
  try {
    await as.call(s3, "CreateBucket", {
      Bucket,
      ...(region === "us-east-1" ? {} : { CreateBucketConfiguration: elsewhere }),
    });
  } catch (error) {
    if (!(error instanceof Fault && error.code === "BucketAlreadyOwnedByYou")) throw error;
  }
  await as.call(s3, "DeletePublicAccessBlock", { Bucket });
  const Statement = [
    { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` },
  ];
  await as.call(s3, "PutBucketPolicy", {
    Bucket,
    Policy: JSON.stringify({ Version: "2012-10-17", Statement }),
  });
}

/** What the publisher may read is put onto the shelf. */
export async function copy(ctx: Waiting, region: string, from: Place, key: string): Promise<Place> {
  const { body, length } = await read(ctx, from);
  return keep(ctx, region, key, body, length);
}

async function read(ctx: Waiting, from: Place): Promise<{ body: Bytes; length: number | undefined }> {
  try {
    const { Body, ContentLength } = await ctx.call(s3, "GetObject", from);
    return { body: (Body as Bytes | undefined) ?? new Uint8Array(), length: ContentLength };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw badRequest(`Failed to copy S3 object. ${error.message}: bucket=${from.Bucket}, key=${from.Key}`);
  }
}

async function bodyOf(ctx: Waiting, from: Place): Promise<ByteStream> {
  const { body } = await read(ctx, from);
  return streamOf(body);
}

async function* streamOf(body: Bytes): AsyncGenerator<Uint8Array> {
  if (body instanceof Uint8Array) yield body;
  else yield* body;
}

export const shelfUrl = ({ endpoint }: { readonly endpoint: string }, region: string, key: string): string =>
  `${endpoint}/${shelfName(region)}/${key}`;

export const clearShelf = defineJob<{ readonly keys: readonly string[] }>({
  name: "serverlessrepo.clearShelf",
  run: {
    waits: async ({ keys }, ctx) => {
      for (const Key of keys)
        await keeper(ctx, ctx.region).call(s3, "DeleteObject", { Bucket: shelfName(ctx.region), Key });
    },
  },
});

const maximumTextBytes = 5 * 1024 * 1024;

/** The text of an object that the caller may read. */
export async function textOf(ctx: Waiting, url: string, member: string): Promise<string> {
  const place = objectOf(url, ctx.endpoint);
  if (place === undefined) throw badRequest(`${member} '${url}' is not the URL of an object in S3.`);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of await bodyOf(ctx, place)) {
    length += part.length;
    if (length > maximumTextBytes) throw badRequest(`${member} is larger than ${maximumTextBytes} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
