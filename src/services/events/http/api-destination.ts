// API destinations: HTTP endpoints as targets, each with a connection and a
// limit of calls a second.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { ApiDestinationHttpMethod } from "../../../model/generated/events.d.ts";
import { notFound } from "../model.ts";
import { connectionName } from "./connection.ts";

export interface ApiDestinationState {
  readonly name: string;
  readonly arn: string;
  readonly description?: string | undefined;
  readonly connectionArn: string;
  readonly endpoint: string;
  readonly method: ApiDestinationHttpMethod;
  readonly callsPerSecond: number;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export const ApiDestination = defineResource<ApiDestinationState>()({
  service: "events",
  type: "api-destination",
  key: ({ name }) => [name],
  arn: ({ arn }) => arn,
  indexes: { connection: ({ connectionArn, name }) => [connectionName(connectionArn), name] },
});

export async function openApiDestination(tx: Transaction, name: string): Promise<ApiDestinationState> {
  const destination = await tx.get(ApiDestination, name);
  if (destination === undefined) throw notFound(`ApiDestination '${name}' does not exist.`);
  return destination;
}

/** When the next call may go out. */
interface Pace {
  readonly name: string;
  readonly freeAt: number;
}

const PaceRecord = defineResource<Pace>()({
  service: "events",
  type: "api-destination-pace",
  key: ({ name }) => [name],
});

/** Nobody waits longer than this for a call's turn: what does not fit is throttled. */
const longestWait = 5000;

/** The moments at which so many calls may go out, in order; fewer than asked where the limit is reached. */
export async function reserveCalls(
  tx: Transaction,
  { name, callsPerSecond }: ApiDestinationState,
  count: number,
): Promise<readonly number[]> {
  const interval = 1000 / callsPerSecond;
  const pace = await tx.get(PaceRecord, name);
  const turns: number[] = [];
  let freeAt = Math.max(tx.now, pace?.freeAt ?? 0);
  while (turns.length < count && freeAt <= tx.now + longestWait) {
    turns.push(Math.ceil(freeAt));
    freeAt += interval;
  }
  tx.put(PaceRecord, { name, freeAt });
  return turns;
}
