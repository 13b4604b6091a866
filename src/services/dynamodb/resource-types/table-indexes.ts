// The changes of a table that UpdateTable takes one at a time: its settings,
// then one index after the other. Each waits for the last to be in force, and
// what is already as wanted is left alone, so that it may be repeated.

import { type Properties, type ResourceContext, ResourceFailure } from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import { dynamodb } from "../faults.ts";
import type { TableProperties } from "./table.ts";

const pauseMilliseconds = 100;

export async function setIndexes(
  after: TableProperties,
  before: TableProperties,
  settings: Properties,
  at: ResourceContext,
): Promise<void> {
  const { TableName, AttributeDefinitions } = after;
  const wanted = after.GlobalSecondaryIndexes ?? [];
  const old = before.GlobalSecondaryIndexes ?? [];
  const update = async (input: object): Promise<void> => {
    await at.call(dynamodb, "UpdateTable", { TableName, ...input });
    await inForce(TableName, at);
  };
  const throughputs = wanted.filter(
    (index) =>
      index.ProvisionedThroughput !== undefined &&
      old.some(
        ({ IndexName, ProvisionedThroughput }) =>
          IndexName === index.IndexName && !same(ProvisionedThroughput, index.ProvisionedThroughput),
      ),
  );
  const changes = throughputs.map(({ IndexName, ProvisionedThroughput }) => ({
    Update: { IndexName, ProvisionedThroughput },
  }));
  if (Object.keys(settings).length > 0 || changes.length > 0)
    await update({ ...settings, ...(changes.length > 0 ? { GlobalSecondaryIndexUpdates: changes } : {}) });
  const shape = ({ KeySchema, Projection }: Properties) => [KeySchema, Projection];
  const standing = await inForce(TableName, at);
  for (const { IndexName, ...index } of old) {
    const kept = wanted.find((each) => each.IndexName === IndexName);
    if ((kept === undefined || !same(shape(kept), shape(index))) && standing.has(IndexName))
      await update({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] });
  }
  for (const { ContributorInsightsSpecification: _insights, ...index } of wanted) {
    if (!(await inForce(TableName, at)).has(index.IndexName))
      await update({ AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create: index }] });
  }
}

/** Waits until the table and its indexes are active; the names of its indexes. */
export async function inForce(TableName: string, at: ResourceContext): Promise<ReadonlySet<string>> {
  for (;;) {
    const { Table } = await at.ctx.call(dynamodb, "DescribeTable", { TableName });
    const indexes = Table?.GlobalSecondaryIndexes ?? [];
    if (Table?.TableStatus === "ACTIVE" && indexes.every(({ IndexStatus }) => IndexStatus === "ACTIVE"))
      return new Set(indexes.map(({ IndexName }) => IndexName!));
    await pause(at);
  }
}

export async function pause(at: ResourceContext): Promise<void> {
  if (at.ctx.signal.aborted) throw new ResourceFailure("The work on the table was cut off.");
  await at.ctx.sleepUntil(at.ctx.now() + pauseMilliseconds);
}
