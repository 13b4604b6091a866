// JSON web tokens: reading one, and verifying it with the issuer's keys.

import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import { fault } from "../../../core/fault.ts";
import { invalidToken, sts } from "../model.ts";

export interface Token {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What is signed. */
  readonly signed: string;
  readonly signature: Buffer;
}

export type IssuerKey = JsonWebKey & { readonly kid?: string };

export function readToken(text: string): Token {
  const [header, claims, signature, more] = text.split(".");
  if (header === undefined || claims === undefined || signature === undefined || more !== undefined) {
    throw notAToken();
  }
  return {
    header: decode(header),
    claims: decode(claims),
    signed: `${header}.${claims}`,
    signature: Buffer.from(signature, "base64url"),
  };
}

/** The claims that AWS requires, checked against the time. */
export function checkTimes({ claims }: Token, now: number): void {
  for (const claim of ["exp", "iat", "sub", "aud"]) {
    if (claims[claim] === undefined) throw invalidToken(`Missing a required claim: ${claim}`);
  }
  const seconds = Math.floor(now / 1000);
  if (seconds < Number(claims.exp)) return;
  throw fault(
    sts,
    "ExpiredTokenException",
    `Token expired: current date/time ${seconds} must be before the expiration date/time ${claims.exp}`,
  );
}

export function audiences({ claims }: Token): readonly string[] {
  return [claims.aud].flat().map(String);
}

const hashes: Readonly<Record<string, string>> = {
  RS256: "sha256",
  RS384: "sha384",
  RS512: "sha512",
  ES256: "sha256",
  ES384: "sha384",
  ES512: "sha512",
};

/** Throws unless one of the keys made the signature. */
export function checkSignature(token: Token, keys: readonly IssuerKey[]): void {
  const { alg, kid } = token.header;
  const hash = hashes[String(alg)];
  const key = keys.find((candidate) => kid === undefined || candidate.kid === kid);
  if (hash === undefined || key === undefined) {
    throw invalidToken(
      "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
    );
  }
  const publicKey = createPublicKey({ key, format: "jwk" });
  const bytes = Buffer.from(token.signed);
  const isValid = String(alg).startsWith("ES")
    ? verify(hash, bytes, { key: publicKey, dsaEncoding: "ieee-p1363" }, token.signature)
    : verify(hash, bytes, publicKey, token.signature);
  if (!isValid) throw invalidToken("Invalid signature");
}

function decode(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    if (typeof value === "object" && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Not JSON: not a token.
  }
  throw notAToken();
}

function notAToken(): Error {
  return invalidToken(
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
  );
}
