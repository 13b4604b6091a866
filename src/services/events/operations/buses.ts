// Event buses as such: create, describe, list, update, delete.

import type { Transaction } from "../../../core/transaction.ts";
import type { EventBus } from "../../../model/generated/events.d.ts";
import { Bus, type BusState, busArn, defaultBus, findBus } from "../buses/bus.ts";
import { claimEventSource, releaseEventSource } from "../buses/event-source.ts";
import { openBus } from "../buses/open-bus.ts";
import { alreadyExists, type Input, invalid, nextToken, nothing, type Output, present } from "../model.ts";
import { Rule } from "../rules/rule.ts";
import { tagsOf } from "./tags.ts";

export async function createEventBus(
  input: Input<"CreateEventBus">,
  tx: Transaction,
): Promise<Output<"CreateEventBus">> {
  const { Name: name, EventSourceName: eventSourceName } = input;
  if (name === defaultBus) throw invalid("Cannot create event bus with name default.");
  if (name.includes("/") && eventSourceName === undefined) {
    throw invalid("Event bus name must not contain '/'.");
  }
  if (eventSourceName !== undefined && eventSourceName !== name) {
    throw invalid("Event bus name must be the name of the partner event source.");
  }
  if ((await findBus(tx, name)) !== undefined) throw alreadyExists(`Event bus ${name} already exists.`);
  if (eventSourceName !== undefined) await claimEventSource(tx, eventSourceName);
  const bus: BusState = {
    name,
    arn: busArn(name, tx),
    createdAt: tx.now,
    modifiedAt: tx.now,
    description: input.Description,
    kmsKeyIdentifier: input.KmsKeyIdentifier,
    deadLetterArn: input.DeadLetterConfig?.Arn,
    logConfig: input.LogConfig,
    eventSourceName,
    tags: tagsOf(input.Tags),
  };
  tx.put(Bus, bus);
  return present({ EventBusArn: bus.arn, ...settings(bus) });
}

export async function describeEventBus(
  input: Input<"DescribeEventBus">,
  caller: Transaction,
): Promise<Output<"DescribeEventBus">> {
  const { bus } = await openBus(caller, input.Name);
  return present({ ...described(bus), ...settings(bus) });
}

export async function listEventBuses(
  input: Input<"ListEventBuses">,
  tx: Transaction,
): Promise<Output<"ListEventBuses">> {
  const { NamePrefix: startsWith, NextToken: cursor, Limit = 100 } = input;
  const page = await tx.list(Bus, { startsWith, cursor, limit: Limit });
  const buses = [...page.values];
  const fits = startsWith === undefined || defaultBus.startsWith(startsWith);
  // The default bus is there even if nothing of it was ever stored.
  if (fits && cursor === undefined && !buses.some(({ name }) => name === defaultBus)) {
    buses.push((await openBus(tx)).bus);
  }
  return {
    EventBuses: buses.sort((a, b) => (a.name < b.name ? -1 : 1)).map(described),
    ...nextToken(page),
  };
}

export async function updateEventBus(
  input: Input<"UpdateEventBus">,
  caller: Transaction,
): Promise<Output<"UpdateEventBus">> {
  const { bus, tx } = await openBus(caller, input.Name);
  const changed: BusState = {
    ...bus,
    createdAt: bus.createdAt || tx.now,
    modifiedAt: tx.now,
    description: input.Description ?? bus.description,
    kmsKeyIdentifier: input.KmsKeyIdentifier ?? bus.kmsKeyIdentifier,
    deadLetterArn: input.DeadLetterConfig?.Arn ?? bus.deadLetterArn,
    logConfig: input.LogConfig ?? bus.logConfig,
  };
  tx.put(Bus, changed);
  return present({ Arn: bus.arn, Name: bus.name, ...settings(changed) });
}

/** A bus that is not there is as good as deleted. */
export async function deleteEventBus(
  input: Input<"DeleteEventBus">,
  tx: Transaction,
): Promise<Output<"DeleteEventBus">> {
  if (input.Name === defaultBus) throw invalid("Cannot delete event bus default.");
  const found = await tx.get(Bus, input.Name);
  if (found === undefined) return nothing;
  const { values } = await tx.list(Rule, { prefix: [input.Name], limit: 1 });
  if (values.length > 0) throw invalid(`Event bus ${input.Name} can't be deleted since it has rules.`);
  if (found.eventSourceName !== undefined) await releaseEventSource(tx, found.eventSourceName);
  tx.delete(Bus, input.Name);
  return nothing;
}

function described(bus: BusState): EventBus {
  return present({
    Name: bus.name,
    Arn: bus.arn,
    Description: bus.description,
    Policy: bus.policy,
    // The default bus was there before anybody looked.
    CreationTime: bus.createdAt || undefined,
    LastModifiedTime: bus.modifiedAt || undefined,
  });
}

function settings(bus: BusState) {
  return {
    Description: bus.description,
    KmsKeyIdentifier: bus.kmsKeyIdentifier,
    DeadLetterConfig: bus.deadLetterArn === undefined ? undefined : { Arn: bus.deadLetterArn },
    LogConfig: bus.logConfig,
  };
}
