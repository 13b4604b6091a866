// What is told of the account and the endpoint, and of backups, which are
// always off as long as there are none.

import { notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  DescribeContinuousBackupsInput,
  DescribeContinuousBackupsOutput,
  DescribeEndpointsResponse,
  DescribeLimitsOutput,
  UpdateContinuousBackupsInput,
  UpdateContinuousBackupsOutput,
} from "../../../model/generated/dynamodb.d.ts";
import { dynamodbFault } from "../faults.ts";
import { resolveName } from "../tables/name.ts";
import { Table } from "../tables/table.ts";

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

async function requireTable(caller: Transaction, text: string): Promise<void> {
  const { name, tx } = resolveName(caller, text);
  if ((await tx.get(Table, name)) === undefined) {
    throw dynamodbFault("TableNotFoundException", `Table not found: ${name}`);
  }
}

export async function describeContinuousBackups(
  input: Readonly<DescribeContinuousBackupsInput>,
  tx: Transaction,
): Promise<DescribeContinuousBackupsOutput> {
  await requireTable(tx, input.TableName);
  return withoutBackups();
}

/** AWS calls continuous backups enabled whether or not one can restore from them. */
function withoutBackups(): DescribeContinuousBackupsOutput {
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
    },
  };
}

export async function updateContinuousBackups(
  input: Readonly<UpdateContinuousBackupsInput>,
  tx: Transaction,
): Promise<UpdateContinuousBackupsOutput> {
  await requireTable(tx, input.TableName);
  if (input.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled) {
    throw notImplemented("dynamodb", "UpdateContinuousBackups with PointInTimeRecoveryEnabled");
  }
  return withoutBackups();
}
