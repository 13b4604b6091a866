// Global endpoints: create, describe, list, update, delete.

import type { Transaction } from "../../../core/transaction.ts";
import type { Endpoint as Shown } from "../../../model/generated/events.d.ts";
import { busName } from "../buses/bus.ts";
import { Endpoint, type EndpointRecordState, openEndpoint } from "../buses/endpoint.ts";
import { openBus } from "../buses/open-bus.ts";
import { alreadyExists, type Input, invalid, nextToken, type Output, present } from "../model.ts";

export async function createEndpoint(
  input: Input<"CreateEndpoint">,
  tx: Transaction,
): Promise<Output<"CreateEndpoint">> {
  if ((await tx.get(Endpoint, input.Name)) !== undefined) {
    throw alreadyExists(`Endpoint ${input.Name} already exists.`);
  }
  const replication = input.ReplicationConfig ?? { State: "ENABLED" as const };
  const endpoint: EndpointRecordState = {
    name: input.Name,
    id: `${tx.ids.lower(9)}.${tx.ids.lower(3)}`,
    arn: `arn:aws:events:${tx.region}:${tx.account}:endpoint/${input.Name}`,
    description: input.Description,
    routing: input.RoutingConfig,
    replication,
    buses: input.EventBuses,
    roleArn: input.RoleArn,
    createdAt: tx.now,
    modifiedAt: tx.now,
  };
  await check(tx, endpoint);
  tx.put(Endpoint, endpoint);
  const { EndpointId: _id, EndpointUrl: _url, ...shown } = described(endpoint);
  return shown;
}

/** The same bus in two regions. */
async function check(tx: Transaction, { buses, replication, roleArn }: EndpointRecordState): Promise<void> {
  const names = new Set(buses.map(({ EventBusArn }) => busName(EventBusArn)));
  const regions = new Set(buses.map(({ EventBusArn }) => EventBusArn.split(":")[3]));
  if (buses.length !== 2 || names.size !== 1 || regions.size !== 2) {
    throw invalid("Event buses must have the same name and be in two different regions.");
  }
  if (replication.State !== "DISABLED" && roleArn === undefined) {
    throw invalid("RoleArn is required when replication is enabled.");
  }
  for (const { EventBusArn } of buses) await openBus(tx, EventBusArn);
}

export async function describeEndpoint(
  { Name }: Input<"DescribeEndpoint">,
  tx: Transaction,
): Promise<Output<"DescribeEndpoint">> {
  return described(await openEndpoint(tx, Name));
}

export async function listEndpoints(
  input: Input<"ListEndpoints">,
  tx: Transaction,
): Promise<Output<"ListEndpoints">> {
  const page = await tx.list(Endpoint, {
    startsWith: input.NamePrefix,
    cursor: input.NextToken,
    limit: input.MaxResults ?? 100,
  });
  return { Endpoints: page.values.map(described), ...nextToken(page) };
}

export async function updateEndpoint(
  input: Input<"UpdateEndpoint">,
  tx: Transaction,
): Promise<Output<"UpdateEndpoint">> {
  const endpoint = await openEndpoint(tx, input.Name);
  const changed: EndpointRecordState = {
    ...endpoint,
    description: input.Description ?? endpoint.description,
    routing: input.RoutingConfig ?? endpoint.routing,
    replication: input.ReplicationConfig ?? endpoint.replication,
    buses: input.EventBuses ?? endpoint.buses,
    roleArn: input.RoleArn ?? endpoint.roleArn,
    modifiedAt: tx.now,
  };
  await check(tx, changed);
  tx.put(Endpoint, changed);
  const { CreationTime: _created, LastModifiedTime: _modified, ...shown } = described(changed);
  return shown;
}

export async function deleteEndpoint(
  { Name }: Input<"DeleteEndpoint">,
  tx: Transaction,
): Promise<Output<"DeleteEndpoint">> {
  await openEndpoint(tx, Name);
  tx.delete(Endpoint, Name);
  return {};
}

function described(endpoint: EndpointRecordState): Shown {
  return present({
    Name: endpoint.name,
    Description: endpoint.description,
    Arn: endpoint.arn,
    RoutingConfig: endpoint.routing,
    ReplicationConfig: endpoint.replication,
    EventBuses: endpoint.buses,
    RoleArn: endpoint.roleArn,
    EndpointId: endpoint.id,
    EndpointUrl: `https://${endpoint.id}.endpoint.events.amazonaws.com`,
    State: "ACTIVE" as const,
    CreationTime: endpoint.createdAt,
    LastModifiedTime: endpoint.modifiedAt,
  });
}
