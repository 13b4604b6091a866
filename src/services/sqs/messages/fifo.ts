// The messages of a FIFO queue: a line per message group, and an order of the
// groups by when each can be received from. A receive looks only at groups
// whose turn has come; locked ones cost nothing.

import { after, unpack } from "../../../base/tuple.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { invalidParameter } from "../faults.ts";
import {
  contentBytes,
  contentOf,
  decodeMessage,
  deleteContent,
  isExhausted,
  isExpired,
  putMessage,
  putNew,
  received,
  type Stored,
} from "../message.ts";
import type { QueueState } from "../queue.ts";
import { type FifoReceipt, fifoHandle, parseFifoHandle } from "../receipt-handle.ts";
import { checkHiding, goneForHiding } from "../visibility.ts";
import { countAdded, countGone, countReceived, storedCount } from "./counters.ts";
import { asDeadLetter, deadLetterQueue } from "./dead-letter.ts";
import { countDelayed, noteDelayed } from "./delayed.ts";
import { type Group, line, lineKey, openGroup, type Queued, settleGroup } from "./fifo-group.ts";
import { above, allUnder, messageKey, sequenceKey } from "./keys.ts";
import type { MessageStore, Received } from "./store.ts";

const pageSize = 1000;

export const fifoMessages: MessageStore = {
  async add(tx, queue, message, content, visibleAt) {
    const name = message.groupId ?? "";
    const number = await nextNumber(tx, queue);
    const queued: Queued = {
      ...message,
      number,
      availableAt: visibleAt,
      sequenceNumber: sequenceNumber(number),
    };
    putNew(tx, queue, lineKey(tx, queue, name, number), queued, content);
    if (visibleAt > tx.now) await noteDelayed(tx, queue, visibleAt, number);
    countAdded(tx, queue);
    const group = await openGroup(tx, queue, name);
    // A group that has messages keeps its turn: this one is its last.
    if (group.turn === undefined) await settleGroup(tx, queue, group);
    return queued;
  },

  async receive(tx, queue, most, visibleAt) {
    const taken: Received[] = [];
    for (const name of await groupsWhoseTurnItIs(tx, queue, tx.now, most)) {
      if (taken.length >= most) break;
      const group = await openGroup(tx, queue, name);
      const inFlight: Record<string, number> = { ...group.inFlight };
      for await (const stored of line(tx, queue, name, most - taken.length)) {
        const { message } = stored;
        if (taken.length >= most || message.availableAt > tx.now) break;
        if (isExpired(queue, message, tx.now)) discard(tx, queue, name, stored);
        else if (isExhausted(queue, message) && (await giveUp(tx, queue, name, stored))) continue;
        else {
          inFlight[message.number] = visibleAt;
          taken.push(await deliver(tx, queue, name, stored));
        }
      }
      await settleGroup(tx, queue, { ...group, inFlight });
    }
    return taken;
  },

  async handOver(tx, queue, most, accept) {
    let accepted = 0;
    for (const name of await groupsWhoseTurnItIs(tx, queue, tx.now, most)) {
      if (accepted >= most) break;
      let refused = false;
      for await (const stored of line(tx, queue, name, most - accepted)) {
        if (accepted >= most || stored.message.availableAt > tx.now) break;
        refused = !(await accept(stored.message, await contentBytes(tx, queue, stored)));
        if (refused) break;
        discard(tx, queue, name, stored);
        accepted++;
      }
      await settleGroup(tx, queue, await openGroup(tx, queue, name));
      if (refused) break;
    }
    return accepted;
  },

  async firstVisibleAt(tx, queue) {
    const [first] = await tx.raw.scan(allUnder(messageKey(tx, queue, "turn")), { limit: 1 });
    return first === undefined ? undefined : (unpack(first.key)[6] as number);
  },

  async delete(tx, queue, receiptHandle) {
    const receipt = parseFifoHandle(queue, receiptHandle);
    const found = await locate(tx, queue, receipt);
    if (found === undefined) return;
    if (!found.inFlight) {
      throw invalidParameter("ReceiptHandle", receiptHandle, "The receipt handle has expired.");
    }
    discard(tx, queue, receipt.group, found.stored);
    const { [receipt.number]: _deleted, ...inFlight } = found.group.inFlight;
    await settleGroup(tx, queue, { ...found.group, inFlight });
  },

  async hideUntil(tx, queue, receiptHandle, until) {
    const receipt = parseFifoHandle(queue, receiptHandle);
    const found = await locate(tx, queue, receipt);
    if (found === undefined) throw goneForHiding(receiptHandle);
    if (!found.inFlight) return;
    checkHiding(found.stored.message, until, tx.now);
    const inFlight = { ...found.group.inFlight, [receipt.number]: until };
    await settleGroup(tx, queue, { ...found.group, inFlight });
  },

  async count(tx, queue) {
    let inFlight = 0;
    for (let range = laterTurns(tx, queue); ; ) {
      const page = await tx.raw.scan(range, { limit: pageSize });
      for (const entry of page) {
        const group = await openGroup(tx, queue, unpack(entry.key)[8] as string);
        inFlight += Object.values(group.inFlight).filter((until) => until > tx.now).length;
      }
      if (page.length < pageSize) break;
      range = { start: after(page.at(-1)!.key), end: range.end };
    }
    const delayed = await countDelayed(tx, queue);
    const visible = (await storedCount(tx, queue)) - inFlight - delayed;
    return { visible: Math.max(visible, 0), inFlight, delayed };
  },

  async sweep(tx, queue, most) {
    const until = tx.now - queue.retentionSeconds * 1000;
    let swept = 0;
    for (const name of await groupsWhoseTurnItIs(tx, queue, until, most)) {
      for await (const stored of line(tx, queue, name, pageSize)) {
        if (swept >= most || !isExpired(queue, stored.message, tx.now)) break;
        discard(tx, queue, name, stored);
        swept++;
      }
      await settleGroup(tx, queue, await openGroup(tx, queue, name));
    }
    return swept;
  },
};

