// When a key was last used, and for what: a record for each operation, which is
// written again once it is a minute old, so that the keys most used cost no
// writes and their users do not wait for each other.

import type { Transaction } from "../../../core/transaction.ts";
import { decodeValue, encodeValue } from "../../../core/value.ts";

export interface Usage {
  readonly operation: string;
  readonly at: number;
  readonly requestId: string;
}

const accuracyMilliseconds = 60_000;

const usageKey = (tx: Transaction, keyId: string, ...operation: readonly string[]) =>
  tx.key("kms", "usage", keyId, ...operation);

export async function noteUsage(tx: Transaction, keyId: string, operation: string): Promise<void> {
  const key = usageKey(tx, keyId, operation);
  const stored = await tx.raw.get(key);
  if (stored !== undefined && decodeValue<Usage>(stored, false).at > tx.now - accuracyMilliseconds) return;
  tx.raw.put(key, encodeValue({ operation, at: tx.now, requestId: tx.requestId } satisfies Usage, false));
}

export async function lastUsage(tx: Transaction, keyId: string): Promise<Usage | undefined> {
  const found = await tx.raw.scan(rangeOf(tx, keyId), { limit: 20 });
  const usages = found.map(({ value }) => decodeValue<Usage>(value, false));
  return usages.sort((left, right) => right.at - left.at)[0];
}

export function forgetUsage(tx: Transaction, keyId: string): void {
  tx.raw.deleteRange(rangeOf(tx, keyId));
}

function rangeOf(tx: Transaction, keyId: string) {
  const start = usageKey(tx, keyId);
  return { start, end: `${start}\xff` };
}
