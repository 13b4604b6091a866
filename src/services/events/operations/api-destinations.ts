// API destinations: create, describe, list, update, delete.

import type { Transaction } from "../../../core/transaction.ts";
import type { ApiDestination as Shown } from "../../../model/generated/events.d.ts";
import { ApiDestination, type ApiDestinationState, openApiDestination } from "../http/api-destination.ts";
import { Connection, connectionName } from "../http/connection.ts";
import { tellDestination } from "../http/state-event.ts";
import { alreadyExists, type Input, invalid, nextToken, notFound, type Output, present } from "../model.ts";

const defaultCallsPerSecond = 300;

export async function createApiDestination(
  input: Input<"CreateApiDestination">,
  tx: Transaction,
): Promise<Output<"CreateApiDestination">> {
  if ((await tx.get(ApiDestination, input.Name)) !== undefined) {
    throw alreadyExists(`An api-destination '${input.Name}' already exists.`);
  }
  const destination: ApiDestinationState = {
    name: input.Name,
    arn: `arn:aws:events:${tx.region}:${tx.account}:api-destination/${input.Name}/${tx.ids.uuid()}`,
    description: input.Description,
    connectionArn: input.ConnectionArn,
    endpoint: input.InvocationEndpoint,
    method: input.HttpMethod,
    callsPerSecond: input.InvocationRateLimitPerSecond ?? defaultCallsPerSecond,
    createdAt: tx.now,
    modifiedAt: tx.now,
  };
  await check(tx, destination);
  tx.put(ApiDestination, destination);
  const shown = await summary(tx, destination);
  if (shown.ApiDestinationState === "ACTIVE") tellDestination(tx, destination, true);
  return shown;
}

export async function updateApiDestination(
  input: Input<"UpdateApiDestination">,
  tx: Transaction,
): Promise<Output<"UpdateApiDestination">> {
  const destination = await openApiDestination(tx, input.Name);
  const changed: ApiDestinationState = {
    ...destination,
    description: input.Description ?? destination.description,
    connectionArn: input.ConnectionArn ?? destination.connectionArn,
    endpoint: input.InvocationEndpoint ?? destination.endpoint,
    method: input.HttpMethod ?? destination.method,
    callsPerSecond: input.InvocationRateLimitPerSecond ?? destination.callsPerSecond,
    modifiedAt: tx.now,
  };
  await check(tx, changed);
  tx.put(ApiDestination, changed);
  return summary(tx, changed);
}

/** AWS takes https alone; here plain http serves what runs on the same machine. */
async function check(tx: Transaction, { endpoint, connectionArn }: ApiDestinationState): Promise<void> {
  const name = connectionName(connectionArn);
  if ((await tx.get(Connection, name)) === undefined) {
    throw notFound(`Connection '${name}' does not exist.`);
  }
  if (!/^https?:$/.test(protocolOf(endpoint))) {
    throw invalid("Parameter InvocationEndpoint is not valid.");
  }
}

function protocolOf(endpoint: string): string {
  try {
    return new URL(endpoint.replaceAll("*", "x")).protocol;
  } catch {
    return "";
  }
}

export async function describeApiDestination(
  { Name }: Input<"DescribeApiDestination">,
  tx: Transaction,
): Promise<Output<"DescribeApiDestination">> {
  const destination = await openApiDestination(tx, Name);
  return present({ ...(await described(tx, destination)), Description: destination.description });
}

export async function listApiDestinations(
  input: Input<"ListApiDestinations">,
  tx: Transaction,
): Promise<Output<"ListApiDestinations">> {
  const page = await tx.list(ApiDestination, {
    startsWith: input.NamePrefix,
    cursor: input.NextToken,
    limit: input.Limit ?? 100,
  });
  const fitting = page.values.filter(
    ({ connectionArn }) => input.ConnectionArn === undefined || connectionArn === input.ConnectionArn,
  );
  const ApiDestinations = await Promise.all(fitting.map((each) => described(tx, each)));
  return { ApiDestinations, ...nextToken(page) };
}

export async function deleteApiDestination(
  { Name }: Input<"DeleteApiDestination">,
  tx: Transaction,
): Promise<Output<"DeleteApiDestination">> {
  await openApiDestination(tx, Name);
  tx.delete(ApiDestination, Name);
  return {};
}

async function described(tx: Transaction, destination: ApiDestinationState): Promise<Shown> {
  return {
    ...(await summary(tx, destination)),
    Name: destination.name,
    ConnectionArn: destination.connectionArn,
    InvocationEndpoint: destination.endpoint,
    HttpMethod: destination.method,
    InvocationRateLimitPerSecond: destination.callsPerSecond,
  };
}

/** Only with an authorized connection it is active. */
async function summary(tx: Transaction, destination: ApiDestinationState) {
  const connection = await tx.get(Connection, connectionName(destination.connectionArn));
  return {
    ApiDestinationArn: destination.arn,
    ApiDestinationState: connection?.state === "AUTHORIZED" ? ("ACTIVE" as const) : ("INACTIVE" as const),
    CreationTime: destination.createdAt,
    LastModifiedTime: destination.modifiedAt,
  };
}
