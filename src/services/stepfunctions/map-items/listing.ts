// The objects of a bucket as items, page by page.

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { ListObjectsV2Request } from "../../../model/generated/s3.d.ts";
import type { Json } from "../asl/data/scope.ts";
import { readerFailed, s3 } from "./object.ts";

export async function* listedObjects(
  parameters: Readonly<Record<string, Json>>,
  ctx: Waiting,
): AsyncGenerator<Json> {
  let token: string | undefined;
  do {
    const page = await listPage(
      { ...parameters, ...(token === undefined ? {} : { ContinuationToken: token }) },
      ctx,
    );
    for (const {
      ETag = "",
      Key = "",
      LastModified = 0,
      Size = 0,
      StorageClass = "STANDARD",
    } of page.Contents ?? []) {
      yield { Etag: ETag, Key, LastModified: Math.floor(LastModified / 1000), Size, StorageClass };
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

async function listPage(input: object, ctx: Waiting) {
  try {
    return await ctx.call(s3, "ListObjectsV2", input as ListObjectsV2Request);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw readerFailed(`Unable to list the objects: ${error.message} (${error.code})`);
  }
}
