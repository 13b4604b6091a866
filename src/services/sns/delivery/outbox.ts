// The local outbox: mail, text messages and push notifications, which leave the
// cloud nowhere else. Kept for a week, readable at /_cumulet/sns/messages.
//
//   outbox (sent at, order, id)

import type { Transaction } from "../../../core/transaction.ts";
import { decodeValue, encodeValue } from "../../../core/value.ts";
import type { MessageAttributes } from "../messages/message-attributes.ts";

export interface SentMessage {
  readonly protocol: "email" | "email-json" | "sms" | "application";
  /** An address, a phone number, a platform endpoint's ARN. */
  readonly to: string;
  readonly messageId: string;
  readonly subject?: string | undefined;
  readonly body: string;
  readonly topicArn?: string | undefined;
  readonly subscriptionArn?: string | undefined;
  readonly attributes?: MessageAttributes | undefined;
}

export interface StoredMessage extends SentMessage {
  readonly at: number;
}

const keptMilliseconds = 7 * 86_400_000;

export async function putSent(tx: Transaction, message: SentMessage): Promise<void> {
  const stored: StoredMessage = { ...message, at: tx.now };
  tx.raw.put(tx.key("sns", "outbox", tx.now, tx.nextOrder(), message.messageId), encodeValue(stored, false));
  // Each message clears away two that are old, so that none pile up.
  for (const entry of await tx.claim("sns", ["outbox"], [tx.now - keptMilliseconds], 2)) {
    tx.raw.delete(entry.key);
  }
}

export interface SentFilter {
  readonly protocol?: string | undefined;
  readonly to?: string | undefined;
  readonly topicArn?: string | undefined;
}

const pageSize = 500;
const mostLooked = 20_000;

/** The latest first. */
export async function listSent(
  tx: Transaction,
  filter: SentFilter,
  most: number,
): Promise<readonly StoredMessage[]> {
  const base = tx.key("sns", "outbox");
  let end = `${base}\xff`;
  const found: StoredMessage[] = [];
  for (let looked = 0; looked < mostLooked; looked += pageSize) {
    const page = await tx.raw.scan({ start: base, end }, { limit: pageSize, reverse: true });
    for (const entry of page) {
      const message = decodeValue<StoredMessage>(entry.value, false);
      const { protocol, to, topicArn } = filter;
      if (protocol !== undefined && message.protocol !== protocol) continue;
      if (to !== undefined && message.to !== to) continue;
      if (topicArn !== undefined && message.topicArn !== topicArn) continue;
      found.push(message);
      if (found.length === most) return found;
    }
    if (page.length < pageSize) break;
    end = page.at(-1)!.key;
  }
  return found;
}

export function clearSent(tx: Transaction): void {
  const base = tx.key("sns", "outbox");
  tx.raw.deleteRange({ start: base, end: `${base}\xff` });
}
