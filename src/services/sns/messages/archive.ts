// The archive of a FIFO topic: a copy of every message for as long as its
// ArchivePolicy says. Each new copy clears away two that are too old.
//
//   archive (topic id, published at, sequence number)

import type { Range } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { decodeValue, encodeValue } from "../../../core/value.ts";
import type { TopicState } from "../topics/topic.ts";
import { parseArchivePolicy } from "../topics/topic-attributes.ts";
import type { Published } from "./published.ts";

const dayMilliseconds = 86_400_000;

export async function archive(tx: Transaction, topic: TopicState, published: Published): Promise<void> {
  const days = parseArchivePolicy(topic.attributes.ArchivePolicy);
  if (days === undefined) return;
  const key = tx.key("sns", "archive", topic.id, published.at, published.sequenceNumber ?? "");
  tx.raw.put(key, encodeValue(published, false));
  const old = tx.now - days * dayMilliseconds;
  for (const entry of await tx.claim("sns", ["archive", topic.id], [old], 2)) tx.raw.delete(entry.key);
}

/** When the oldest message that can be replayed was published. */
export async function oldestArchived(tx: Transaction, topic: TopicState): Promise<number | undefined> {
  const days = parseArchivePolicy(topic.attributes.ArchivePolicy);
  if (days === undefined) return undefined;
  return Math.max(topic.archivingSince ?? tx.now, tx.now - days * dayMilliseconds);
}

export interface ArchivePlace {
  readonly at: number;
  readonly sequenceNumber: string;
}

/** In the order of publishing, after `from`. */
export async function archivedAfter(
  tx: Transaction,
  topic: TopicState,
  from: ArchivePlace,
  most: number,
): Promise<readonly Published[]> {
  const oldest = await oldestArchived(tx, topic);
  if (oldest === undefined) return [];
  const base = tx.key("sns", "archive", topic.id);
  const after =
    from.at < oldest
      ? tx.key("sns", "archive", topic.id, oldest)
      : `${tx.key("sns", "archive", topic.id, from.at, from.sequenceNumber)}\xff`;
  const range: Range = { start: after, end: `${base}\xff` };
  const found = await tx.raw.scan(range, { limit: most });
  return found.map(({ value }) => decodeValue<Published>(value, false));
}
