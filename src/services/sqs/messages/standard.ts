// The messages of a standard queue: one ordered set by the time at which each
// can be received. To receive a message is to move it into the future, to
// delete it is to take it from where the receipt handle says that it went.

import { unpack } from "../../../base/tuple.ts";
import type { Entry, Key } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { decodeValue, encodeValue } from "../../../core/value.ts";
import {
  contentOf,
  deleteContent,
  isExhausted,
  isExpired,
  type Message,
  received,
  storeContent,
  wholeMessage,
} from "../message.ts";
import { type QueueState, queueTopic } from "../queue.ts";
import { parseStandardHandle, type StandardReceipt, standardHandle } from "../receipt-handle.ts";
import { checkHiding, goneForHiding } from "../visibility.ts";
import { asDeadLetter, deadLetterQueue } from "./dead-letter.ts";
import { above, countDelivered, countStored, messageKey, storedCount } from "./keys.ts";
import type { MessageStore, Received } from "./store.ts";

interface Stored extends Message {
  /** Its visibility was changed in flight: the handle's place is not its place. */
  readonly moved?: true;
}

interface Place {
  readonly visibleAt: number;
  readonly order: number;
}

/** Where the message of a receipt is now. */
interface Movement {
  readonly from: Place;
  readonly to: Place;
}

/** A receive that meets nothing but expired messages gives up for now after so many looks. */
const mostLooks = 100;
const pageSize = 1000;

const readyKey = (tx: Transaction, queue: QueueState, { visibleAt, order }: Place, id: string): Key =>
  messageKey(tx, queue, "ready", visibleAt, order, id);

const movedKey = (tx: Transaction, queue: QueueState, id: string): Key => messageKey(tx, queue, "moved", id);

const decode = (entry: Entry): Stored => decodeValue<Stored>(entry.value, false);

const put = (tx: Transaction, queue: QueueState, place: Place, message: Stored): void =>
  tx.raw.put(readyKey(tx, queue, place, message.id), encodeValue(message, false));

const claimVisible = (
  tx: Transaction,
  queue: QueueState,
  until: number,
  most: number,
): Promise<readonly Entry[]> => tx.claim("sqs", ["messages", queue.id, "ready"], [until], most);

export const standardMessages: MessageStore = {
  async add(tx, queue, message, visibleAt) {
    const stored = storeContent(tx, queue, message);
    put(tx, queue, { visibleAt, order: tx.nextOrder() }, stored);
    countStored(tx, queue, 1);
    tx.notify(queueTopic(queue));
    return stored;
  },

  async receive(tx, queue, most, visibleAt) {
    const taken: Stored[] = [];
    for (let look = 0; look < mostLooks && taken.length < most; look++) {
      const entries = await claimVisible(tx, queue, tx.now, most - taken.length);
      for (const entry of entries) {
        const message = decode(entry);
        if (isExpired(queue, message, tx.now)) discard(tx, queue, entry.key, message);
        else if (isExhausted(queue, message) && (await giveUp(tx, queue, entry.key, message))) continue;
        else {
          tx.raw.delete(entry.key);
          taken.push(message);
        }
      }
      if (entries.length === 0) break;
    }
    // Only now, or a message hidden for no time at all would be claimed again at once.
    return Promise.all(taken.map((message) => deliver(tx, queue, message, visibleAt)));
  },

  async handOver(tx, queue, most, accept) {
    let accepted = 0;
    for (const entry of await claimVisible(tx, queue, tx.now, most)) {
      const message = decode(entry);
      if (!(await accept(await wholeMessage(tx, queue, message)))) break;
      discard(tx, queue, entry.key, message);
      accepted++;
    }
    return accepted;
  },

  async nextVisibleAt(tx, queue) {
    const [next] = await tx.raw.scan(hidden(tx, queue), { limit: 1 });
    return next === undefined ? undefined : (unpack(next.key)[6] as number);
  },

  async delete(tx, queue, receiptHandle) {
    const receipt = parseStandardHandle(queue, receiptHandle);
    const found = await locate(tx, queue, receipt);
    // An old handle is no error, and deletes nothing.
    if (found !== undefined)
      discard(tx, queue, readyKey(tx, queue, found.place, receipt.messageId), found.message);
  },

  async hideUntil(tx, queue, receiptHandle, until) {
    const receipt = parseStandardHandle(queue, receiptHandle);
    const found = await locate(tx, queue, receipt);
    if (found === undefined) throw goneForHiding(receiptHandle);
    // Too late: the message can be received already. AWS answers that all is well.
    if (found.place.visibleAt <= tx.now) return;
    checkHiding(found.message, until, tx.now);
    const to = { visibleAt: until, order: tx.nextOrder() };
    const from = { visibleAt: receipt.visibleAt, order: receipt.order };
    tx.raw.delete(readyKey(tx, queue, found.place, receipt.messageId));
    put(tx, queue, to, { ...found.message, moved: true });
    tx.raw.put(movedKey(tx, queue, receipt.messageId), encodeValue({ from, to } satisfies Movement, false));
    tx.notify(queueTopic(queue));
  },

  async count(tx, queue) {
    let inFlight = 0;
    let delayed = 0;
    for (let range = hidden(tx, queue); ; ) {
      const page = await tx.raw.scan(range, { limit: pageSize });
      const delivered = page.filter((entry) => decode(entry).deliveries > 0).length;
      inFlight += delivered;
      delayed += page.length - delivered;
      if (page.length < pageSize) break;
      range = { start: `${page.at(-1)!.key}\0`, end: range.end };
    }
    const visible = (await storedCount(tx, queue)) - inFlight - delayed;
    return { visible: Math.max(visible, 0), inFlight, delayed };
  },

  async sweep(tx, queue, most) {
    // What became visible a retention period ago was sent before that.
    const entries = await claimVisible(tx, queue, tx.now - queue.retentionSeconds * 1000, most);
    for (const entry of entries) discard(tx, queue, entry.key, decode(entry));
    return entries.length;
  },
};

