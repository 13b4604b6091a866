// Replays: start, describe, list, cancel.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Replay as Shown } from "../../../model/generated/events.d.ts";
import { Replay, type ReplayRecordState } from "../archives/archive.ts";
import { runReplay } from "../archives/replay.ts";
import { openBus } from "../buses/open-bus.ts";
import {
  alreadyExists,
  events,
  type Input,
  invalid,
  nextToken,
  notFound,
  type Output,
  present,
} from "../model.ts";
import { openArchive } from "./archives.ts";

export async function startReplay(
  input: Input<"StartReplay">,
  tx: Transaction,
): Promise<Output<"StartReplay">> {
  const { ReplayName: name, EventSourceArn, Destination, EventStartTime, EventEndTime } = input;
  if (!/:archive\//.test(EventSourceArn)) {
    throw invalid("Parameter EventSourceArn is not valid. Reason: Must contain an archive ARN.");
  }
  if (!/:event-bus\//.test(Destination.Arn)) {
    throw invalid("Parameter Destination.Arn is not valid. Reason: Must contain an event bus ARN.");
  }
  const archiveName = EventSourceArn.slice(EventSourceArn.lastIndexOf("/") + 1);
  await openBus(tx, Destination.Arn);
  const archive = await openArchive(tx, archiveName).catch(() => {
    throw invalid(`Parameter EventSourceArn is not valid. Reason: Archive ${archiveName} does not exist.`);
  });
  if (Destination.Arn !== archive.eventSourceArn) {
    throw invalid("Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.");
  }
  if (EventEndTime <= EventStartTime) {
    throw invalid("Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.");
  }
  if ((await tx.get(Replay, name)) !== undefined) throw alreadyExists(`Replay ${name} already exists.`);
  const replay: ReplayRecordState = {
    name,
    arn: `arn:aws:events:${tx.region}:${tx.account}:replay/${name}`,
    description: input.Description,
    archiveName,
    archiveId: archive.id,
    eventSourceArn: EventSourceArn,
    destination: Destination,
    from: EventStartTime,
    until: EventEndTime,
    state: "STARTING",
    startedAt: tx.now,
  };
  tx.put(Replay, replay);
  tx.enqueue(runReplay, { name, startedAt: tx.now });
  return { ReplayArn: replay.arn, State: replay.state, ReplayStartTime: replay.startedAt };
}

export async function describeReplay(
  { ReplayName }: Input<"DescribeReplay">,
  tx: Transaction,
): Promise<Output<"DescribeReplay">> {
  const replay = await openReplay(tx, ReplayName);
  return present({
    ...described(replay),
    ReplayArn: replay.arn,
    Description: replay.description,
    Destination: replay.destination,
  });
}

export async function listReplays(
  input: Input<"ListReplays">,
  tx: Transaction,
): Promise<Output<"ListReplays">> {
  const page = await tx.list(Replay, {
    startsWith: input.NamePrefix,
    cursor: input.NextToken,
    limit: input.Limit ?? 100,
  });
  const fitting = page.values.filter(
    ({ state, eventSourceArn }) =>
      (input.State === undefined || state === input.State) &&
      (input.EventSourceArn === undefined || eventSourceArn === input.EventSourceArn),
  );
  return { Replays: fitting.map(described), ...nextToken(page) };
}

export async function cancelReplay(
  { ReplayName }: Input<"CancelReplay">,
  tx: Transaction,
): Promise<Output<"CancelReplay">> {
  const replay = await openReplay(tx, ReplayName);
  if (replay.state !== "STARTING" && replay.state !== "RUNNING") {
    throw fault(
      events,
      "IllegalStatusException",
      `Replay ${ReplayName} is not in a valid state for this operation.`,
    );
  }
  tx.put(Replay, { ...replay, state: "CANCELLING" });
  return { ReplayArn: replay.arn, State: "CANCELLING" };
}

async function openReplay(tx: Transaction, name: string): Promise<ReplayRecordState> {
  const replay = await tx.get(Replay, name);
  if (replay === undefined) throw notFound(`Replay ${name} does not exist.`);
  return replay;
}

function described(replay: ReplayRecordState): Shown {
  return present({
    ReplayName: replay.name,
    EventSourceArn: replay.eventSourceArn,
    State: replay.state,
    StateReason: replay.stateReason,
    EventStartTime: replay.from,
    EventEndTime: replay.until,
    EventLastReplayedTime: replay.lastReplayedAt,
    ReplayStartTime: replay.startedAt,
    ReplayEndTime: replay.endedAt,
  });
}
