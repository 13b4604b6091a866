// What is told of the account and the endpoint.

import type { Transaction } from "../../../core/transaction.ts";
import type { DescribeEndpointsResponse, DescribeLimitsOutput } from "../../../model/generated/dynamodb.d.ts";

/** AWS's default quotas; Cumulet enforces none of them. */
export async function describeLimits(): Promise<DescribeLimitsOutput> {
  return {
    AccountMaxReadCapacityUnits: 80_000,
    AccountMaxWriteCapacityUnits: 80_000,
    TableMaxReadCapacityUnits: 40_000,
    TableMaxWriteCapacityUnits: 40_000,
  };
}

export async function describeEndpoints(_input: object, tx: Transaction): Promise<DescribeEndpointsResponse> {
  return { Endpoints: [{ Address: tx.endpoint.replace(/^https?:\/\//, ""), CachePeriodInMinutes: 1440 }] };
}
