// Sequence numbers: 56 digits that rise with a record's position in its shard,
// and from a shard to its children. The shard's creation comes first, then the
// position, then the shard, so that one can be told from another's.

import type { Shard } from "./shards/shard.ts";

const createdDigits = 15;
const positionDigits = 25;
const shardDigits = 14;

type Numbered = Pick<Shard, "createdAt" | "index">;

export function sequenceNumber(shard: Numbered, position: number): string {
  return sequenceNumbers(shard)(position);
}

/** For many of one shard. */
export function sequenceNumbers({ createdAt, index }: Numbered): (position: number) => string {
  const head = `49${digits(createdAt, createdDigits)}`;
  const tail = digits(index, shardDigits);
  return (position) => head + digits(position, positionDigits) + tail;
}

/** The position that a number means in that shard; undefined where it is none of its numbers. */
export function positionOf(shard: Numbered, number: string): number | undefined {
  const from = 2 + createdDigits;
  const position = Number(number.slice(from, from + positionDigits));
  if (!Number.isSafeInteger(position) || sequenceNumber(shard, position) !== number) return undefined;
  return position;
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, "0");
}
