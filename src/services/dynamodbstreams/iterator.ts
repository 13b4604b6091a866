// The shard iterator: a place in a shard and the moment it was given out. It
// begins with the stream's ARN, which is how policies know whose records it reads.

import { fault } from "../../core/fault.ts";
import { dynamodbstreams, validation } from "./faults.ts";

export interface ShardIterator {
  readonly streamArn: string;
  readonly shard: number;
  /** The position of the next record. */
  readonly position: number;
  /** The reader named the position, or has come to it: that its record is trimmed by now is an error. */
  readonly exact: boolean;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
}

const lifetimeMilliseconds = 15 * 60_000;

export function encodeIterator({ streamArn, shard, position, exact, issuedAt }: ShardIterator): string {
  const place = Buffer.from(JSON.stringify([shard, position, exact ? 1 : 0, issuedAt])).toString("base64");
  return `${streamArn}|1|${place}`;
}

export function decodeIterator(text: string, now: number): ShardIterator {
  const [streamArn = "", version, place = ""] = text.split("|");
  const parts = version === "1" ? parsed(place) : undefined;
  if (parts === undefined) throw validation("Invalid ShardIterator");
  const [shard = 0, position = 0, exact = 0, issuedAt = 0] = parts;
  if (now > issuedAt + lifetimeMilliseconds) {
    throw fault(
      dynamodbstreams,
      "ExpiredIteratorException",
      `Iterator expired. The iterator was created at time ${new Date(issuedAt).toISOString()} while right now it is ${new Date(now).toISOString()} which is further in the future than the tolerated delay of ${lifetimeMilliseconds} milliseconds.`,
    );
  }
  return { streamArn, shard, position, exact: exact === 1, issuedAt };
}

function parsed(place: string): readonly number[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(place, "base64").toString());
    return Array.isArray(parts) && parts.length === 4 && parts.every(isCount) ? parts : undefined;
  } catch {
    return undefined;
  }
}

const isCount = (part: unknown): boolean => Number.isSafeInteger(part) && (part as number) >= 0;
