// FIFO topics: sequence numbers, and what is remembered for five minutes so
// that a message published twice is delivered once. Every new memory clears
// away two old ones, so that they need no job to be forgotten.

import { hash } from "node:crypto";
import { unpack } from "../../../base/tuple.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { decodeValue, encodeValue } from "../../../core/value.ts";
import { invalidParameter } from "../faults.ts";
import type { TopicState } from "../topics/topic.ts";

const memoryMilliseconds = 300_000;

export interface FifoEntry {
  readonly Message: string;
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
}

/** The deduplication id; undefined in a standard topic, which knows none. */
export function deduplicationIdOf(topic: TopicState, entry: FifoEntry): string | undefined {
  const { MessageDeduplicationId: given, MessageGroupId: group, Message } = entry;
  checkToken("MessageGroupId", group);
  checkToken("MessageDeduplicationId", given);
  if (!topic.fifo) {
    if (given === undefined) return undefined;
    throw invalidParameter(
      "MessageDeduplicationId",
      "The request includes MessageDeduplicationId parameter that is not valid for this topic type",
    );
  }
  if (group === undefined) {
    throw invalidParameter("The MessageGroupId parameter is required for FIFO topics");
  }
  if (given !== undefined) return given;
  if (topic.attributes.ContentBasedDeduplication === "true") return hash("sha256", Message);
  throw invalidParameter(
    "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
  );
}

function checkToken(name: string, value: string | undefined): void {
  if (value === undefined || /^[\x21-\x7e]{1,128}$/.test(value)) return;
  throw invalidParameter(
    name,
    `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length`,
  );
}

/** Rises through the whole topic. Concurrent publishers take their turns, which is what makes the order one. */
export async function nextSequenceNumber(tx: Transaction, topic: TopicState): Promise<string> {
  const number = (await tx.raw.count(sequenceKey(tx, topic))) + 1;
  tx.raw.add(sequenceKey(tx, topic), 1);
  return sequenceNumber(number);
}

/** Of the message published last. */
export async function lastSequenceNumber(tx: Transaction, topic: TopicState): Promise<string> {
  return sequenceNumber(await tx.raw.count(sequenceKey(tx, topic)));
}

const sequenceKey = (tx: Transaction, topic: TopicState) => tx.key("sns", "sequence", topic.id);

function sequenceNumber(number: number): string {
  return (10_000_000_000_000_000_000n + BigInt(number) * 1000n).toString();
}

export interface PublishedBefore {
  readonly MessageId: string;
  readonly SequenceNumber: string;
}

interface Memory {
  readonly until: number;
  readonly value: PublishedBefore;
}

type Subject = readonly [group: string, id: string];

/** Who shares deduplication ids: the whole topic, or each message group for itself. */
export function deduplicationSubject(topic: TopicState, group: string | undefined, id: string): Subject {
  return [topic.attributes.FifoThroughputScope === "MessageGroup" ? (group ?? "") : "", id];
}

const memoryKey = (tx: Transaction, topic: TopicState, ...parts: readonly (string | number)[]) =>
  tx.key("sns", "memory", topic.id, ...parts);

export async function recall(
  tx: Transaction,
  topic: TopicState,
  subject: Subject,
): Promise<PublishedBefore | undefined> {
  const stored = await tx.raw.get(memoryKey(tx, topic, "id", ...subject));
  if (stored === undefined) return undefined;
  const { until, value } = decodeValue<Memory>(stored, false);
  return until > tx.now ? value : undefined;
}

export async function remember(
  tx: Transaction,
  topic: TopicState,
  subject: Subject,
  value: PublishedBefore,
): Promise<void> {
  const until = tx.now + memoryMilliseconds;
  tx.raw.put(memoryKey(tx, topic, "id", ...subject), encodeValue({ until, value } satisfies Memory, false));
  tx.raw.put(memoryKey(tx, topic, "expiry", until, ...subject), new Uint8Array(0));
  for (const entry of await tx.claim("sns", ["memory", topic.id, "expiry"], [tx.now], 2)) {
    tx.raw.delete(entry.key);
    const forgotten = unpack(entry.key).slice(-2) as unknown as Subject;
    // It may have been remembered anew since.
    if ((await recall(tx, topic, forgotten)) === undefined) {
      tx.raw.delete(memoryKey(tx, topic, "id", ...forgotten));
    }
  }
}
