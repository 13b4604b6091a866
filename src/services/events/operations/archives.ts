// Archives: create, describe, list, update, delete. An archive is fed by a
// managed rule on its bus, as on AWS.

import type { Transaction } from "../../../core/transaction.ts";
import type { Archive as Shown } from "../../../model/generated/events.d.ts";
import { Archive, type ArchiveState } from "../archives/archive.ts";
import { archiveSize, forgetEvents } from "../archives/archived-event.ts";
import { expireArchive } from "../archives/replay.ts";
import type { OpenBus } from "../buses/bus.ts";
import { openBus } from "../buses/open-bus.ts";
import { alreadyExists, type Input, nextToken, notFound, type Output, present } from "../model.ts";
import { readPattern } from "../rules/pattern.ts";
import { Rule, ruleArn } from "../rules/rule.ts";
import { deleteRule, putRule } from "../rules/rule-set.ts";

export async function createArchive(
  input: Input<"CreateArchive">,
  tx: Transaction,
): Promise<Output<"CreateArchive">> {
  const { ArchiveName: name, EventPattern: eventPattern, EventSourceArn: eventSourceArn } = input;
  if (eventPattern !== undefined) readPattern(eventPattern);
  const open = await openBus(tx, eventSourceArn);
  if ((await tx.get(Archive, name)) !== undefined) throw alreadyExists(`Archive ${name} already exists.`);
  const archive: ArchiveState = {
    name,
    id: tx.ids.hex(16),
    arn: `arn:aws:events:${tx.region}:${tx.account}:archive/${name}`,
    eventSourceArn,
    description: input.Description,
    eventPattern,
    kmsKeyIdentifier: input.KmsKeyIdentifier,
    retentionDays: input.RetentionDays ?? 0,
    createdAt: tx.now,
  };
  await store(tx, archive, open);
  return { ArchiveArn: archive.arn, State: "ENABLED", CreationTime: archive.createdAt };
}

/** Replayed events are not archived again. */
async function store(tx: Transaction, archive: ArchiveState, { bus }: OpenBus): Promise<void> {
  const pattern = { ...JSON.parse(archive.eventPattern ?? "{}"), "replay-name": [{ exists: false }] };
  const ruleName = managedRule(archive.name);
  tx.put(Archive, archive);
  await putRule(tx, {
    name: ruleName,
    busName: bus.name,
    arn: ruleArn(tx, bus.name, ruleName),
    eventPattern: JSON.stringify(pattern),
    state: "ENABLED",
    managedBy: "prod.vhs.events.aws.internal",
    createdBy: tx.account,
    scheduledFrom: tx.now,
    archiveName: archive.name,
    targets: [],
    tags: {},
  });
  if (archive.retentionDays > 0) {
    tx.enqueue(expireArchive, { name: archive.name, id: archive.id }, { id: archive.id, at: tx.now });
  }
}

const managedRule = (archiveName: string): string => `Events-Archive-${archiveName}`;

export async function describeArchive(
  { ArchiveName }: Input<"DescribeArchive">,
  tx: Transaction,
): Promise<Output<"DescribeArchive">> {
  const archive = await openArchive(tx, ArchiveName);
  return present({
    ...(await described(tx, archive)),
    ArchiveArn: archive.arn,
    Description: archive.description,
    EventPattern: archive.eventPattern,
    KmsKeyIdentifier: archive.kmsKeyIdentifier,
  });
}

export async function listArchives(
  input: Input<"ListArchives">,
  tx: Transaction,
): Promise<Output<"ListArchives">> {
  const page = await tx.list(Archive, {
    startsWith: input.NamePrefix,
    cursor: input.NextToken,
    limit: input.Limit ?? 100,
  });
  const fitting = page.values.filter(
    ({ eventSourceArn }) =>
      (input.EventSourceArn === undefined || eventSourceArn === input.EventSourceArn) &&
      (input.State === undefined || input.State === "ENABLED"),
  );
  const Archives = await Promise.all(fitting.map((archive) => described(tx, archive)));
  return { Archives, ...nextToken(page) };
}

export async function updateArchive(
  input: Input<"UpdateArchive">,
  tx: Transaction,
): Promise<Output<"UpdateArchive">> {
  const archive = await openArchive(tx, input.ArchiveName);
  if (input.EventPattern !== undefined) readPattern(input.EventPattern);
  const changed: ArchiveState = {
    ...archive,
    description: input.Description ?? archive.description,
    eventPattern: input.EventPattern ?? archive.eventPattern,
    retentionDays: input.RetentionDays ?? archive.retentionDays,
    kmsKeyIdentifier: input.KmsKeyIdentifier ?? archive.kmsKeyIdentifier,
  };
  await store(tx, changed, await openBus(tx, archive.eventSourceArn));
  return { ArchiveArn: archive.arn, State: "ENABLED", CreationTime: archive.createdAt };
}

export async function deleteArchive(
  { ArchiveName }: Input<"DeleteArchive">,
  tx: Transaction,
): Promise<Output<"DeleteArchive">> {
  const archive = await openArchive(tx, ArchiveName);
  const { bus } = await openBus(tx, archive.eventSourceArn);
  const rule = await tx.get(Rule, bus.name, managedRule(ArchiveName));
  if (rule !== undefined) await deleteRule(tx, rule);
  forgetEvents(tx, archive.id);
  tx.delete(Archive, ArchiveName);
  return {};
}

export async function openArchive(tx: Transaction, name: string): Promise<ArchiveState> {
  const archive = await tx.get(Archive, name);
  if (archive === undefined) throw notFound(`Archive ${name} does not exist.`);
  return archive;
}

async function described(tx: Transaction, archive: ArchiveState): Promise<Shown> {
  return {
    ArchiveName: archive.name,
    EventSourceArn: archive.eventSourceArn,
    State: "ENABLED",
    RetentionDays: archive.retentionDays,
    ...(await archiveSize(tx, archive.id)),
    CreationTime: archive.createdAt,
  };
}
