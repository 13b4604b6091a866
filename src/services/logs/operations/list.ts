// ListLogGroups, and GetLogGroupFields: which fields are found in a group's
// events, and in how many of them.

import { notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { LogGroupSummary } from "../../../model/generated/logs.d.ts";
import { discovered } from "../insights/row.ts";
import { eventRange, readEvent } from "../log-event.ts";
import { existingGroup, groupArn, LogGroup, type LogGroupState, oneIdentifier } from "../log-group.ts";
import { LogStream } from "../log-stream.ts";
import type { Input, Output } from "../model.ts";

const unsupported = ["accountIdentifiers", "dataSources", "fieldIndexNames", "logGroupTags"] as const;

export async function listLogGroups(
  input: Input<"ListLogGroups">,
  tx: Transaction,
): Promise<Output<"ListLogGroups">> {
  for (const parameter of unsupported) {
    if (input[parameter] !== undefined) throw notImplemented("logs", `the parameter ${parameter}`);
  }
  if (input.includeLinkedAccounts === true) {
    throw notImplemented("logs", "the parameter includeLinkedAccounts");
  }
  const wanted = nameTest(input.logGroupNamePattern);
  const { limit = 50, logGroupClass } = input;
  const logGroups: LogGroupSummary[] = [];
  let cursor = input.nextToken;
  // Filtering may leave a page short, so pages are read until one is full.
  do {
    const page = await tx.list(LogGroup, { cursor, limit: limit - logGroups.length });
    for (const group of page.values) {
      if (!wanted(group.name) || (logGroupClass ?? group.logGroupClass) !== group.logGroupClass) continue;
      logGroups.push(summary(group, tx));
    }
    cursor = page.cursor;
  } while (cursor !== undefined && logGroups.length < limit);
  return { logGroups, ...(cursor !== undefined && { nextToken: cursor }) };
}

function summary({ name, logGroupClass }: LogGroupState, tx: Transaction): LogGroupSummary {
  return { logGroupName: name, logGroupArn: groupArn(name, tx), logGroupClass };
}

/** Words between bars, each found anywhere in the name, or at its start after a caret. */
function nameTest(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const words = pattern.split("|");
  return (name) =>
    words.some((word) => (word.startsWith("^") ? name.startsWith(word.slice(1)) : name.includes(word)));
}

const minute = 60_000;
/** So many events of the time are looked at. */
const mostEvents = 10_000;
const mostFields = 200;

export async function getLogGroupFields(
  input: Input<"GetLogGroupFields">,
  tx: Transaction,
): Promise<Output<"GetLogGroupFields">> {
  const group = await existingGroup(tx, oneIdentifier(input));
  // Seconds, as AWS documents; around the moment, or up to now.
  const at = input.time === undefined ? undefined : input.time * 1000;
  const range =
    at === undefined
      ? { startTime: tx.now - 15 * minute, endTime: tx.now + minute }
      : { startTime: at - 8 * minute, endTime: at + 8 * minute };
  const counts = new Map<string, number>();
  let events = 0;
  for (const stream of await tx.all(LogStream, [group.id])) {
    if (events >= mostEvents) break;
    const entries = await tx.raw.scan(eventRange(tx, group.id, stream.name, range), {
      limit: mostEvents - events,
    });
    events += entries.length;
    for (const entry of entries) {
      const event = { ...readEvent(entry), stream: stream.name, log: "", pointer: "" };
      for (const name of discovered(event).keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  if (events === 0) return { logGroupFields: [] };
  for (const name of ["@ingestionTime", "@log", "@logStream", "@message", "@ptr", "@timestamp"]) {
    counts.set(name, events);
  }
  return {
    logGroupFields: [...counts]
      .toSorted(([one, many], [other, more]) => more - many || (one < other ? -1 : 1))
      .slice(0, mostFields)
      .map(([name, count]) => ({ name, percent: Math.round((count / events) * 100) })),
  };
}
