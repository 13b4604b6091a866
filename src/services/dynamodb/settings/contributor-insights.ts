// DescribeContributorInsights, ListContributorInsights and
// UpdateContributorInsights: the settings; README.md tells what they do not do.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  DescribeContributorInsightsInput,
  DescribeContributorInsightsOutput,
  ListContributorInsightsInput,
  ListContributorInsightsOutput,
  UpdateContributorInsightsInput,
  UpdateContributorInsightsOutput,
} from "../../../model/generated/dynamodb.d.ts";
import { dynamodbFault } from "../faults.ts";
import { findTable } from "../tables/name.ts";
import { type InsightsState, Table, type TableState } from "../tables/table.ts";

const defaultMode = "ACCESSED_AND_THROTTLED_KEYS";
const longestPage = 100;

/** The setting of the table itself, or of one of its indexes. */
function settingOf(table: TableState, index: string | undefined): InsightsState | undefined {
  if (index !== undefined && !table.indexes.some((one) => one.global && one.name === index)) {
    throw dynamodbFault(
      "ResourceNotFoundException",
      `Requested resource not found: Index: ${index} not found`,
    );
  }
  return table.insights?.find((one) => one.index === index);
}

export async function updateContributorInsights(
  input: Readonly<UpdateContributorInsightsInput>,
  caller: Transaction,
): Promise<UpdateContributorInsightsOutput> {
  const { table, tx } = await findTable(caller, input.TableName, "UpdateContributorInsights");
  const { IndexName: index } = input;
  const old = settingOf(table, index);
  const enabled = input.ContributorInsightsAction === "ENABLE";
  const mode = input.ContributorInsightsMode ?? old?.mode ?? defaultMode;
  const others = table.insights?.filter((one) => one !== old) ?? [];
  tx.put(Table, { ...table, insights: [...others, { index, enabled, mode, updatedAt: tx.now }] });
  return {
    TableName: table.name,
    ...(index === undefined ? undefined : { IndexName: index }),
    ContributorInsightsStatus: enabled ? "ENABLING" : "DISABLING",
    ContributorInsightsMode: mode,
  };
}

export async function describeContributorInsights(
  input: Readonly<DescribeContributorInsightsInput>,
  caller: Transaction,
): Promise<DescribeContributorInsightsOutput> {
  const { table } = await findTable(caller, input.TableName, "DescribeContributorInsights");
  const { IndexName: index } = input;
  const setting = settingOf(table, index);
  const about = { TableName: table.name, ...(index === undefined ? undefined : { IndexName: index }) };
  if (setting === undefined) return { ...about, ContributorInsightsStatus: "DISABLED" };
  return {
    ...about,
    ContributorInsightsStatus: setting.enabled ? "ENABLED" : "DISABLED",
    LastUpdateDateTime: setting.updatedAt,
    ContributorInsightsMode: setting.mode,
  };
}

export async function listContributorInsights(
  input: Readonly<ListContributorInsightsInput>,
  caller: Transaction,
): Promise<ListContributorInsightsOutput> {
  const { TableName: text, MaxResults: limit = longestPage, NextToken: cursor } = input;
  if (text !== undefined) {
    const { table } = await findTable(caller, text, "ListContributorInsights");
    return { ContributorInsightsSummaries: summaries(table) };
  }
  const page = await caller.list(Table, { limit, cursor });
  return {
    ContributorInsightsSummaries: page.values.flatMap(summaries),
    ...(page.cursor === undefined ? undefined : { NextToken: page.cursor }),
  };
}

function summaries(table: TableState) {
  return (table.insights ?? []).map(({ index, enabled, mode }) => ({
    TableName: table.name,
    ...(index === undefined ? undefined : { IndexName: index }),
    ContributorInsightsStatus: enabled ? ("ENABLED" as const) : ("DISABLED" as const),
    ContributorInsightsMode: mode,
  }));
}
