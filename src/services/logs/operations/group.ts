// Log groups: creating, describing, deleting, and their settings.

import { fault } from "../../../core/fault.ts";
import type { Page, Transaction } from "../../../core/transaction.ts";
import type { LogGroup as DescribedGroup } from "../../../model/generated/logs.d.ts";
import { expireEvents } from "../jobs.ts";
import { allEvents } from "../log-event.ts";
import { existingGroup, groupArn, groupName, LogGroup, type LogGroupState } from "../log-group.ts";
import { LogStream } from "../log-stream.ts";
import { type Input, invalid, logs, type Output } from "../model.ts";
import { MetricFilter } from "../subscriptions/metric-filter.ts";

/** Days that a group may keep its events. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export async function createLogGroup(
  input: Input<"CreateLogGroup">,
  tx: Transaction,
): Promise<Output<"CreateLogGroup">> {
  if (input.logGroupName.startsWith("aws/")) {
    throw invalid("Log groups starting with AWS/ are reserved for AWS.");
  }
  if ((await tx.get(LogGroup, input.logGroupName)) !== undefined) {
    throw fault(logs, "ResourceAlreadyExistsException", "The specified log group already exists");
  }
  tx.put(LogGroup, {
    name: input.logGroupName,
    id: tx.ids.hex(16),
    creationTime: tx.now,
    logGroupClass: input.logGroupClass ?? "STANDARD",
    deletionProtectionEnabled: input.deletionProtectionEnabled ?? false,
    tags: input.tags ?? {},
    ...(input.kmsKeyId === undefined ? {} : { kmsKeyId: input.kmsKeyId }),
  });
  return {};
}

export async function deleteLogGroup(
  input: Input<"DeleteLogGroup">,
  tx: Transaction,
): Promise<Output<"DeleteLogGroup">> {
  const group = await existingGroup(tx, input.logGroupName);
  if (group.deletionProtectionEnabled) {
    throw fault(
      logs,
      "ValidationException",
      "The log group cannot be deleted because deletion protection is enabled. Disable deletion protection first.",
    );
  }
  for (const stream of await tx.all(LogStream, [group.id])) tx.delete(LogStream, group.id, stream.name);
  for (const filter of await tx.all(MetricFilter, [group.id])) {
    tx.delete(MetricFilter, group.id, filter.filterName);
  }
  tx.raw.deleteRange(allEvents(tx, group.id));
  tx.cancel(expireEvents, group.id);
  tx.delete(LogGroup, group.name);
  return {};
}

export async function describeLogGroups(
  input: Input<"DescribeLogGroups">,
  tx: Transaction,
): Promise<Output<"DescribeLogGroups">> {
  const { logGroupNamePrefix, logGroupNamePattern, logGroupClass, logGroupIdentifiers } = input;
  if (logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined) {
    throw invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
  }
  if (logGroupIdentifiers !== undefined) {
    const found = await Promise.all(logGroupIdentifiers.map((name) => tx.get(LogGroup, groupName(name))));
    return { logGroups: found.flatMap((group) => (group === undefined ? [] : [described(group, tx)])) };
  }
  const pattern = logGroupNamePattern?.toLowerCase();
  const wanted = (group: LogGroupState): boolean =>
    (pattern === undefined || group.name.toLowerCase().includes(pattern)) &&
    (logGroupClass === undefined || group.logGroupClass === logGroupClass);
  const logGroups: DescribedGroup[] = [];
  const limit = input.limit ?? 50;
  let cursor = input.nextToken;
  // Filtering may leave a page short, so pages are read until one is full.
  do {
    const page: Page<LogGroupState> = await tx.list(LogGroup, {
      startsWith: logGroupNamePrefix,
      cursor,
      limit: limit - logGroups.length,
    });
    for (const group of page.values) if (wanted(group)) logGroups.push(described(group, tx));
    cursor = page.cursor;
  } while (cursor !== undefined && logGroups.length < limit);
  return { logGroups, ...(cursor === undefined ? {} : { nextToken: cursor }) };
}

export async function putRetentionPolicy(
  input: Input<"PutRetentionPolicy">,
  tx: Transaction,
): Promise<Output<"PutRetentionPolicy">> {
  const group = await existingGroup(tx, input.logGroupName);
  if (!retentions.includes(input.retentionInDays)) {
    throw invalid(
      `1 validation error detected: Value '${input.retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${retentions.join(", ")}]`,
    );
  }
  tx.put(LogGroup, { ...group, retentionInDays: input.retentionInDays });
  tx.enqueue(expireEvents, { groupName: group.name, groupId: group.id }, { id: group.id });
  return {};
}

export async function deleteRetentionPolicy(
  input: Input<"DeleteRetentionPolicy">,
  tx: Transaction,
): Promise<Output<"DeleteRetentionPolicy">> {
  const { retentionInDays: _days, ...group } = await existingGroup(tx, input.logGroupName);
  tx.put(LogGroup, group);
  tx.cancel(expireEvents, group.id);
  return {};
}

export async function putLogGroupDeletionProtection(
  input: Input<"PutLogGroupDeletionProtection">,
  tx: Transaction,
): Promise<Output<"PutLogGroupDeletionProtection">> {
  const group = await existingGroup(tx, input.logGroupIdentifier);
  tx.put(LogGroup, { ...group, deletionProtectionEnabled: input.deletionProtectionEnabled });
  return {};
}

export async function associateKmsKey(
  input: Input<"AssociateKmsKey">,
  tx: Transaction,
): Promise<Output<"AssociateKmsKey">> {
  const group = await existingGroup(tx, input.logGroupName ?? input.resourceIdentifier ?? "");
  tx.put(LogGroup, { ...group, kmsKeyId: input.kmsKeyId });
  return {};
}

export async function disassociateKmsKey(
  input: Input<"DisassociateKmsKey">,
  tx: Transaction,
): Promise<Output<"DisassociateKmsKey">> {
  const identifier = input.logGroupName ?? input.resourceIdentifier ?? "";
  const { kmsKeyId: _key, ...group } = await existingGroup(tx, identifier);
  tx.put(LogGroup, group);
  return {};
}

function described(group: LogGroupState, tx: Transaction): DescribedGroup {
  const arn = groupArn(group.name, tx);
  return {
    logGroupName: group.name,
    creationTime: group.creationTime,
    retentionInDays: group.retentionInDays,
    metricFilterCount: group.metricFilterCount ?? 0,
    // Two ARNs, by history: policies match the one with the star, tags the one without.
    arn: `${arn}:*`,
    logGroupArn: arn,
    storedBytes: 0,
    kmsKeyId: group.kmsKeyId,
    logGroupClass: group.logGroupClass,
    deletionProtectionEnabled: group.deletionProtectionEnabled,
  };
}
