// What was published and is on its way: messages in the order of publishing,
// per account and region, and the one run that takes them from there.
//
//   outgoing (published at, order, message id)

import type { Place } from "../../../core/place.ts";
import type { Entry } from "../../../core/ports/store.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { encodeValue } from "../../../core/value.ts";
import type { Published } from "../messages/published.ts";

/** That an account and region has its fan-out; a cloud that was emptied has none until the next topic. */
export const FanOutRecord = defineResource<{ readonly id: string }>()({
  service: "sns",
  type: "fan-out",
  key: () => ["fan-out"],
});

/** Called after the sequence number was drawn, so that a FIFO topic's keys are in its order. */
export function putOutgoing(tx: Transaction, published: Published): void {
  const key = tx.key("sns", "outgoing", published.at, tx.nextOrder(), published.messageId);
  tx.raw.put(key, encodeValue(published, false));
  tx.notify(outgoingTopic(tx));
}

export async function firstOutgoing(tx: Transaction, most: number): Promise<readonly Entry[]> {
  const base = tx.key("sns", "outgoing");
  return tx.raw.scan({ start: base, end: `${base}\xff` }, { limit: most });
}

export function outgoingTopic({ account, region }: Place): string {
  return `sns.outgoing.${account}.${region}`;
}
