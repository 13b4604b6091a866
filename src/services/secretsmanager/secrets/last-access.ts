// The day on which a version was last read. AWS shows no more than the day, and
// so a version that is read all the time costs one write a day.

import type { Transaction } from "../../../core/transaction.ts";
import { decodeValue, encodeValue } from "../../../core/value.ts";

interface Access {
  readonly versionId: string;
  readonly day: number;
}

const dayMilliseconds = 86_400_000;

const accessKey = (tx: Transaction, arn: string, ...versionId: readonly string[]) =>
  tx.key("secretsmanager", "access", arn, ...versionId);

export async function noteAccess(tx: Transaction, arn: string, versionId: string): Promise<void> {
  const day = Math.floor(tx.now / dayMilliseconds) * dayMilliseconds;
  const key = accessKey(tx, arn, versionId);
  const stored = await tx.raw.get(key);
  if (stored !== undefined && decodeValue<Access>(stored, false).day === day) return;
  tx.raw.put(key, encodeValue({ versionId, day } satisfies Access, false));
}

/** By version. */
export async function lastAccesses(tx: Transaction, arn: string): Promise<ReadonlyMap<string, number>> {
  const found = await tx.raw.scan(rangeOf(tx, arn), { limit: 1000 });
  return new Map(
    found.map(({ value }) => {
      const { versionId, day } = decodeValue<Access>(value, false);
      return [versionId, day];
    }),
  );
}

export async function lastAccess(tx: Transaction, arn: string): Promise<number | undefined> {
  const days = [...(await lastAccesses(tx, arn)).values()];
  return days.length === 0 ? undefined : Math.max(...days);
}

export function forgetAccesses(tx: Transaction, arn: string): void {
  tx.raw.deleteRange(rangeOf(tx, arn));
}

function rangeOf(tx: Transaction, arn: string) {
  const start = accessKey(tx, arn);
  return { start, end: `${start}\xff` };
}