/** All entries after now. */
function hidden(tx: Transaction, queue: QueueState) {
  return above(messageKey(tx, queue, "ready"), messageKey(tx, queue, "ready", tx.now));
}

async function deliver(
  tx: Transaction,
  queue: QueueState,
  message: Stored,
  visibleAt: number,
): Promise<Received> {
  const { moved, ...rest } = received(message, tx.now);
  if (moved === true) tx.raw.delete(movedKey(tx, queue, message.id));
  if (message.deliveries === 0) countDelivered(tx, queue, 1);
  const place = { visibleAt, order: tx.nextOrder() };
  put(tx, queue, place, rest);
  return {
    message: rest,
    content: await contentOf(tx, queue, rest),
    receiptHandle: standardHandle(queue, { messageId: message.id, ...place }),
  };
}

/** False where there is no dead-letter queue any more. */
async function giveUp(tx: Transaction, queue: QueueState, key: Key, message: Stored): Promise<boolean> {
  const target = await deadLetterQueue(tx, queue);
  if (target === undefined) return false;
  const { moved: _moved, ...whole } = { ...message, ...(await wholeMessage(tx, queue, message)) };
  discard(tx, queue, key, message);
  await standardMessages.add(tx, target, asDeadLetter(queue, whole, tx.now), message.sentAt);
  return true;
}

function discard(tx: Transaction, queue: QueueState, key: Key, message: Stored): void {
  tx.raw.delete(key);
  deleteContent(tx, queue, message);
  if (message.moved === true) tx.raw.delete(movedKey(tx, queue, message.id));
  if (message.deliveries > 0) countDelivered(tx, queue, -1);
  countStored(tx, queue, -1);
}

/** The message that a receipt names, unless it was deleted, or received again since. */
async function locate(
  tx: Transaction,
  queue: QueueState,
  receipt: StandardReceipt,
): Promise<{ readonly place: Place; readonly message: Stored } | undefined> {
  const { messageId } = receipt;
  const there = await tx.raw.get(readyKey(tx, queue, receipt, messageId));
  if (there !== undefined) return { place: receipt, message: decodeValue<Stored>(there, false) };
  const pointer = await tx.raw.get(movedKey(tx, queue, messageId));
  if (pointer === undefined) return undefined;
  const { from, to } = decodeValue<Movement>(pointer, false);
  if (from.visibleAt !== receipt.visibleAt || from.order !== receipt.order) return undefined;
  const moved = await tx.raw.get(readyKey(tx, queue, to, messageId));
  return moved && { place: to, message: decodeValue<Stored>(moved, false) };
}
