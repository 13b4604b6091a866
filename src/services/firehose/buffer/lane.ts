// A lane: records waiting for one step, in order. The lane `source` holds what
// was put; others hold what processing made of it, one for each partition, what
// is to be backed up, and what failed. A lane is a log that writers append to
// without reading, and the place up to which it was dealt with.

import { pack, type Range } from "../../../base/tuple.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { readLog } from "../../../sources/log.ts";
import type { Hints } from "../destination/destination.ts";
import type { PartitionKeys } from "../naming/expression.ts";
import { arrivalOf, type BufferedRecord, decodeEntry, encodeEntry, sizeOf } from "./entry.ts";

export type LanePurpose =
  | { readonly type: "source" }
  | { readonly type: "main"; readonly keys?: PartitionKeys }
  | { readonly type: "backup" }
  /** Records of failures, as JSON, for the error prefix. */
  | { readonly type: "errors"; readonly errorType: string };

export interface Lane {
  readonly streamId: string;
  readonly name: string;
  readonly purpose: LanePurpose;
  /** The first position that is still to be dealt with. */
  readonly next: number;
  /** Bytes dealt with since the lane began. */
  readonly taken: number;
  /** What is being delivered, so that a second try does the same. */
  readonly attempt?: Attempt | undefined;
}

export interface Attempt {
  /** Names the object or the request. */
  readonly id: string;
  /** The last position that belongs to it. */
  readonly through: number;
  readonly startedAt: number;
  readonly failures: number;
  readonly retryAt: number;
}

export const LaneRecord = defineResource<Lane>()({
  service: "firehose",
  type: "lane",
  key: (lane) => [lane.streamId, lane.name],
  cached: true,
});

export const sourceLane = "source";

export function newLane(streamId: string, purpose: LanePurpose): Lane {
  return { streamId, name: nameOf(purpose), purpose, next: 1, taken: 0 };
}

function nameOf(purpose: LanePurpose): string {
  switch (purpose.type) {
    case "source":
      return sourceLane;
    case "backup":
      return "backup";
    case "errors":
      return `errors/${purpose.errorType}`;
    case "main": {
      const { keys } = purpose;
      if (keys === undefined) return "main";
      return `main/${JSON.stringify([Object.entries(keys.query).toSorted(), Object.entries(keys.lambda).toSorted()])}`;
    }
  }
}

/** What wakes those who deliver. */
export function streamTopic(streamId: string): string {
  return `firehose.${streamId}`;
}

export function logKey(tx: Transaction, streamId: string, lane: string): string {
  return tx.key("firehose", "log", streamId, lane);
}

function bytesKey(tx: Transaction, streamId: string, lane: string): string {
  return tx.key("firehose", "bytes", streamId, lane);
}

/** To a lane that is there; nothing is read, so that no two writers conflict. */
export function append(
  tx: Transaction,
  streamId: string,
  lane: string,
  records: readonly BufferedRecord[],
): void {
  if (records.length === 0) return;
  appendQuietly(tx, streamId, lane, records);
  tx.notify(streamTopic(streamId));
}

function appendQuietly(
  tx: Transaction,
  streamId: string,
  lane: string,
  records: readonly BufferedRecord[],
): void {
  const value = encodeEntry(records);
  tx.raw.append(logKey(tx, streamId, lane), value);
  tx.raw.add(bytesKey(tx, streamId, lane), sizeOf(value));
}

/**
 * To the source lane, waking who tends it only where there is something new to
 * know: the first record, and a full buffer. That the lane is read makes this
 * certain: where it moves on meanwhile, the call looks again.
 */
export async function appendToSource(
  tx: Transaction,
  streamId: string,
  hints: Hints,
  records: readonly BufferedRecord[],
): Promise<void> {
  const { taken = 0 } = (await tx.get(LaneRecord, streamId, sourceLane)) ?? {};
  const waiting = (await tx.raw.estimate(bytesKey(tx, streamId, sourceLane))) - taken;
  appendQuietly(tx, streamId, sourceLane, records);
  const size = records.reduce((sum, { data }) => sum + data.length, 0);
  if (waiting <= 0 || waiting + size >= hints.bytes || hints.milliseconds === 0) {
    tx.notify(streamTopic(streamId));
  }
}

/** To a lane that may have to be made; only who tends the stream does so. */
export async function appendTo(
  tx: Transaction,
  streamId: string,
  purpose: LanePurpose,
  records: readonly BufferedRecord[],
): Promise<void> {
  const lane = newLane(streamId, purpose);
  if ((await tx.get(LaneRecord, streamId, lane.name)) === undefined) tx.put(LaneRecord, lane);
  append(tx, streamId, lane.name, records);
}

/** How much waits, and since when; undefined where nothing does. */
export interface Pending {
  readonly bytes: number;
  readonly since: number;
}

export async function pendingIn(tx: Transaction, lane: Lane): Promise<Pending | undefined> {
  const log = logKey(tx, lane.streamId, lane.name);
  if ((await tx.raw.estimate(log)) < lane.next) return undefined;
  const first = await tx.raw.get(log + pack([lane.next]));
  if (first === undefined) return undefined;
  const bytes = (await tx.raw.estimate(bytesKey(tx, lane.streamId, lane.name))) - lane.taken;
  return { bytes, since: arrivalOf(first) };
}

export interface Taken {
  readonly records: readonly BufferedRecord[];
  /** The last position taken. */
  readonly through: number;
}

const mostEntries = 100_000;

/** From the front of the lane: whole entries, until they hold `bytes`, or up to `through` where that is given. */
export async function take(
  tx: Transaction,
  lane: Lane,
  bytes: number,
  through?: number,
): Promise<Taken | undefined> {
  const log = logKey(tx, lane.streamId, lane.name);
  const records: BufferedRecord[] = [];
  let next = lane.next;
  let size = 0;
  for (;;) {
    const most = through === undefined ? mostEntries : through - next + 1;
    if (most <= 0 || (through === undefined && size >= bytes)) break;
    const room = through === undefined ? bytes - size : Number.MAX_SAFE_INTEGER;
    const page = await readLog(tx, log, next, Math.min(most, mostEntries), room, sizeOf);
    for (const { value } of page.entries) {
      for (const record of decodeEntry(value)) records.push(record);
      size += sizeOf(value);
    }
    if (page.next === next) break;
    next = page.next;
  }
  return next === lane.next ? undefined : { records, through: next - 1 };
}

/** Takes what was dealt with out of the lane; a partition that is empty then is gone. */
export async function advance(tx: Transaction, lane: Lane, through: number, bytes: number): Promise<void> {
  const log = logKey(tx, lane.streamId, lane.name);
  tx.raw.deleteRange(positions(log, lane.next, through));
  const { attempt: _attempt, ...rest } = lane;
  const rested = { ...rest, next: through + 1, taken: lane.taken + bytes };
  if (lane.purpose.type === "main" && lane.purpose.keys !== undefined) {
    if ((await tx.raw.count(log)) === through) {
      tx.delete(LaneRecord, lane.streamId, lane.name);
      tx.raw.delete(log);
      tx.raw.delete(bytesKey(tx, lane.streamId, lane.name));
      return;
    }
  }
  tx.put(LaneRecord, rested);
}

function positions(log: string, from: number, through: number): Range {
  return { start: log + pack([from]), end: log + pack([through + 1]) };
}
