// Presigned addresses of S3 in Signature Version 2. S3 serves them in its old
// regions, and boto3 and `aws s3 presign` make no others for us-east-1 unless
// they are told to (docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html).

import { createHmac, timingSafeEqual } from "node:crypto";
import type { HttpRequest } from "../../core/http.ts";
import { queryParameter, queryParameters } from "../query-string.ts";
import type { SignatureClaim } from "../sigv4/claim.ts";
import { type Refusal, refusal } from "../sigv4/refusal.ts";

/** Undefined where the query is no presigned address of S3; query services of old sign with other parameters. */
export function readPresignedV2(request: HttpRequest): SignatureClaim | undefined {
  const { query } = request;
  const accessKeyId = queryParameter(query, "AWSAccessKeyId");
  const signature = queryParameter(query, "Signature");
  const expires = queryParameter(query, "Expires");
  if (accessKeyId === undefined || signature === undefined || expires === undefined) return undefined;
  if (queryParameter(query, "SignatureVersion") !== undefined) return undefined;
  return {
    kind: "claim",
    form: "query",
    version: 2,
    asymmetric: false,
    accessKeyId,
    day: "",
    // This version names no region; so SDKs call the place of such requests.
    region: "aws-global",
    service: "s3",
    scope: "",
    signedHeaders: "",
    signature,
    timestamp: "",
    sessionToken: parameterOrHeader(request, "x-amz-security-token"),
    expires,
  };
}

/** `now`: epoch milliseconds of the machine. */
export function verifyExpiryV2(claim: SignatureClaim, now: number): Refusal | undefined {
  const seconds = Number(claim.expires);
  if (claim.expires === "" || !Number.isInteger(seconds)) {
    return refusal(
      "query-parameters",
      `Invalid date (should be seconds since epoch): ${claim.expires ?? ""}`,
    );
  }
  const end = seconds * 1000;
  if (now <= end) return undefined;
  return refusal("expired", "Request has expired", {
    Expires: iso(Math.min(end, 8.64e15)),
    ServerTime: iso(now),
  });
}

/** `bucket`: where the host names it rather than the path. */
export function verifySignatureV2(
  request: HttpRequest,
  claim: SignatureClaim,
  bucket: string | undefined,
  secretAccessKey: string,
): Refusal | undefined {
  const toSign = stringToSign(request, claim, bucket);
  const expected = createHmac("sha1", secretAccessKey).update(toSign).digest();
  const given = Buffer.from(claim.signature, "base64");
  if (given.length === expected.length && timingSafeEqual(given, expected)) return undefined;
  return refusal(
    "mismatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    {
      AWSAccessKeyId: claim.accessKeyId,
      StringToSign: toSign,
      SignatureProvided: claim.signature,
    },
  );
}

function stringToSign(request: HttpRequest, claim: SignatureClaim, bucket: string | undefined): string {
  return [
    request.method,
    parameterOrHeader(request, "content-md5") ?? "",
    parameterOrHeader(request, "content-type") ?? "",
    claim.expires ?? "",
    ...amazonHeaders(request),
    (bucket === undefined ? "" : `/${bucket}`) + request.path + subresources(request.query),
  ].join("\n");
}

/** What was signed as a header may travel in the query, and does in presigned addresses. */
function parameterOrHeader(request: HttpRequest, name: string): string | undefined {
  return queryParameter(request.query, name) ?? request.headers[name];
}

function amazonHeaders(request: HttpRequest): readonly string[] {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith("x-amz-") && value !== undefined) found.set(name, value.trim());
  }
  for (const [name, value] of queryParameters(request.query)) {
    const lower = name.toLowerCase();
    if (lower.startsWith("x-amz-")) found.set(lower, value.trim());
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}:${value}`);
}

/** Parameters that say what is addressed, or change the answer, are signed with the path. */
const signedParameters = new Set(
  (
    "accelerate acl analytics cors defaultObjectAcl delete inventory legal-hold lifecycle location logging metrics " +
    "notification object-lock ownershipControls partNumber policy policyStatus publicAccessBlock replication requestPayment " +
    "response-cache-control response-content-disposition response-content-encoding response-content-language " +
    "response-content-type response-expires restore retention select select-type storageClass tagging torrent " +
    "uploadId uploads versionId versioning versions website"
  ).split(" "),
);

function subresources(query: string): string {
  const signed = query
    .split("&")
    .filter((part) => signedParameters.has(part.split("=", 1)[0] ?? ""))
    // With a value or without, as it was sent.
    .flatMap((part) =>
      queryParameters(part).map(([name, value]) => (part.includes("=") ? `${name}=${value}` : name)),
    )
    .sort();
  return signed.length === 0 ? "" : `?${signed.join("&")}`;
}

function iso(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
