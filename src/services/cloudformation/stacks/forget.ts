// Forgets deleted stacks after ninety days, as AWS does: everything that was
// kept of them goes, some of it at a time.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { EventRecord } from "./event.ts";
import { SignalRecord } from "./signal.ts";
import { Stack, TemplateRecord } from "./stack.ts";
import { ResourceRecord } from "./stack-resource.ts";

/** Deleted stacks are listed for ninety days. */
export const keptMilliseconds = 90 * 24 * 3_600_000;

const atOnce = 500;

export const forgetStack = defineJob<{ readonly stack: string }>({
  name: "cloudformation.forgetStack",
  run: async ({ stack }, tx) => {
    const state = await tx.get(Stack, stack);
    if (state !== undefined && state.deletedAt === undefined) return;
    const events = await tx.list(EventRecord, { prefix: [stack], limit: atOnce });
    for (const { at, order } of events.values) tx.delete(EventRecord, stack, at, order);
    if (events.cursor !== undefined) {
      tx.enqueue(forgetStack, { stack });
      return;
    }
    const signals = await tx.list(SignalRecord, { startsWith: `${stack}/`, limit: atOnce });
    for (const { group, uniqueId } of signals.values) tx.delete(SignalRecord, group, uniqueId);
    for (const { logicalId } of await tx.all(ResourceRecord, [stack]))
      tx.delete(ResourceRecord, stack, logicalId);
    for (const { generation } of await tx.all(TemplateRecord, [stack]))
      tx.delete(TemplateRecord, stack, generation);
    tx.delete(Stack, stack);
  },
});

/** Asked for when a stack is deleted. */
export function forgetLater(tx: Transaction, stack: string): void {
  tx.enqueue(forgetStack, { stack }, { at: tx.now + keptMilliseconds, id: stack });
}
