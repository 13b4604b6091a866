// Partner event sources: a partner (any caller, here) makes one for a customer's
// account, who takes it by creating a bus of the same name.

import { fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { events, notFound } from "../model.ts";

export interface EventSourceRecordState {
  readonly name: string;
  readonly arn: string;
  /** The partner's account. */
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly state: "PENDING" | "ACTIVE" | "DELETED";
}

/** As the customer's account sees it. */
export const EventSource = defineResource<EventSourceRecordState>()({
  service: "events",
  type: "event-source",
  key: ({ name }) => [name],
  arn: ({ arn }) => arn,
});

/** As the partner's account sees it: for whom it was made. */
export interface PartnerSourceState {
  readonly name: string;
  readonly account: string;
}

export const PartnerSource = defineResource<PartnerSourceState>()({
  service: "events",
  type: "partner-event-source",
  key: ({ name, account }) => [name, account],
});

export async function openEventSource(tx: Transaction, name: string): Promise<EventSourceRecordState> {
  const source = await tx.get(EventSource, name);
  if (source === undefined) throw notFound(`Event source ${name} does not exist.`);
  return source;
}

/** Nobody took it in time. */
export const expireEventSource = defineJob<{ readonly name: string; readonly expiresAt: number }>({
  name: "events.expireEventSource",
  run: async ({ name, expiresAt }, tx) => {
    const source = await tx.get(EventSource, name);
    if (source?.state === "PENDING" && source.expiresAt === expiresAt) tx.delete(EventSource, name);
  },
});

/** A bus was created for it: events flow. */
export async function claimEventSource(tx: Transaction, name: string): Promise<void> {
  const source = await openEventSource(tx, name);
  if (source.state === "DELETED") {
    throw fault(events, "InvalidStateException", `Event source ${name} is in state DELETED.`);
  }
  tx.put(EventSource, { ...source, state: "ACTIVE" });
}

export async function releaseEventSource(tx: Transaction, name: string): Promise<void> {
  const source = await tx.get(EventSource, name);
  if (source?.state === "ACTIVE") tx.put(EventSource, { ...source, state: "PENDING" });
}
