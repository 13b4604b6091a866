// Conditions of reads and writes: entity tags and dates (RFC 9110, section 13;
// docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html).

import { s3Fault, unsupportedHeader } from "../faults.ts";
import { type ObjectVersion, quoted, type StoredObject } from "./object.ts";

export interface ReadConditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: number | undefined;
  readonly ifUnmodifiedSince: number | undefined;
}

/** Faults with `NotModified` or `PreconditionFailed`. A copy's source knows the second only. */
export function checkRead(object: StoredObject, conditions: ReadConditions, copying = false): void {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  const prefix = copying ? "x-amz-copy-source-" : "";
  if (ifMatch !== undefined) {
    if (!names(ifMatch, object.etag)) throw failed(`${prefix}If-Match`);
  } else if (ifUnmodifiedSince !== undefined && object.modifiedAt > ifUnmodifiedSince) {
    throw failed(`${prefix}If-Unmodified-Since`);
  }
  const unchanged =
    ifNoneMatch === undefined
      ? ifModifiedSince !== undefined && object.modifiedAt <= ifModifiedSince
      : names(ifNoneMatch, object.etag);
  if (!unchanged) return;
  if (copying) throw failed(`${prefix}${ifNoneMatch === undefined ? "If-Modified-Since" : "If-None-Match"}`);
  const { etag, modifiedAt, versionId } = object;
  throw s3Fault("NotModified", {
    etag: quoted(etag),
    "last-modified": new Date(modifiedAt).toUTCString(),
    ...(versionId === "null" ? {} : { "x-amz-version-id": versionId }),
  });
}

export interface WriteConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/** `latest`: what the write would cover. */
export function checkWrite(
  latest: ObjectVersion | undefined,
  key: string,
  conditions: WriteConditions,
): void {
  const { IfMatch, IfNoneMatch } = conditions;
  const object = latest?.deleteMarker === true ? undefined : latest;
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== "*") {
      const header = "If-None-Match";
      throw unsupportedHeader(header, `We don't accept the provided value of ${header} header for this API`);
    }
    if (object !== undefined) throw failed("If-None-Match");
  }
  if (IfMatch === undefined) return;
  if (object === undefined) throw s3Fault("NoSuchKey", { Key: key });
  if (!names(IfMatch, object.etag)) throw failed("If-Match");
}

/** Whether a list of entity tags, or `*`, names this one. Quotes may be missing. */
export function names(tags: string, etag: string): boolean {
  return tags.split(",").some((each) => {
    const tag = each.trim();
    return tag === "*" || tag.replace(/^W\//, "").replace(/^"(.*)"$/, "$1") === etag;
  });
}

function failed(condition: string): Error {
  return s3Fault("PreconditionFailed", { Condition: condition });
}
