// The shard iterator: a place in a shard, and the moment it was given out.

import { invalidArgument, kinesisFault } from "./faults.ts";

export interface ShardIterator {
  readonly streamArn: string;
  readonly streamId: string;
  readonly shard: number;
  /** The position of the next record. */
  readonly position: number;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
}

const lifetimeMilliseconds = 300_000;

export function encodeIterator(iterator: ShardIterator): string {
  const { streamArn, streamId, shard, position, issuedAt } = iterator;
  return Buffer.from(JSON.stringify([1, streamArn, streamId, shard, position, issuedAt])).toString("base64");
}

export function decodeIterator(text: string, now: number): ShardIterator {
  const iterator = parsed(text);
  if (iterator === undefined) throw invalidArgument("Invalid ShardIterator.");
  if (now <= iterator.issuedAt + lifetimeMilliseconds) return iterator;
  throw kinesisFault(
    "ExpiredIteratorException",
    `Iterator expired. The iterator was created at time ${clock(iterator.issuedAt)} while right now it is ${clock(now)} which is further in the future than the tolerated delay of ${lifetimeMilliseconds} milliseconds.`,
  );
}

/** Whose records an iterator reads, for authorization; undefined where it is none. */
export function iteratorArn(text: string): string | undefined {
  return parsed(text)?.streamArn;
}

function parsed(text: string): ShardIterator | undefined {
  try {
    const parts = JSON.parse(Buffer.from(text, "base64").toString()) as unknown[];
    const [version, streamArn, streamId, ...numbers] = parts;
    if (version !== 1 || typeof streamArn !== "string" || typeof streamId !== "string") return undefined;
    const [shard, position, issuedAt] = numbers as number[];
    if (numbers.length !== 3 || !numbers.every((each) => Number.isSafeInteger(each) && (each as number) >= 0))
      return undefined;
    return { streamArn, streamId, shard: shard!, position: position!, issuedAt: issuedAt! };
  } catch {
    return undefined;
  }
}

/** `Mon Jan 01 00:00:00 UTC 2024` */
function clock(time: number): string {
  const [day = "", date, month, year, at] = new Date(time).toUTCString().split(" ");
  return `${day.slice(0, 3)} ${month} ${date} ${at} UTC ${year}`;
}
