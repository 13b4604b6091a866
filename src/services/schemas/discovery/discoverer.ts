// Discoverers: they watch an event bus by a rule of their own, and keep what they
// learn of each kind of event.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { DiscovererState as State } from "../../../model/generated/schemas.d.ts";
import { notFound } from "../model.ts";
import type { Shape } from "./shape.ts";

export interface DiscovererRecordState {
  readonly id: string;
  readonly arn: string;
  readonly sourceArn: string;
  readonly description?: string | undefined;
  readonly crossAccount: boolean;
  readonly state: State;
  readonly tags: Readonly<Record<string, string>>;
}

export const Discoverer = defineResource<DiscovererRecordState>()({
  service: "schemas",
  type: "discoverer",
  key: ({ id }) => [id],
  arn: ({ arn }) => arn,
  tags: ({ tags }) => tags,
});

/** What was learned so far, to be merged with the next event. */
export const LearnedRecord = defineResource<{ readonly schemaName: string; readonly shape: Shape }>()({
  service: "schemas",
  type: "learned",
  key: ({ schemaName }) => [schemaName],
});

export async function openDiscoverer(tx: Transaction, id: string): Promise<DiscovererRecordState> {
  const discoverer = await tx.get(Discoverer, id);
  if (discoverer === undefined) throw notFound(`Discoverer with id ${id} does not exist.`);
  return discoverer;
}
