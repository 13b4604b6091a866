// Log streams: creating, describing and deleting.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { allEvents } from "../log-event.ts";
import { existingGroup, groupArn, oneIdentifier } from "../log-group.ts";
import { existingStream, LogStream, type LogStreamState } from "../log-stream.ts";
import { type Input, invalid, logs, type Output } from "../model.ts";

export async function createLogStream(
  input: Input<"CreateLogStream">,
  tx: Transaction,
): Promise<Output<"CreateLogStream">> {
  const group = await existingGroup(tx, input.logGroupName);
  if ((await tx.get(LogStream, group.id, input.logStreamName)) !== undefined) {
    throw fault(logs, "ResourceAlreadyExistsException", "The specified log stream already exists");
  }
  tx.put(LogStream, { groupId: group.id, name: input.logStreamName, creationTime: tx.now });
  return {};
}

export async function deleteLogStream(
  input: Input<"DeleteLogStream">,
  tx: Transaction,
): Promise<Output<"DeleteLogStream">> {
  const group = await existingGroup(tx, input.logGroupName);
  const stream = await existingStream(tx, group, input.logStreamName);
  tx.raw.deleteRange(allEvents(tx, group.id, stream.name));
  tx.delete(LogStream, group.id, stream.name);
  return {};
}

export async function describeLogStreams(
  input: Input<"DescribeLogStreams">,
  tx: Transaction,
): Promise<Output<"DescribeLogStreams">> {
  const group = await existingGroup(tx, oneIdentifier(input));
  const byTime = input.orderBy === "LastEventTime";
  if (byTime && input.logStreamNamePrefix !== undefined) {
    throw invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
  const page = await tx.list(LogStream, {
    prefix: [group.id],
    startsWith: input.logStreamNamePrefix,
    cursor: input.nextToken,
    limit: input.limit ?? 50,
    reverse: input.descending ?? false,
    ...(byTime ? { index: "lastEvent" } : {}),
  });
  const arn = groupArn(group.name, tx);
  return {
    logStreams: page.values.map((stream) => described(stream, arn)),
    ...(page.cursor === undefined ? {} : { nextToken: page.cursor }),
  };
}

function described(stream: LogStreamState, groupArn: string): object {
  return {
    logStreamName: stream.name,
    creationTime: stream.creationTime,
    firstEventTimestamp: stream.firstEventTimestamp,
    lastEventTimestamp: stream.lastEventTimestamp,
    lastIngestionTime: stream.lastIngestionTime,
    // AWS ignores sequence tokens since 2023, but still shows one.
    uploadSequenceToken: `${stream.lastIngestionTime ?? stream.creationTime}`.padStart(56, "4"),
    arn: `${groupArn}:log-stream:${stream.name}`,
    storedBytes: 0,
  };
}
