// The messages of a standard queue: one ordered set by the time at which each
// can be received. To receive a message is to move it into the future, to
// delete it is to take it from where the receipt handle says that it went.

import { after, unpack } from "../../../base/tuple.ts";
import type { Awaitable, Entry, Key } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { decodeValue, encodeValue } from "../../../core/value.ts";
import {
  contentBytes,
  decodeContent,
  decodeMessage,
  deleteContent,
  isExhausted,
  isExpired,
  type Message,
  putMessage,
  putNew,
  received,
  type Stored,
} from "../message.ts";
import { type QueueState, queueTopic } from "../queue.ts";
import { parseStandardHandle, type StandardReceipt, standardHandle } from "../receipt-handle.ts";
import { checkHiding, goneForHiding } from "../visibility.ts";
import { countAdded, countGone, countReceived, storedCount } from "./counters.ts";
import { asDeadLetter, deadLetterQueue } from "./dead-letter.ts";
import { above, allUnder, messageKey, upTo } from "./keys.ts";
import type { MessageStore, Received } from "./store.ts";

interface Movable extends Message {
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

const decode = (entry: Entry): Stored<Movable> => decodeMessage<Movable>(entry.value);

const claimVisible = (
  tx: Transaction,
  queue: QueueState,
  until: number,
  most: number,
): Awaitable<readonly Entry[]> => tx.raw.claim(upTo(messageKey(tx, queue, "ready"), until), most);

export const standardMessages: MessageStore = {
  async add(tx, queue, message, content, visibleAt) {
    const key = readyKey(tx, queue, { visibleAt, order: tx.nextOrder() }, message.id);
    putNew(tx, queue, key, message, content);
    countAdded(tx, queue);
    tx.notify(queueTopic(queue));
    return message;
  },

  async receive(tx, queue, most, visibleAt) {
    const taken: Stored<Movable>[] = [];
    for (let look = 0; look < mostLooks && taken.length < most; look++) {
      const entries = await claimVisible(tx, queue, tx.now, most - taken.length);
      for (const entry of entries) {
        const stored = decode(entry);
        if (isExpired(queue, stored.message, tx.now)) discard(tx, queue, entry.key, stored);
        else if (isExhausted(queue, stored.message) && (await giveUp(tx, queue, entry.key, stored))) continue;
        else {
          tx.raw.delete(entry.key);
          taken.push(stored);
        }
      }
      if (entries.length === 0) break;
    }
    // Only now, or a message hidden for no time at all would be claimed again at once.
    const delivered: Received[] = [];
    for (const stored of taken) delivered.push(await deliver(tx, queue, stored, visibleAt));
    return delivered;
  },

  async handOver(tx, queue, most, accept) {
    let accepted = 0;
    for (const entry of await claimVisible(tx, queue, tx.now, most)) {
      const stored = decode(entry);
      if (!(await accept(stored.message, await contentBytes(tx, queue, stored)))) break;
      discard(tx, queue, entry.key, stored);
      accepted++;
    }
    return accepted;
  },

  async firstVisibleAt(tx, queue) {
    const [first] = await tx.raw.scan(allUnder(messageKey(tx, queue, "ready")), { limit: 1 });
    return first === undefined ? undefined : (unpack(first.key)[6] as number);
  },

  async delete(tx, queue, receiptHandle) {
    const receipt = parseStandardHandle(queue, receiptHandle);
    const found = await locate(tx, queue, receipt);
    // An old handle is no error, and deletes nothing.
    if (found !== undefined)
      discard(tx, queue, readyKey(tx, queue, found.place, receipt.messageId), found.stored);
  },

  async hideUntil(tx, queue, receiptHandle, until) {
    const receipt = parseStandardHandle(queue, receiptHandle);
    const found = await locate(tx, queue, receipt);
    if (found === undefined) throw goneForHiding(receiptHandle);
    // Too late: the message can be received already. AWS answers that all is well.
    if (found.place.visibleAt <= tx.now) return;
    const { message, content } = found.stored;
    checkHiding(message, until, tx.now);
    const to = { visibleAt: until, order: tx.nextOrder() };
    const from = { visibleAt: receipt.visibleAt, order: receipt.order };
    tx.raw.delete(readyKey(tx, queue, found.place, message.id));
    const moved: Movable = { ...message, moved: true };
    putMessage(tx, readyKey(tx, queue, to, message.id), { message: moved, content });
    tx.raw.put(movedKey(tx, queue, message.id), encodeValue({ from, to } satisfies Movement, false));
    tx.notify(queueTopic(queue));
  },

  async count(tx, queue) {
    const [stored, { inFlight, delayed }] = await Promise.all([
      storedCount(tx, queue),
      countHidden(tx, queue),
    ]);
    const visible = stored - inFlight - delayed;
    return { visible: Math.max(visible, 0), inFlight, delayed };
  },

  async sweep(tx, queue, most) {
    // What became visible a retention period ago was sent before that.
    const entries = await claimVisible(tx, queue, tx.now - queue.retentionSeconds * 1000, most);
    for (const entry of entries) discard(tx, queue, entry.key, decode(entry));
    return entries.length;
  },
};

async function countHidden(
  tx: Transaction,
  queue: QueueState,
): Promise<{ readonly inFlight: number; readonly delayed: number }> {
  let inFlight = 0;
  let delayed = 0;
  for (let range = hidden(tx, queue); ; ) {
    const page = await tx.raw.scan(range, { limit: pageSize });
    const delivered = page.filter((entry) => decode(entry).message.deliveries > 0).length;
    inFlight += delivered;
    delayed += page.length - delivered;
    if (page.length < pageSize) return { inFlight, delayed };
    range = { start: after(page.at(-1)!.key), end: range.end };
  }
}

/** All entries after now. */
function hidden(tx: Transaction, queue: QueueState) {
  return above(messageKey(tx, queue, "ready"), messageKey(tx, queue, "ready", tx.now));
}

async function deliver(
  tx: Transaction,
  queue: QueueState,
  stored: Stored<Movable>,
  visibleAt: number,
): Promise<Received> {
  const message = received(inPlace(stored.message), tx.now);
  if (stored.message.moved === true) tx.raw.delete(movedKey(tx, queue, message.id));
  countReceived(tx, queue, stored.message);
  const receipt = { messageId: message.id, visibleAt, order: tx.nextOrder() };
  putMessage(tx, readyKey(tx, queue, receipt, message.id), { message, content: stored.content });
  return {
    message,
    content: decodeContent(stored.content ?? (await contentBytes(tx, queue, stored))),
    receiptHandle: standardHandle(queue, receipt),
  };
}

/** Without the note that it was moved. */
function inPlace(message: Movable): Message {
  if (message.moved === undefined) return message;
  const { moved: _moved, ...unmoved } = message;
  return unmoved;
}

/** False where there is no dead-letter queue any more. */
async function giveUp(
  tx: Transaction,
  queue: QueueState,
  key: Key,
  stored: Stored<Movable>,
): Promise<boolean> {
  const target = await deadLetterQueue(tx, queue);
  if (target === undefined) return false;
  const message = inPlace(stored.message);
  const content = await contentBytes(tx, queue, stored);
  discard(tx, queue, key, stored);
  await standardMessages.add(tx, target, asDeadLetter(queue, message, tx.now), content, message.sentAt);
  return true;
}

function discard(tx: Transaction, queue: QueueState, key: Key, stored: Stored<Movable>): void {
  tx.raw.delete(key);
  deleteContent(tx, queue, stored);
  if (stored.message.moved === true) tx.raw.delete(movedKey(tx, queue, stored.message.id));
  countGone(tx, queue, stored.message);
}

/** The message that a receipt names, unless it was deleted, or received again since. */
async function locate(
  tx: Transaction,
  queue: QueueState,
  receipt: StandardReceipt,
): Promise<{ readonly place: Place; readonly stored: Stored<Movable> } | undefined> {
  const { messageId } = receipt;
  const there = await tx.raw.get(readyKey(tx, queue, receipt, messageId));
  if (there !== undefined) return { place: receipt, stored: decodeMessage<Movable>(there) };
  const pointer = await tx.raw.get(movedKey(tx, queue, messageId));
  if (pointer === undefined) return undefined;
  const { from, to } = decodeValue<Movement>(pointer, false);
  if (from.visibleAt !== receipt.visibleAt || from.order !== receipt.order) return undefined;
  const moved = await tx.raw.get(readyKey(tx, queue, to, messageId));
  return moved && { place: to, stored: decodeMessage<Movable>(moved) };
}
