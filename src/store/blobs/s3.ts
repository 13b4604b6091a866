// Blobs in any S3-compatible storage, another Cumulet's included, for clusters
// whose nodes share no disk. A blob is one object; it is there when its upload
// is complete, and an upload that fails is called off.

import { createWriteStream, mkdirSync, rmSync } from "node:fs";
import { rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { randomIds } from "../../core/ids.ts";
import { BlobMissingError, type BlobRange, type Blobs } from "../../core/ports/blobs.ts";
import type { ByteStream } from "../../model/shapes.ts";
import { assertNew, isBlobId, newBlobId } from "./blob-id.ts";

/** 10,000 parts of it are 78 GiB. */
const partSize = 8 * 1024 * 1024;
const attempts = 5;

export interface S3Place {
  readonly bucket: string;
  /** Ends in a slash, or is empty. */
  readonly prefix: string;
  readonly endpoint: string | undefined;
  readonly region: string;
}

/** `s3://bucket/prefix?endpoint=http://host:4566&region=eu-central-1`; credentials come as the SDK finds them. */
export function s3Place(address: string): S3Place {
  const url = new URL(address);
  const prefix = url.pathname.replace(/^\/+|\/+$/g, "");
  return {
    bucket: url.hostname,
    prefix: prefix === "" ? "" : `${prefix}/`,
    endpoint: url.searchParams.get("endpoint") ?? undefined,
    region: url.searchParams.get("region") ?? "us-east-1",
  };
}

/** `directory` is where `file` puts what code needs as a file; the caller's to remove. */
export function openS3Blobs({ bucket, prefix, endpoint, region }: S3Place, directory: string): Blobs {
  const ids = randomIds();
  const s3 = new S3Client({
    region,
    maxAttempts: attempts,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  });
  const at = (id: string) => ({ Bucket: bucket, Key: prefix + id });

  async function upload(id: string, body: AsyncIterable<Uint8Array>, seen: (chunk: Uint8Array) => void) {
    let parts: { ETag: string | undefined; PartNumber: number }[] = [];
    let UploadId: string | undefined;
    try {
      for await (const { bytes, last } of inParts(body, seen)) {
        if (last && UploadId === undefined)
          return await s3.send(new PutObjectCommand({ ...at(id), Body: bytes }));
        UploadId ??= (await s3.send(new CreateMultipartUploadCommand(at(id)))).UploadId;
        const PartNumber = parts.length + 1;
        const { ETag } = await s3.send(
          new UploadPartCommand({ ...at(id), UploadId, PartNumber, Body: bytes }),
        );
        parts = [...parts, { ETag, PartNumber }];
      }
      return await s3.send(
        new CompleteMultipartUploadCommand({ ...at(id), UploadId, MultipartUpload: { Parts: parts } }),
      );
    } catch (error) {
      if (UploadId !== undefined) {
        await s3.send(new AbortMultipartUploadCommand({ ...at(id), UploadId })).catch(() => undefined);
      }
      throw error;
    }
  }

  async function size(id: string): Promise<number> {
    if (!isBlobId(id)) throw missing(id);
    try {
      return (await s3.send(new HeadObjectCommand(at(id)))).ContentLength ?? 0;
    } catch (error) {
      throw asMissing(error, id);
    }
  }

  async function get(id: string, range?: BlobRange): Promise<ByteStream> {
    if (!isBlobId(id)) throw missing(id);
    const Range = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end}` };
    try {
      const { Body } = await s3.send(new GetObjectCommand({ ...at(id), ...Range }));
      return Body as unknown as Readable;
    } catch (error) {
      // Beyond the end, which for a blob is nothing.
      if ((error as Error).name === "InvalidRange") return nothing();
      throw asMissing(error, id);
    }
  }

  async function* list() {
    let token: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
      );
      for (const { Key = "", LastModified } of page.Contents ?? []) {
        const id = Key.slice(prefix.length);
        if (isBlobId(id)) yield { id, writtenAt: LastModified?.getTime() ?? 0 };
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  return {
    async put(body, onChunk, id = newBlobId(ids)) {
      assertNew(id);
      let length = 0;
      await upload(id, body instanceof Uint8Array ? once(body) : body, (chunk) => {
        length += chunk.length;
        onChunk?.(chunk);
      });
      return { id, size: length };
    },
    get,
    async file(id) {
      const path = join(directory, id);
      const expected = await size(id);
      mkdirSync(directory, { recursive: true });
      if (await holds(path, expected)) return path;
      const incoming = `${path}.${ids.hex(8)}`;
      try {
        await pipeline(Readable.from(await get(id)), createWriteStream(incoming));
        await rename(incoming, path);
      } catch (error) {
        rmSync(incoming, { force: true });
        throw error;
      }
      return path;
    },
    async delete(id) {
      if (!isBlobId(id)) return;
      rmSync(join(directory, id), { force: true });
      await s3.send(new DeleteObjectCommand(at(id)));
    },
    list,
    async clear() {
      let some: string[] = [];
      const remove = async (): Promise<void> => {
        const Objects = some.map((id) => ({ Key: prefix + id }));
        if (some.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
        some = [];
      };
      for await (const { id } of list()) if (some.push(id) === 1000) await remove();
      await remove();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function holds(path: string, size: number): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.size === size;
}

/** Of equal size but the last, which may be empty where it is the only one. */
async function* inParts(body: AsyncIterable<Uint8Array>, seen: (chunk: Uint8Array) => void) {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    seen(chunk);
    // A copy: the giver may write over it when it gives the next.
    waiting.push(Uint8Array.from(chunk));
    length += chunk.length;
    while (length > partSize) {
      const all = Buffer.concat(waiting);
      yield { bytes: all.subarray(0, partSize), last: false };
      waiting = [all.subarray(partSize)];
      length -= partSize;
    }
  }
  yield { bytes: Buffer.concat(waiting), last: true };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function asMissing(error: unknown, id: string): unknown {
  const { name } = error as Error;
  return name === "NoSuchKey" || name === "NotFound" ? missing(id) : error;
}

function missing(id: string): BlobMissingError {
  return new BlobMissingError(`There is no blob ${id}`);
}
