// Event buses. Every account and region has the one named `default`, without
// anybody having created it.

import type { Place } from "../../../core/place.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";

export interface BusState {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly description?: string | undefined;
  readonly kmsKeyIdentifier?: string | undefined;
  readonly deadLetterArn?: string | undefined;
  readonly logConfig?: object | undefined;
  /** The partner event source it belongs to. */
  readonly eventSourceName?: string | undefined;
  /** The statements of its policy, as AWS prints them. */
  readonly policy?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export const Bus = defineResource<BusState>()({
  service: "events",
  type: "event-bus",
  key: (bus) => [bus.name],
  arn: (bus) => bus.arn,
  named: (input, place) => {
    const { Name, EventBusName } = input;
    if (typeof EventBusName === "string" && Name === undefined) return busArn(EventBusName, place);
    return undefined;
  },
  tags: (bus) => bus.tags,
  cached: true,
});

export const defaultBus = "default";

/** `given` may be an ARN already. */
export function busArn(given: string, place: Place): string {
  return given.startsWith("arn:")
    ? given
    : `arn:aws:events:${place.region}:${place.account}:event-bus/${given}`;
}

/** The bus that a name or ARN means, and the transaction looking at its place. */
export interface OpenBus {
  readonly bus: BusState;
  readonly tx: Transaction;
}

export async function findBus(tx: Transaction, given = defaultBus): Promise<OpenBus | undefined> {
  const there = placeOfBus(tx, given);
  const name = busName(given);
  const bus = await there.get(Bus, name);
  if (bus !== undefined) return { bus, tx: there };
  return name === defaultBus ? { bus: freshDefault(there), tx: there } : undefined;
}

/** The last part of an ARN; a partner's bus has slashes in its name. */
export function busName(given: string): string {
  return given.startsWith("arn:") ? given.slice(given.indexOf("/") + 1) : given;
}

function placeOfBus(tx: Transaction, given: string): Transaction {
  if (!given.startsWith("arn:")) return tx;
  const [, , , region = tx.region, account = tx.account] = given.split(":");
  return region === tx.region && account === tx.account ? tx : tx.at({ region, account });
}

function freshDefault(place: Place): BusState {
  const arn = busArn(defaultBus, place);
  return { name: defaultBus, arn, createdAt: 0, modifiedAt: 0, tags: {} };
}
