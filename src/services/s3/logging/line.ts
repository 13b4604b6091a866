// One line of a server access log
// (docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html).

import { hostId } from "../../../base/host-id.ts";
import type { CallRecord } from "../../../core/dispatch.ts";
import { Fault } from "../../../core/fault.ts";
import type { Principal } from "../../../core/principal.ts";
import type { BucketState } from "../buckets/bucket.ts";
import { canonicalId } from "../buckets/owner.ts";
import { s3 } from "../model.ts";
import { parseSource } from "../objects/copy-source.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function logLine(
  bucket: BucketState,
  { call, error, output, milliseconds }: CallRecord,
  at: number,
): string {
  const input = call.input as Readonly<Record<string, unknown>>;
  const answer = (output ?? {}) as Readonly<Record<string, unknown>>;
  const { method, path, name } = requestOf(call.operation, input);
  const read = readFor(call.operation, bucket, input);
  const key = read ?? (typeof input.Key === "string" ? input.Key : undefined);
  const sent = method === "HEAD" ? undefined : answer.ContentLength;
  const total = Math.round(milliseconds);
  return [
    canonicalId(bucket.owner),
    bucket.name,
    `[${clock(at)}]`,
    call.sourceIp,
    requester(call.principal),
    call.requestId,
    read === undefined ? name : `${name}_GET`,
    key === undefined ? "-" : encodeURIComponent(key).replaceAll("%2F", "/"),
    `"${method} ${path} HTTP/1.1"`,
    String(statusOf(call.operation, error, answer)),
    error instanceof Fault ? error.code : "-",
    shown(sent),
    shown(sizeOf(answer, input)),
    String(total),
    String(total),
    '"-"',
    `"${call.userAgent === "" ? "-" : call.userAgent}"`,
    typeof input.VersionId === "string" ? input.VersionId : "-",
    hostId(call.requestId),
    call.principal.type === "anonymous" ? "-" : "SigV4",
    "-",
    call.principal.type === "anonymous" ? "-" : "AuthHeader",
    call.endpoint.replace(/^https?:\/\//, ""),
    "-",
    "-",
    "-",
  ].join(" ");
}

/** `06/Feb/2019:00:00:38 +0000`. */
function clock(at: number): string {
  const time = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  const date = `${two(time.getUTCDate())}/${months[time.getUTCMonth()]}/${time.getUTCFullYear()}`;
  return `${date}:${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000`;
}

function requester({ type, account, arn }: Principal): string {
  if (type === "anonymous") return "-";
  return type === "root" ? canonicalId(account) : arn;
}

/** `REST.GET.OBJECT`: the method, and the sub-resource or what the path names. */
function requestOf(
  operation: string,
  input: Readonly<Record<string, unknown>>,
): { readonly method: string; readonly path: string; readonly name: string } {
  const http = s3.load().operations.get(operation)?.http;
  const method = http?.method ?? "GET";
  const query = /\?([^&=]+)/.exec(http?.uri ?? "")?.[1];
  const key = typeof input.Key === "string" ? `/${encodeURIComponent(input.Key).replaceAll("%2F", "/")}` : "";
  const path = `/${String(input.Bucket)}${key}${query === undefined ? "" : `?${query}`}`;
  return { method, path, name: names[operation] ?? `REST.${method}.${resourceOf(key !== "", query)}` };
}

const names: Readonly<Record<string, string>> = {
  CopyObject: "REST.COPY.OBJECT",
  UploadPart: "REST.PUT.PART",
  UploadPartCopy: "REST.COPY.PART",
  CreateMultipartUpload: "REST.POST.UPLOADS",
  CompleteMultipartUpload: "REST.POST.UPLOAD",
  AbortMultipartUpload: "REST.DELETE.UPLOAD",
  ListParts: "REST.GET.UPLOAD",
  ListMultipartUploads: "REST.GET.UPLOADS",
  DeleteObjects: "REST.POST.MULTI_OBJECT_DELETE",
  ListObjectVersions: "REST.GET.BUCKETVERSIONS",
  ListObjectsV2: "REST.GET.BUCKET",
  GetObject: "REST.GET.OBJECT",
  RestoreObject: "REST.POST.RESTORE",
  PutObject: "REST.PUT.OBJECT",
  DeleteObject: "REST.DELETE.OBJECT",
};

/** The key that a copy out of this bucket reads; undefined of all other calls. */
function readFor(
  operation: string,
  bucket: BucketState,
  input: Readonly<Record<string, unknown>>,
): string | undefined {
  if (input.Bucket === bucket.name || !/^(?:CopyObject|UploadPartCopy)$/.test(operation)) return undefined;
  return parseSource(String(input.CopySource)).key;
}

function resourceOf(ofObject: boolean, query: string | undefined): string {
  const plain = ofObject ? "OBJECT" : "BUCKET";
  if (query === undefined || query === "x-id") return plain;
  const name = query
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toUpperCase();
  if (ofObject) return name === "ACL" ? name : `OBJECT_${name}`;
  return resources[name] ?? name;
}

/** What the log calls otherwise than the address does. */
const resources: Readonly<Record<string, string>> = {
  LOGGING: "LOGGING_STATUS",
  OBJECT_LOCK: "OBJECT_LOCK_CONFIGURATION",
  POLICY: "BUCKETPOLICY",
};

function statusOf(operation: string, error: unknown, answer: Readonly<Record<string, unknown>>): number {
  if (error instanceof Fault) return error.status ?? 400;
  if (answer.ContentRange !== undefined) return 206;
  return s3.load().operations.get(operation)?.http?.status ?? 200;
}

function sizeOf(
  answer: Readonly<Record<string, unknown>>,
  input: Readonly<Record<string, unknown>>,
): unknown {
  const range = typeof answer.ContentRange === "string" ? answer.ContentRange.split("/")[1] : undefined;
  return range ?? answer.ContentLength ?? input.ContentLength;
}

function shown(value: unknown): string {
  return value === undefined ? "-" : String(value);
}
