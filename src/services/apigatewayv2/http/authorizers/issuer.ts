// Issuers of tokens: their keys, found by OpenID Connect discovery and kept for
// two hours, as API Gateway keeps them.

import type { Waiting } from "../../../../core/waiting.ts";
import { gatewayState } from "../../../../gateway/process-state.ts";

/** A key as issuers publish it (RFC 7517). */
export interface PublishedKey {
  readonly kid?: string;
  readonly kty?: string;
  readonly [name: string]: unknown;
}

interface IssuerKeys {
  readonly keys: readonly PublishedKey[];
  readonly fetchedAt: number;
}

const keptMilliseconds = 2 * 60 * 60 * 1000;
/** An unknown key may be a new one; but whoever invents names of keys must not make us ask each time. */
const askAgainMilliseconds = 30_000;
const discoveryTimeout = 5000;
const largestDocumentBytes = 262_144;

/** Undefined where the issuer has no such key. Throws `IssuerError` where it cannot be asked. */
export async function issuerKey(
  ctx: Waiting,
  issuer: string,
  keyId: string | undefined,
): Promise<PublishedKey | undefined> {
  const { issuers } = gatewayState(ctx);
  const now = ctx.now();
  const known = issuers.get(issuer, now) as IssuerKeys | undefined;
  const found = known && keyNamed(known, keyId);
  if (found !== undefined) return found;
  if (known !== undefined && now - known.fetchedAt < askAgainMilliseconds) return undefined;
  const fetched = { keys: await publishedKeys(ctx, issuer), fetchedAt: now };
  issuers.put(issuer, fetched, now + keptMilliseconds);
  return keyNamed(fetched, keyId);
}

function keyNamed({ keys }: IssuerKeys, keyId: string | undefined): PublishedKey | undefined {
  return keyId === undefined
    ? keys.length === 1
      ? keys[0]
      : undefined
    : keys.find(({ kid }) => kid === keyId);
}

export class IssuerError extends Error {
  override readonly name = "IssuerError";
}

async function publishedKeys(ctx: Waiting, issuer: string): Promise<readonly PublishedKey[]> {
  const discovery = await document(ctx, `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const { jwks_uri: address } = discovery as { readonly jwks_uri?: unknown };
  if (typeof address !== "string") throw new IssuerError(`${issuer} names no jwks_uri.`);
  const { keys } = (await document(ctx, address)) as { readonly keys?: unknown };
  if (!Array.isArray(keys)) throw new IssuerError(`${address} holds no keys.`);
  return keys.filter((key) => typeof key === "object" && key !== null);
}

async function document(ctx: Waiting, url: string): Promise<object> {
  try {
    const { status, body } = await ctx.fetch({
      method: "GET",
      url,
      headers: { accept: "application/json" },
      timeoutMilliseconds: discoveryTimeout,
      maximumBodyBytes: largestDocumentBytes,
    });
    const value: unknown = status === 200 ? JSON.parse(Buffer.from(body).toString()) : undefined;
    if (typeof value === "object" && value !== null) return value;
  } catch (error) {
    throw new IssuerError(`${url} could not be read: ${String(error)}`);
  }
  throw new IssuerError(`${url} holds no document.`);
}