/**
 * The messages that these receipts name, hidden anew; undefined unless every
 * one is still hidden as its receive left it.
 */
export async function receivedAgain(
  tx: Transaction,
  queue: QueueState,
  receiptHandles: readonly string[],
  hiddenUntil: number,
  visibleAt: number,
): Promise<readonly Received[] | undefined> {
  const groups = new Map<string, Group>();
  const again: Received[] = [];
  for (const receiptHandle of receiptHandles) {
    const receipt = parseFifoHandle(queue, receiptHandle);
    const found = await locate(tx, queue, receipt);
    if (found?.inFlight !== true) return undefined;
    const group = groups.get(receipt.group) ?? found.group;
    if (group.inFlight[receipt.number] !== hiddenUntil) return undefined;
    groups.set(receipt.group, {
      ...group,
      inFlight: { ...group.inFlight, [receipt.number]: visibleAt },
    });
    const { stored } = found;
    again.push({ message: stored.message, content: await contentOf(tx, queue, stored), receiptHandle });
  }
  for (const group of groups.values()) await settleGroup(tx, queue, group);
  return again;
}

/** Messages of one group are received one receive after the other: whoever claims its turn has the group. */
async function groupsWhoseTurnItIs(
  tx: Transaction,
  queue: QueueState,
  until: number,
  most: number,
): Promise<readonly string[]> {
  const entries = await tx.claim("sqs", ["messages", queue.id, "turn"], [until], most);
  return entries.map((entry) => unpack(entry.key)[8] as string);
}

function laterTurns(tx: Transaction, queue: QueueState) {
  return above(messageKey(tx, queue, "turn"), messageKey(tx, queue, "turn", tx.now));
}

async function deliver(
  tx: Transaction,
  queue: QueueState,
  name: string,
  stored: Stored<Queued>,
): Promise<Received> {
  const message = received(stored.message, tx.now);
  countReceived(tx, queue, stored.message);
  putMessage(tx, lineKey(tx, queue, name, message.number), { message, content: stored.content });
  return {
    message,
    content: await contentOf(tx, queue, stored),
    receiptHandle: fifoHandle(queue, {
      messageId: message.id,
      group: name,
      number: message.number,
      delivery: message.deliveries,
    }),
  };
}

/** False where there is no dead-letter queue any more. */
async function giveUp(
  tx: Transaction,
  queue: QueueState,
  name: string,
  stored: Stored<Queued>,
): Promise<boolean> {
  const target = await deadLetterQueue(tx, queue);
  if (target === undefined) return false;
  const content = await contentBytes(tx, queue, stored);
  discard(tx, queue, name, stored);
  await fifoMessages.add(tx, target, asDeadLetter(queue, stored.message, tx.now), content, tx.now);
  return true;
}

function discard(tx: Transaction, queue: QueueState, name: string, stored: Stored<Queued>): void {
  tx.raw.delete(lineKey(tx, queue, name, stored.message.number));
  deleteContent(tx, queue, stored);
  countGone(tx, queue, stored.message);
}

/** The message that a receipt names, and whether it is still this receipt's; undefined once it was deleted. */
async function locate(
  tx: Transaction,
  queue: QueueState,
  receipt: FifoReceipt,
): Promise<
  { readonly stored: Stored<Queued>; readonly group: Group; readonly inFlight: boolean } | undefined
> {
  const value = await tx.raw.get(lineKey(tx, queue, receipt.group, receipt.number));
  if (value === undefined) return undefined;
  const stored = decodeMessage<Queued>(value);
  const group = await openGroup(tx, queue, receipt.group);
  const until = group.inFlight[receipt.number] ?? 0;
  return { stored, group, inFlight: stored.message.deliveries === receipt.delivery && until > tx.now };
}

async function nextNumber(tx: Transaction, queue: QueueState): Promise<number> {
  const key = sequenceKey(tx, queue);
  const number = (await tx.raw.count(key)) + 1;
  tx.raw.add(key, 1);
  return number;
}

/** Twenty digits that rise, and not by one: as AWS's do. */
function sequenceNumber(number: number): string {
  return (18_849_000_000_000_000_000n + BigInt(number) * 256n).toString();
}
