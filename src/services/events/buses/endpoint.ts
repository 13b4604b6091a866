// Global endpoints: two regions' buses behind one id. The primary's health is
// what Cumulet knows least of: it is always well, so events go there, and to the
// secondary too where replication is on.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  EndpointEventBus,
  ReplicationConfig,
  RoutingConfig,
} from "../../../model/generated/events.d.ts";
import { notFound } from "../model.ts";
import { busName, defaultBus } from "./bus.ts";

export interface EndpointRecordState {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly description?: string | undefined;
  readonly routing: RoutingConfig;
  readonly replication: ReplicationConfig;
  readonly buses: readonly EndpointEventBus[];
  readonly roleArn?: string | undefined;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export const Endpoint = defineResource<EndpointRecordState>()({
  service: "events",
  type: "endpoint",
  key: ({ name }) => [name],
  arn: ({ arn }) => arn,
  indexes: { id: ({ id }) => [id] },
});

export async function openEndpoint(tx: Transaction, name: string): Promise<EndpointRecordState> {
  const endpoint = await tx.get(Endpoint, name);
  if (endpoint === undefined) throw notFound(`Endpoint '${name}' does not exist.`);
  return endpoint;
}

/** The buses that an entry for an endpoint goes to, the primary's first. */
export async function busesOfEndpoint(
  tx: Transaction,
  id: string,
): Promise<(given: string | undefined) => readonly [string, ...string[]]> {
  const { values } = await tx.list(Endpoint, { index: "id", prefix: [id], limit: 1 });
  const endpoint = values[0];
  if (endpoint === undefined) throw notFound(`Endpoint '${id}' does not exist.`);
  return (given = defaultBus) => {
    const named = endpoint.buses
      .map(({ EventBusArn }) => EventBusArn)
      .filter((arn) => busName(arn) === busName(given));
    const primary = named.find((arn) => arn.split(":")[3] === tx.region) ?? named[0] ?? given;
    const replicates = endpoint.replication.State !== "DISABLED";
    return [primary, ...(replicates ? named.filter((arn) => arn !== primary) : [])];
  };
}
