// Verifies a signature against a secret: dates first, then the signature
// itself, compared in constant time.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

import { hash, timingSafeEqual } from "node:crypto";
import type { HttpRequest } from "../../core/http.ts";
import { canonicalRequest } from "./canonical.ts";
import type { SignatureClaim } from "./claim.ts";
import { readSignatureDate, writeSignatureDate } from "./dates.ts";
import { type Refusal, refusal } from "./refusal.ts";
import type { SigningKey } from "./signing-key.ts";

/** How far a client's clock may be off. */
export const allowedSkew = 15 * 60 * 1000;
/** Presigned URLs live seven days at most. */
const longestExpiry = 7 * 24 * 60 * 60;

/** What the dates of a claim say at the time `now` (epoch milliseconds of the machine). */
export function verifyDates(claim: SignatureClaim, now: number, s3: boolean): Refusal | undefined {
  const at = readSignatureDate(claim.timestamp);
  if (claim.timestamp === "") {
    return refusal(
      "incomplete",
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  }
  if (at === undefined) {
    return claim.form === "query"
      ? refusal("query-parameters", "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
      : refusal(
          "incomplete",
          `Date must be in ISO-8601 'basic format'. Got '${claim.timestamp}'. See http://en.wikipedia.org/wiki/ISO_8601`,
        );
  }
  if (!claim.timestamp.startsWith(claim.day)) {
    return refusal(
      "mismatch",
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${claim.day}' != '${claim.timestamp.slice(0, 8)}', from '${claim.timestamp}'.`,
    );
  }
  if (at - now > allowedSkew) {
    if (s3)
      return claim.form === "query" ? refusal("expired", "Request is not valid yet") : tooSkewed(claim, now);
    return refusal(
      "skewed",
      `Signature not yet current: ${claim.timestamp} is still later than ${writeSignatureDate(now + allowedSkew)} (${writeSignatureDate(now)} + 15 min.)`,
    );
  }
  return claim.form === "query" ? verifyExpiry(claim, at, now, s3) : verifyAge(claim, at, now, s3);
}

function verifyAge(claim: SignatureClaim, at: number, now: number, s3: boolean): Refusal | undefined {
  if (now - at <= allowedSkew) return undefined;
  if (s3) return tooSkewed(claim, now);
  return refusal(
    "skewed",
    `Signature expired: ${claim.timestamp} is now earlier than ${writeSignatureDate(now - allowedSkew)} (${writeSignatureDate(now)} - 15 min.)`,
  );
}

function verifyExpiry(claim: SignatureClaim, at: number, now: number, s3: boolean): Refusal | undefined {
  // Only S3 requires the parameter; elsewhere a query signature lives as long as a header's.
  if (claim.expires === undefined && !s3) return verifyAge(claim, at, now, s3);
  const expires = readWhole(claim.expires ?? "");
  if (expires === undefined) return refusal("query-parameters", "X-Amz-Expires should be a number");
  if (expires < 0) return refusal("query-parameters", "X-Amz-Expires must be non-negative");
  if (expires > longestExpiry) {
    return refusal(
      "query-parameters",
      "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
    );
  }
  const end = at + expires * 1000;
  if (now <= end) return undefined;
  if (!s3) {
    return refusal(
      "skewed",
      `Signature expired: ${claim.timestamp} is now earlier than ${writeSignatureDate(now - expires * 1000)} (${writeSignatureDate(now)} - ${expires} sec.)`,
    );
  }
  return refusal("expired", "Request has expired", {
    "X-Amz-Expires": String(expires),
    Expires: isoSeconds(end),
    ServerTime: isoSeconds(now),
  });
}

function readWhole(text: string): number | undefined {
  const value = Number(text);
  return text === "" || !Number.isInteger(value) ? undefined : value;
}

function tooSkewed(claim: SignatureClaim, now: number): Refusal {
  return refusal("skewed", "The difference between the request time and the current time is too large.", {
    RequestTime: claim.timestamp,
    ServerTime: isoSeconds(now),
    MaxAllowedSkewMilliseconds: String(allowedSkew),
  });
}

function isoSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** Whether `key` signs the request as claimed; a refusal carries what S3 shows of the calculation. */
export function verifySignature(
  request: HttpRequest,
  claim: SignatureClaim,
  key: SigningKey,
  payloadHash: string,
  s3: boolean,
): Refusal | undefined {
  const uncovered = uncoveredHeader(request, claim);
  if (uncovered !== undefined) {
    return refusal("unsigned-headers", "There were headers present in the request which were not signed", {
      HeadersNotSigned: uncovered,
    });
  }
  const options = {
    signedHeaders: claim.signedHeaders,
    payloadHash,
    pathEncodedOnce: s3,
    omitSignature: claim.form === "query",
    fromRawHeaders: false,
  };
  const canonical = canonicalRequest(request, options);
  const toSign = stringToSign(claim, hash("sha256", canonical, "hex"));
  if (isSignature(key, toSign, claim.signature)) return undefined;
  // Repeated headers, or bytes beyond ASCII, which Node gives one in each character.
  const raw = Buffer.from(canonicalRequest(request, { ...options, fromRawHeaders: true }), "latin1");
  if (isSignature(key, stringToSign(claim, hash("sha256", raw, "hex")), claim.signature)) return undefined;
  return refusal("mismatch", mismatchText(s3), {
    AWSAccessKeyId: claim.accessKeyId,
    StringToSign: toSign,
    SignatureProvided: claim.signature,
    StringToSignBytes: spacedBytes(toSign),
    CanonicalRequest: canonical,
    CanonicalRequestBytes: spacedBytes(canonical),
  });
}

function mismatchText(s3: boolean): string {
  return s3
    ? "The request signature we calculated does not match the signature you provided. Check your key and signing method."
    : "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
}

function stringToSign(claim: SignatureClaim, canonicalHash: string): string {
  return `AWS4-HMAC-SHA256\n${claim.timestamp}\n${claim.scope}\n${canonicalHash}`;
}

/** In constant time. */
export function isSignature(key: SigningKey, toSign: string, signature: string): boolean {
  const expected = key.sign(toSign);
  return (
    signature.length === expected.length &&
    timingSafeEqual(Buffer.from(signature, "latin1"), Buffer.from(expected, "latin1"))
  );
}

/**
 * The first header that must be signed and is not. Without this a presigned
 * URL could be turned into another request by adding, say, `x-amz-target` or
 * `x-amz-copy-source`.
 */
function uncoveredHeader(request: HttpRequest, claim: SignatureClaim): string | undefined {
  const covered = claim.signedHeaders;
  if (!covers(covered, "host")) return "host";
  for (const name in request.headers) {
    if (!name.startsWith("x-amz-") || covers(covered, name)) continue;
    // The hash stands in the canonical request itself.
    if (name !== "x-amz-content-sha256") return name;
  }
  return undefined;
}

function covers(signedHeaders: string, name: string): boolean {
  for (let at = signedHeaders.indexOf(name); at >= 0; at = signedHeaders.indexOf(name, at + 1)) {
    const end = at + name.length;
    if (
      (at === 0 || signedHeaders.charCodeAt(at - 1) === 59) &&
      (end === signedHeaders.length || signedHeaders.charCodeAt(end) === 59)
    ) {
      return true;
    }
  }
  return false;
}

/** `41 57 53 34 ...`, as S3 prints it. */
function spacedBytes(text: string): string {
  return Buffer.from(text, "latin1").toString("hex").replace(/../g, "$& ").trimEnd();
}
