// Partner event sources, from both sides: the partner who makes them and puts
// events, and the customer who takes them.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  PutPartnerEventsRequestEntry,
  PutPartnerEventsResultEntry,
  EventSource as Shown,
} from "../../../model/generated/events.d.ts";
import { Bus } from "../buses/bus.ts";
import {
  EventSource,
  type EventSourceRecordState,
  expireEventSource,
  openEventSource,
  PartnerSource,
} from "../buses/event-source.ts";
import { type Envelope, eventText, eventValue } from "../delivery/event.ts";
import { routeEvent } from "../delivery/route.ts";
import { alreadyExists, type Input, nextToken, notFound, nothing, type Output } from "../model.ts";
import { wholeEntry } from "./put-events.ts";

const lifetime = 14 * 86_400_000;

const sourceArn = (tx: Transaction, name: string): string =>
  `arn:aws:events:${tx.region}::event-source/${name}`;

export async function createPartnerEventSource(
  { Name: name, Account: account }: Input<"CreatePartnerEventSource">,
  tx: Transaction,
): Promise<Output<"CreatePartnerEventSource">> {
  if ((await tx.get(PartnerSource, name, account)) !== undefined) {
    throw alreadyExists(`PartnerEventSource ${name} already exists.`);
  }
  const arn = sourceArn(tx, name);
  tx.put(PartnerSource, { name, account });
  const there = tx.at({ account });
  const expiresAt = tx.now + lifetime;
  there.enqueue(expireEventSource, { name, expiresAt }, { id: name, at: expiresAt });
  there.put(EventSource, {
    name,
    arn,
    createdBy: name.split("/").slice(0, 2).join("/"),
    createdAt: tx.now,
    expiresAt,
    state: "PENDING",
  });
  return { EventSourceArn: arn };
}

export async function deletePartnerEventSource(
  { Name: name, Account: account }: Input<"DeletePartnerEventSource">,
  tx: Transaction,
): Promise<Output<"DeletePartnerEventSource">> {
  const there = tx.at({ account });
  const source = await there.get(EventSource, name);
  if (source?.state === "ACTIVE") there.put(EventSource, { ...source, state: "DELETED" });
  else if (source !== undefined) there.delete(EventSource, name);
  tx.delete(PartnerSource, name, account);
  return nothing;
}

export async function describePartnerEventSource(
  { Name }: Input<"DescribePartnerEventSource">,
  tx: Transaction,
): Promise<Output<"DescribePartnerEventSource">> {
  const { values } = await tx.list(PartnerSource, { prefix: [Name], limit: 1 });
  if (values.length === 0) throw notFound(`PartnerEventSource ${Name} does not exist.`);
  return { Arn: sourceArn(tx, Name), Name };
}

export async function listPartnerEventSources(
  input: Input<"ListPartnerEventSources">,
  tx: Transaction,
): Promise<Output<"ListPartnerEventSources">> {
  const page = await tx.list(PartnerSource, {
    startsWith: input.NamePrefix,
    cursor: input.NextToken,
    limit: input.Limit ?? 100,
  });
  const names = [...new Set(page.values.map(({ name }) => name))];
  return {
    PartnerEventSources: names.map((Name) => ({ Arn: sourceArn(tx, Name), Name })),
    ...nextToken(page),
  };
}

export async function listPartnerEventSourceAccounts(
  input: Input<"ListPartnerEventSourceAccounts">,
  tx: Transaction,
): Promise<Output<"ListPartnerEventSourceAccounts">> {
  const page = await tx.list(PartnerSource, {
    prefix: [input.EventSourceName],
    cursor: input.NextToken,
    limit: input.Limit ?? 100,
  });
  const PartnerEventSourceAccounts = [];
  for (const { name, account } of page.values) {
    const source = await tx.at({ account }).get(EventSource, name);
    if (source === undefined) continue;
    PartnerEventSourceAccounts.push({
      Account: account,
      CreationTime: source.createdAt,
      ExpirationTime: source.expiresAt,
      State: source.state,
    });
  }
  return { PartnerEventSourceAccounts, ...nextToken(page) };
}

/** Events of a source go to every account that took it. */
export async function putPartnerEvents(
  input: Input<"PutPartnerEvents">,
  tx: Transaction,
): Promise<Output<"PutPartnerEvents">> {
  const Entries: PutPartnerEventsResultEntry[] = [];
  for (const entry of input.Entries) Entries.push(await putEntry(tx, entry));
  return { FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries };
}

async function putEntry(
  tx: Transaction,
  entry: PutPartnerEventsRequestEntry,
): Promise<PutPartnerEventsResultEntry> {
  const whole = wholeEntry(entry);
  if ("ErrorCode" in whole) return whole;
  const { Source: source, DetailType: detailType, Detail: detail, detail: value } = whole;
  const id = tx.ids.uuid();
  for (const { account } of await tx.all(PartnerSource, [source])) {
    const there = tx.at({ account });
    const bus = await there.get(Bus, source);
    if (bus === undefined || (await there.get(EventSource, source))?.state !== "ACTIVE") continue;
    const event: Envelope = {
      id,
      detailType,
      source,
      account,
      time: entry.Time ?? tx.now,
      region: tx.region,
      resources: entry.Resources ?? [],
      detail,
    };
    await routeEvent(there, bus.name, { text: eventText(event), value: eventValue(event, value) });
  }
  return { EventId: id };
}

export async function describeEventSource(
  { Name }: Input<"DescribeEventSource">,
  tx: Transaction,
): Promise<Output<"DescribeEventSource">> {
  return shown(await openEventSource(tx, Name));
}

export async function listEventSources(
  input: Input<"ListEventSources">,
  tx: Transaction,
): Promise<Output<"ListEventSources">> {
  const page = await tx.list(EventSource, {
    startsWith: input.NamePrefix,
    cursor: input.NextToken,
    limit: input.Limit ?? 100,
  });
  return { EventSources: page.values.map(shown), ...nextToken(page) };
}

export async function activateEventSource(
  { Name }: Input<"ActivateEventSource">,
  tx: Transaction,
): Promise<Output<"ActivateEventSource">> {
  tx.put(EventSource, { ...(await openEventSource(tx, Name)), state: "ACTIVE" });
  return nothing;
}

export async function deactivateEventSource(
  { Name }: Input<"DeactivateEventSource">,
  tx: Transaction,
): Promise<Output<"DeactivateEventSource">> {
  tx.put(EventSource, {
    ...(await openEventSource(tx, Name)),
    state: "PENDING",
    expiresAt: tx.now + lifetime,
  });
  return nothing;
}

function shown(source: EventSourceRecordState): Shown {
  return {
    Arn: source.arn,
    CreatedBy: source.createdBy,
    CreationTime: source.createdAt,
    ExpirationTime: source.expiresAt,
    Name: source.name,
    State: source.state,
  };
}
