// Why a request is not taken for what it claims to be. What a client reads
// (code, status, text) differs between families of services, so the reasons
// here carry no codes; `authenticate.ts` gives each its name on the wire.

export type RefusalReason =
  /** No signature at all. */
  | "missing"
  /** A signature header or query that cannot be read. */
  | "incomplete"
  /** A presigned query that cannot be read, or lives too long. */
  | "query-parameters"
  /** Signature Version 2, SigV4A and other algorithms. */
  | "unsupported"
  | "unknown-key"
  | "invalid-token"
  | "expired-token"
  | "mismatch"
  /** The date of the signature is too far from now. */
  | "skewed"
  /** A presigned URL past its end. */
  | "expired"
  /** Signed for another service. */
  | "scope"
  /** `x-amz-*` headers that the signature does not cover. */
  | "unsigned-headers"
  /** The body is not the one that was signed. */
  | "payload"
  /** A field of a browser's form is missing or wrong. */
  | "form";

export interface Refusal {
  readonly kind: "refusal";
  readonly reason: RefusalReason;
  readonly message: string;
  /** What S3 adds to its error document. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

export function refusal(
  reason: RefusalReason,
  message: string,
  fields?: Readonly<Record<string, unknown>>,
): Refusal {
  return fields === undefined
    ? { kind: "refusal", reason, message }
    : { kind: "refusal", reason, message, fields };
}
