// What a signature says about the body: its hash, that it is not signed, or
// that it comes in chunks which carry signatures of their own.

import { hash } from "node:crypto";
import type { HttpRequest } from "../../core/http.ts";
import { queryParameter } from "../query-string.ts";
import type { SignatureClaim } from "./claim.ts";

export interface ChunkedPayload {
  /** Each chunk carries a signature that continues the request's. */
  readonly signed: boolean;
  readonly trailer: boolean;
  readonly asymmetric: boolean;
}

const chunkedPayloads: Readonly<Record<string, ChunkedPayload>> = {
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": { signed: true, trailer: false, asymmetric: false },
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": { signed: true, trailer: true, asymmetric: false },
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER": { signed: false, trailer: true, asymmetric: false },
  "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD": { signed: true, trailer: false, asymmetric: true },
  "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER": { signed: true, trailer: true, asymmetric: true },
};

/** The form of an `aws-chunked` body, undefined for any other. */
export function chunkedPayload(headers: HttpRequest["headers"]): ChunkedPayload | undefined {
  const declared = headers["x-amz-content-sha256"];
  if (declared === undefined || !declared.startsWith("STREAMING-")) return undefined;
  return Object.hasOwn(chunkedPayloads, declared) ? chunkedPayloads[declared] : undefined;
}

/** The hash that the client declares, as it stands in the canonical request; undefined where the body itself must be hashed. */
export function declaredPayloadHash(
  request: HttpRequest,
  claim: SignatureClaim,
  s3: boolean,
): string | undefined {
  const declared = request.headers["x-amz-content-sha256"];
  if (declared !== undefined) return declared;
  if (claim.form === "header") return undefined;
  return queryParameter(request.query, "X-Amz-Content-Sha256") ?? (s3 ? "UNSIGNED-PAYLOAD" : undefined);
}

/** Whether a declared value is a hash, which a body can break. */
export function isHash(declared: string): boolean {
  return declared.length === 64;
}

export function sha256(body: Uint8Array): string {
  return hash("sha256", body, "hex");
}
