// The tokens of TransactWriteItems: for ten minutes a token stands for the
// request that first bore it. SDKs send one with every request, so that old
// ones are taken away by the requests that follow.

import type { Transaction } from "../../../core/transaction.ts";

const lifetimeMilliseconds = 10 * 60 * 1000;
/** More than one for each that is added, so that the old ones run out. */
const removedAtOnce = 2;

interface TokenRecord {
  readonly fingerprint: string;
  readonly expiresAt: number;
}

/** The fingerprint of the request that bore the token; undefined where there was none lately. */
export async function findToken(tx: Transaction, token: string): Promise<string | undefined> {
  const bytes = await tx.raw.get(tx.key("dynamodb", "token", token));
  if (bytes === undefined) return undefined;
  const record = JSON.parse(Buffer.from(bytes).toString()) as TokenRecord;
  return record.expiresAt > tx.now ? record.fingerprint : undefined;
}

export async function rememberToken(tx: Transaction, token: string, fingerprint: string): Promise<void> {
  const expiresAt = tx.now + lifetimeMilliseconds;
  const record: TokenRecord = { fingerprint, expiresAt };
  tx.raw.put(tx.key("dynamodb", "token", token), Buffer.from(JSON.stringify(record)));
  tx.raw.put(tx.key("dynamodb", "tokenExpiry", expiresAt, token), Buffer.from(token));
  // Claimed, not read, so that requests side by side remove different ones and never conflict.
  const old = await tx.claim("dynamodb", ["tokenExpiry"], [tx.now], removedAtOnce);
  for (const entry of old) {
    const expired = Buffer.from(entry.value).toString();
    tx.raw.delete(entry.key);
    if (expired !== token) tx.raw.delete(tx.key("dynamodb", "token", expired));
  }
}
