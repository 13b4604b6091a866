// The log stream: where events are appended, and the times it shows of them.

import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { LogGroupState } from "./log-group.ts";
import { noSuchStream } from "./model.ts";

export interface LogStreamState {
  readonly groupId: string;
  readonly name: string;
  /** All times are epoch milliseconds. */
  readonly creationTime: number;
  readonly firstEventTimestamp?: number;
  readonly lastEventTimestamp?: number;
  readonly lastIngestionTime?: number;
}

export const LogStream = defineResource<LogStreamState>()({
  service: "logs",
  type: "log-stream",
  key: (stream) => [stream.groupId, stream.name],
  indexes: {
    // Streams without events come first, as the oldest.
    lastEvent: (stream) => [stream.groupId, stream.lastEventTimestamp ?? 0],
  },
});

export async function existingStream(
  tx: Transaction,
  group: LogGroupState,
  name: string,
): Promise<LogStreamState> {
  const stream = await tx.get(LogStream, group.id, name);
  if (stream === undefined) throw noSuchStream();
  return stream;
}
