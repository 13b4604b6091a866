// What a request's signature is verified against. IAM and STS write these
// records; the wire reads one for every request.

import type { Ids } from "./ids.ts";
import type { Principal } from "./principal.ts";
import { defineResource } from "./resource.ts";

export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly status: "Active" | "Inactive";
  readonly principal: Principal;
  /** Set for temporary credentials: the token a request must carry. */
  readonly sessionToken?: string;
  /** Epoch milliseconds; set for temporary credentials. */
  readonly expiresAt?: number;
}

/** The stored form: known everywhere, whatever the account and region of the request. */
export const CredentialRecord = defineResource<Credential>()({
  service: "cumulet",
  type: "credential",
  scope: "global",
  key: (credential) => [credential.accessKeyId],
  cached: true,
});

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * A new key: `AKIA...` of a user or root, `ASIA...` of a session. As on AWS, the
 * account is written into bits 1 to 40 of the key id, so whoever finds a key
 * can tell whose it is.
 */
export function newAccessKey(
  ids: Ids,
  prefix: "AKIA" | "ASIA",
  account: string,
): { readonly accessKeyId: string; readonly secretAccessKey: string } {
  let bits = 0n;
  for (const byte of ids.bytes(10)) bits = (bits << 8n) | BigInt(byte);
  const accountBits = ((1n << 40n) - 1n) << 39n;
  bits = (bits & ~accountBits) | (BigInt(account) << 39n);
  let text = "";
  for (let index = 15n; index >= 0n; index--) text += base32[Number((bits >> (index * 5n)) & 31n)];
  return {
    accessKeyId: prefix + text,
    secretAccessKey: Buffer.from(ids.bytes(30)).toString("base64"),
  };
}

/** The account written into a key id; undefined where it is not of that form. */
export function accountOfAccessKey(accessKeyId: string): string | undefined {
  const text = /^(?:AKIA|ASIA)([A-Z2-7]{16})$/.exec(accessKeyId)?.[1];
  if (text === undefined) return undefined;
  let bits = 0n;
  for (const letter of text) bits = (bits << 5n) | BigInt(base32.indexOf(letter));
  return String((bits >> 39n) & ((1n << 40n) - 1n)).padStart(12, "0");
}

/**
 * How long an expired credential is still remembered. On a cloud that trusts
 * unknown keys a forgotten one would be root; remembered, it hears that it expired.
 */
export const expiredCredentialKept = 7 * 86_400_000;
