// Code packages: taken from the request or from S3, checked, and kept as blobs
// before anything refers to them.

import { createHash } from "node:crypto";
import { Fault } from "../../../core/fault.ts";
import type { BlobInfo } from "../../../core/ports/blobs.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { invalid } from "../model.ts";
import { unzippedSize } from "./zip.ts";

const s3 = modelOf<S3>("s3");

/** Where a package comes from: the members that functions and layers share. */
export interface CodeSource {
  readonly ZipFile?: Uint8Array | undefined;
  readonly S3Bucket?: string | undefined;
  readonly S3Key?: string | undefined;
  readonly S3ObjectVersion?: string | undefined;
}

export interface StoredCode {
  readonly blob: string;
  readonly sizeBytes: number;
  readonly unzippedBytes: number;
  /** Base64, as AWS shows it. */
  readonly sha256: string;
  /** Opens `/_lambda-code/{token}`. */
  readonly token: string;
}

export const largestUnzippedBytes = 262_144_000;
const largestDirectBytes = 50 * 1024 * 1024;

/** Stores the package. `operation` is named in AWS's message about its size. */
export async function storeCode(ctx: Waiting, source: CodeSource, operation: string): Promise<StoredCode> {
  const sha256 = createHash("sha256");
  const blob = await takeIn(ctx, source, operation, (chunk) => sha256.update(chunk));
  const unzippedBytes = await unzippedSize(await ctx.blobs.file(blob.id));
  if (unzippedBytes > largestUnzippedBytes) {
    throw invalid(`Unzipped size must be smaller than ${largestUnzippedBytes} bytes`);
  }
  return {
    blob: blob.id,
    sizeBytes: blob.size,
    unzippedBytes,
    sha256: sha256.digest("base64"),
    token: ctx.ids.hex(40),
  };
}

async function takeIn(
  ctx: Waiting,
  source: CodeSource,
  operation: string,
  onChunk: (chunk: Uint8Array) => void,
): Promise<BlobInfo> {
  const { ZipFile, S3Bucket, S3Key, S3ObjectVersion } = source;
  if (ZipFile !== undefined) {
    if (S3Bucket !== undefined || S3Key !== undefined) {
      throw invalid("Please do not provide other FunctionCode parameters when providing a ZipFile.");
    }
    if (ZipFile.length === 0) throw invalid("Uploaded file must be a non-empty zip");
    if (ZipFile.length > largestDirectBytes) {
      throw new Fault(
        "lambda",
        "RequestEntityTooLargeException",
        `Request must be smaller than 69905067 bytes for the ${operation} operation`,
        { status: 413 },
      );
    }
    return ctx.blobs.put(ZipFile, onChunk);
  }
  if (S3Bucket === undefined || S3Key === undefined)
    throw invalid("Please provide a source for function code.");
  try {
    const object = await ctx.call(s3, "GetObject", {
      Bucket: S3Bucket,
      Key: S3Key,
      ...(S3ObjectVersion === undefined ? {} : { VersionId: S3ObjectVersion }),
    });
    return await ctx.blobs.put(object.Body ?? new Uint8Array(), onChunk);
  } catch (error) {
    if (!(error instanceof Fault) || error.code === "NotImplemented") throw error;
    throw invalid(
      `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`,
    );
  }
}
