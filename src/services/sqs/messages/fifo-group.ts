// Message groups of a FIFO queue. A group that holds messages has one turn: the
// time from which on its first message can be received. While a message of it
// is in flight, that is when the last of those becomes visible again.

import { after } from "../../../base/tuple.ts";
import type { Entry, Key } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { decodeValue, encodeValue } from "../../../core/value.ts";
import { decodeMessage, type Message, type Stored } from "../message.ts";
import { type QueueState, queueTopic } from "../queue.ts";
import { allUnder, messageKey } from "./keys.ts";

/** A message in its group's line. */
export interface Queued extends Message {
  /** Its place: rises through the whole queue. */
  readonly number: number;
  /** Before that, the queue's delay holds it back. */
  readonly availableAt: number;
}

export interface Group {
  readonly name: string;
  /** Undefined for a group that had no messages. */
  readonly turn?: { readonly at: number; readonly order: number };
  /** The number of each message in flight, and until when. */
  readonly inFlight: Readonly<Record<string, number>>;
}

const groupKey = (tx: Transaction, queue: QueueState, name: string): Key =>
  messageKey(tx, queue, "group", name);

const turnKey = (tx: Transaction, queue: QueueState, { name, turn }: Group): Key =>
  messageKey(tx, queue, "turn", turn?.at ?? 0, turn?.order ?? 0, name);

export const lineKey = (tx: Transaction, queue: QueueState, name: string, ...number: [] | [number]): Key =>
  messageKey(tx, queue, "line", name, ...number);

export async function openGroup(tx: Transaction, queue: QueueState, name: string): Promise<Group> {
  const stored = await tx.raw.get(groupKey(tx, queue, name));
  return stored === undefined ? { name, inFlight: {} } : decodeValue<Group>(stored, false);
}

/** Gives the group the turn that its messages and what is in flight call for. */
export async function settleGroup(tx: Transaction, queue: QueueState, group: Group): Promise<void> {
  if (group.turn !== undefined) tx.raw.delete(turnKey(tx, queue, group));
  const inFlight = Object.fromEntries(Object.entries(group.inFlight).filter(([, until]) => until > tx.now));
  const at = await nextTurn(tx, queue, { ...group, inFlight });
  if (at === undefined) {
    tx.raw.delete(groupKey(tx, queue, group.name));
    return;
  }
  const settled = { name: group.name, turn: { at, order: tx.nextOrder() }, inFlight };
  tx.raw.put(groupKey(tx, queue, group.name), encodeValue(settled, false));
  tx.raw.put(turnKey(tx, queue, settled), new Uint8Array(0));
  tx.notify(queueTopic(queue));
}

/** Undefined for a group without messages. */
async function nextTurn(tx: Transaction, queue: QueueState, group: Group): Promise<number | undefined> {
  const locks = Object.values(group.inFlight);
  if (locks.length > 0) return Math.max(...locks);
  const [first] = await tx.raw.scan(allUnder(lineKey(tx, queue, group.name)), { limit: 1 });
  if (first === undefined) return undefined;
  const { availableAt } = decodeMessage<Queued>(first.value).message;
  // Never before now, or a long line would come before every other group again and again.
  return group.turn === undefined ? availableAt : Math.max(availableAt, tx.now);
}

/** The messages of a group in order, read some at a time; the caller may delete those that it has been given. */
export async function* line(
  tx: Transaction,
  queue: QueueState,
  name: string,
  pageSize: number,
): AsyncGenerator<Stored<Queued>> {
  let rest = allUnder(lineKey(tx, queue, name));
  for (;;) {
    const page: readonly Entry[] = await tx.raw.scan(rest, { limit: pageSize });
    for (const entry of page) yield decodeMessage<Queued>(entry.value);
    if (page.length < pageSize) return;
    rest = { start: after(page.at(-1)!.key), end: rest.end };
  }
}
