// Decides who calls. The signature's reading and arithmetic are in `sigv4/`;
// here it meets stored credentials and the trust in a loopback's unknown keys.

import type { Credential } from "../core/credential.ts";
import { anonymousPrincipal, type Principal, rootPrincipal } from "../core/principal.ts";
import type { OperationModel, ServiceModel } from "../model/shapes.ts";
import type { WireRequest } from "./request.ts";
import { verifyExpiryV2, verifySignatureV2 } from "./sigv2/presigned.ts";
import type { SignatureClaim } from "./sigv4/claim.ts";
import { chunkedPayload, declaredPayloadHash, isHash, sha256 } from "./sigv4/payload.ts";
import { type Refusal, refusal } from "./sigv4/refusal.ts";
import type { SigningKey, SigningKeys } from "./sigv4/signing-key.ts";
import { verifyDates, verifySignature } from "./sigv4/verify.ts";

export type Awaitable<T> = T | Promise<T>;

export interface Authentication {
  /** Undefined where the key is unknown. */
  findCredential(accessKeyId: string): Awaitable<Credential | undefined>;
  readonly trustUnknownKeys: boolean;
  /** The cloud's time for the expiry of credentials, the machine's for what clients sign. */
  readonly clock: { now(): number; wall?(): number };
  readonly keys: SigningKeys;
}

/** What a request turned out to be. */
export interface Identity {
  readonly kind: "identity";
  readonly principal: Principal;
  /** Undefined where nothing could be verified: anonymous, or an unknown key that is trusted. */
  readonly key: SigningKey | undefined;
  /** The hash that a body still to be read must have. */
  readonly payloadHash: string | undefined;
}

export interface Unverified {
  readonly request: WireRequest;
  readonly claim: SignatureClaim | Refusal | undefined;
  /** The bucket that the host names, which old signatures cover. */
  readonly bucket?: string | undefined;
  /** The operation takes no signature, and ignores one. */
  readonly unsigned: boolean;
  /** The signing names that the addressed service accepts. */
  readonly signingNames: readonly string[];
  /** As it travelled; undefined while it is still to be read. */
  readonly body: Uint8Array | undefined;
  readonly mayBeAnonymous: boolean;
  /** Sent by a browser for a page that is not trusted. */
  readonly foreign: boolean;
}

/** S3 has public buckets; SQS and SNS have policies that may allow everybody. */
const anonymousServices: readonly string[] = ["s3", "sqs", "sns"];

export function mayBeAnonymous(service: ServiceModel, operation: OperationModel): boolean {
  return operation.authType === "none" || anonymousServices.includes(service.name);
}

export async function authenticate(
  authentication: Authentication,
  unverified: Unverified,
): Promise<Identity | Refusal> {
  const { claim } = unverified;
  if (claim === undefined || unverified.unsigned) {
    if (unverified.mayBeAnonymous) return identity(anonymousPrincipal(), undefined, undefined);
    return refusal("missing", "Missing Authentication Token");
  }
  if (claim.kind === "refusal") return claim;
  const found = authentication.findCredential(claim.accessKeyId);
  const credential = found instanceof Promise ? await found : found;
  if (credential === undefined) return unknownKey(authentication, unverified, claim);
  return verify(authentication, unverified, claim, credential);
}

/** There is no secret to verify by; what can be checked without one still is. */
function unknownKey(
  { trustUnknownKeys, clock }: Authentication,
  { request, foreign, signingNames, body }: Unverified,
  claim: SignatureClaim,
): Identity | Refusal {
  if (!trustUnknownKeys || foreign) return invalidToken("unknown-key", claim);
  const s3 = isS3(signingNames);
  if (claim.form === "query") {
    const late =
      claim.version === 2 ? verifyExpiryV2(claim, wall(clock)) : verifyDates(claim, wall(clock), s3);
    if (late !== undefined) return late;
  }
  const account = /^\d{12}$/.test(claim.accessKeyId) ? claim.accessKeyId : "000000000000";
  const declared = declaredPayloadHash(request, claim, s3);
  return checkedBody(rootPrincipal(account, claim.accessKeyId), undefined, declared, body);
}

