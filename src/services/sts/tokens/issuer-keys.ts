// An issuer's public keys, fetched as OpenID Connect says: the issuer's
// configuration names them. Issuers are the outside world, so a time-out of
// the machine's clock, not the cloud's, bounds the wait.

import type { IssuerKey } from "./jwt.ts";

const patienceMilliseconds = 5000;

/** Undefined where the issuer cannot be reached or does not answer with keys. */
export async function issuerKeys(
  issuer: string,
  signal: AbortSignal,
): Promise<readonly IssuerKey[] | undefined> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(patienceMilliseconds)]);
  try {
    const base = issuer.replace(/\/$/, "");
    const { jwks_uri: address } = await fetchJson(`${base}/.well-known/openid-configuration`, bounded);
    if (typeof address !== "string" || !address.startsWith("https://")) return undefined;
    const { keys } = await fetchJson(address, bounded);
    return Array.isArray(keys) ? (keys as readonly IssuerKey[]) : undefined;
  } catch {
    return undefined;
  }
}

async function fetchJson(address: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(address, { signal, redirect: "error" });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return (await response.json()) as Readonly<Record<string, unknown>>;
}

/** Whoever sits at this machine; a trusted loopback lets them be anybody already. */
export function isLoopback(sourceIp: string): boolean {
  return /^(::ffff:)?127\.|^::1$/.test(sourceIp);
}
