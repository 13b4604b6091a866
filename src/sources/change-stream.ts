// Streams of a table's changes: written by the tables' service in the very
// transaction of the change, read through the streams' service. Shards follow
// from the clock alone: every four hours a stream goes on in a new one, so that
// a writer need read nothing to know where its record goes.

import { defineJob, type Job } from "../core/job.ts";
import type { Key } from "../core/ports/store.ts";
import { defineResource } from "../core/resource.ts";
import type { Transaction } from "../core/transaction.ts";
import { decodeValue, encodeValue } from "../core/value.ts";

export type ViewType = "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES" | "KEYS_ONLY";

export interface ChangeStream {
  readonly tableName: string;
  /** The time of its creation, as AWS labels streams: `2024-01-01T00:00:00.000`. */
  readonly label: string;
  readonly arn: string;
  readonly viewType: ViewType;
  readonly keySchema: readonly { readonly AttributeName: string; readonly KeyType: "HASH" | "RANGE" }[];
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Set once it takes no more changes; 24 hours later it is gone. */
  readonly disabledAt?: number;
}

/** An item's attributes in AWS's form: one member a value, bytes as `Uint8Array`. */
export type Image = Readonly<Record<string, object>>;

export interface Change {
  readonly eventName: "INSERT" | "MODIFY" | "REMOVE";
  /** Epoch milliseconds. */
  readonly at: number;
  readonly keys: Image;
  /** Only what the stream's view type shows. */
  readonly newImage?: Image | undefined;
  readonly oldImage?: Image | undefined;
  /** Of keys and images, by the rules for items. */
  readonly sizeBytes: number;
  /** Set where the clock, not a caller, changed the item. */
  readonly byService?: "dynamodb.amazonaws.com" | undefined;
}

export const ChangeStreamRecord = defineResource<ChangeStream>()({
  service: "dynamodbstreams",
  type: "stream",
  key: (stream) => [stream.tableName, stream.label],
  arn: (stream) => stream.arn,
  named: (input) => (typeof input.StreamArn === "string" ? input.StreamArn : undefined),
  cached: true,
});

export const shardMilliseconds = 4 * 3_600_000;
export const keptMilliseconds = 24 * 3_600_000;

export interface NewChangeStream {
  readonly tableName: string;
  readonly viewType: ViewType;
  readonly keySchema: ChangeStream["keySchema"];
}

/** Begins a stream of the table; where an older one ended in the same millisecond, its label is one later. */
export async function openChangeStream(tx: Transaction, given: NewChangeStream): Promise<ChangeStream> {
  const { tableName } = given;
  let createdAt = tx.now;
  while ((await tx.get(ChangeStreamRecord, tableName, labelOf(createdAt))) !== undefined) createdAt++;
  const label = labelOf(createdAt);
  const arn = `arn:aws:dynamodb:${tx.region}:${tx.account}:table/${tableName}/stream/${label}`;
  const stream: ChangeStream = { ...given, label, arn, createdAt };
  tx.put(ChangeStreamRecord, stream);
  tx.enqueue(trimStream, { tableName, label }, { at: createdAt + shardMilliseconds, id: arn });
  return stream;
}

/** Ends a stream: it is disabled, or its table is gone. What it holds can be read for 24 hours. */
export async function closeChangeStream(tx: Transaction, tableName: string, label: string): Promise<void> {
  const stream = await tx.get(ChangeStreamRecord, tableName, label);
  if (stream === undefined || stream.disabledAt !== undefined) return;
  tx.put(ChangeStreamRecord, { ...stream, disabledAt: tx.now });
  tx.notify(changeTopic(stream.arn));
}

/** Writes one change; nothing is read. `binary` where an image or key holds bytes. */
export function appendChange(
  tx: Transaction,
  stream: Pick<ChangeStream, "arn" | "tableName" | "label" | "createdAt">,
  change: Change,
  binary: boolean,
): void {
  const json = encodeValue(change, binary);
  const value = Buffer.allocUnsafe(json.length + 1);
  value[0] = binary ? 1 : 0;
  value.set(json, 1);
  tx.raw.append(shardLog(tx, stream, shardIndexAt(stream, change.at)), value);
  tx.notify(changeTopic(stream.arn));
}

export function decodeChange(value: Uint8Array): Change {
  return decodeValue(value.subarray(1), value[0] === 1);
}

/** What waits for changes of the stream watches this. */
export function changeTopic(arn: string): string {
  return `changes.${arn}`;
}

/** `tx` looks at the stream's account and region. */
export function shardLog(
  tx: Transaction,
  { tableName, label }: Pick<ChangeStream, "tableName" | "label">,
  index: number,
): Key {
  return tx.key("dynamodbstreams", "log", tableName, label, index);
}

/** Shards are numbered from 0. */
export function shardIndexAt({ createdAt }: Pick<ChangeStream, "createdAt">, time: number): number {
  return Math.max(0, Math.floor((time - createdAt) / shardMilliseconds));
}

export function shardStart({ createdAt }: Pick<ChangeStream, "createdAt">, index: number): number {
  return createdAt + index * shardMilliseconds;
}

/** The first shard that may still hold something, at `now`. */
export function oldestShard(stream: Pick<ChangeStream, "createdAt">, now: number): number {
  return shardIndexAt(stream, now - keptMilliseconds);
}

interface StreamName {
  readonly tableName: string;
  readonly label: string;
}

const removedAtOnce = 1000;

/** Removes shards that nobody may read any more, and in the end the stream; again whenever a shard ends. */
export const trimStream: Job<StreamName> = defineJob<StreamName>({
  name: "dynamodbstreams.trimStream",
  run: async ({ tableName, label }, tx): Promise<void> => {
    const stream = await tx.get(ChangeStreamRecord, tableName, label);
    if (stream === undefined) return;
    const gone = stream.disabledAt !== undefined && tx.now >= stream.disabledAt + keptMilliseconds;
    const base = tx.key("dynamodbstreams", "log", tableName, label);
    const end = gone ? `${base}\xff` : shardLog(tx, stream, oldestShard(stream, tx.now));
    const entries = await tx.raw.scan({ start: base, end }, { limit: removedAtOnce });
    for (const entry of entries) tx.raw.delete(entry.key);
    const again = { tableName, label };
    if (entries.length === removedAtOnce) tx.enqueue(trimStream, again, { id: stream.arn });
    else if (gone) tx.delete(ChangeStreamRecord, tableName, label);
    else {
      const next = shardStart(stream, shardIndexAt(stream, tx.now) + 1);
      const at =
        stream.disabledAt === undefined ? next : Math.min(next, stream.disabledAt + keptMilliseconds);
      tx.enqueue(trimStream, again, { at, id: stream.arn });
    }
  },
});

function labelOf(time: number): string {
  return new Date(time).toISOString().slice(0, -1);
}