function verify(
  { clock, keys }: Authentication,
  { request, bucket, signingNames, body }: Unverified,
  claim: SignatureClaim,
  credential: Credential,
): Identity | Refusal {
  if (credential.status !== "Active") return invalidToken("unknown-key", claim);
  const stale = verifySession(claim, credential, clock.now());
  if (stale !== undefined) return stale;
  if (claim.asymmetric || chunkedPayload(request.headers)?.asymmetric === true) {
    return refusal(
      "unsupported",
      "Cumulet does not verify AWS Signature Version 4A. Please use AWS4-HMAC-SHA256.",
    );
  }
  if (!signingNames.includes(claim.service)) {
    return refusal("scope", `Credential should be scoped to correct service: '${signingNames[0]}'.`);
  }
  if (claim.version === 2) {
    const refused =
      verifyExpiryV2(claim, wall(clock)) ??
      verifySignatureV2(request, claim, bucket, credential.secretAccessKey);
    return refused ?? identity(credential.principal, undefined, undefined);
  }
  const s3 = isS3(signingNames);
  const late = verifyDates(claim, wall(clock), s3);
  if (late !== undefined) return late;
  const declared = declaredPayloadHash(request, claim, s3);
  if (declared === undefined && s3) {
    return refusal("unsupported", "Missing required header for this request: x-amz-content-sha256");
  }
  const key = keys.get(credential.secretAccessKey, claim.scope);
  const wrong = verifySignature(request, claim, key, declared ?? sha256(body ?? new Uint8Array(0)), s3);
  if (wrong !== undefined) return wrong;
  return checkedBody(credential.principal, key, declared, body);
}

/** A signature over a hash is worth as much as the hash's comparison with the body. */
function checkedBody(
  principal: Principal,
  key: SigningKey | undefined,
  declared: string | undefined,
  body: Uint8Array | undefined,
): Identity | Refusal {
  if (declared === undefined || !isHash(declared)) return identity(principal, key, undefined);
  if (body === undefined) return identity(principal, key, declared);
  const computed = sha256(body);
  return computed === declared ? identity(principal, key, undefined) : wrongPayload(declared, computed);
}

export function wrongPayload(declared: string, computed: string): Refusal {
  return refusal("payload", "The provided 'x-amz-content-sha256' header does not match what was computed.", {
    ClientComputedContentSHA256: declared,
    S3ComputedContentSHA256: computed,
  });
}

type Session = Pick<SignatureClaim, "accessKeyId" | "sessionToken">;

/** Whether the session of the key, if it is one, is the one that was given out, and still lasts. */
export function verifySession(claim: Session, credential: Credential, now: number): Refusal | undefined {
  if (credential.expiresAt !== undefined && now >= credential.expiresAt) {
    return refusal("expired-token", "The security token included in the request is expired", {
      "Token-0": claim.sessionToken,
    });
  }
  if (claim.sessionToken === credential.sessionToken) return undefined;
  return invalidToken("invalid-token", claim);
}

function invalidToken(reason: "unknown-key" | "invalid-token", claim: Session): Refusal {
  return refusal(reason, "The security token included in the request is invalid.", {
    AWSAccessKeyId: claim.accessKeyId,
  });
}

/** S3 and its kin sign the path as it travels, and their clients declare the payload's hash. */
function isS3(signingNames: readonly string[]): boolean {
  return signingNames[0] === "s3";
}

function identity(
  principal: Principal,
  key: SigningKey | undefined,
  payloadHash: string | undefined,
): Identity {
  return { kind: "identity", principal, key, payloadHash };
}

function wall(clock: Authentication["clock"]): number {
  return clock.wall === undefined ? clock.now() : clock.wall();
}
