// Archives and replays: what they are.

import { defineResource } from "../../../core/resource.ts";
import type { ReplayDestination, ReplayState as State } from "../../../model/generated/events.d.ts";

export interface ArchiveState {
  readonly name: string;
  /** Never used twice: an archive created again under a name has none of the old one's events. */
  readonly id: string;
  readonly arn: string;
  readonly eventSourceArn: string;
  readonly description?: string | undefined;
  readonly eventPattern?: string | undefined;
  readonly kmsKeyIdentifier?: string | undefined;
  /** 0: for ever. */
  readonly retentionDays: number;
  readonly createdAt: number;
}

export const Archive = defineResource<ArchiveState>()({
  service: "events",
  type: "archive",
  key: ({ name }) => [name],
  arn: ({ arn }) => arn,
  cached: true,
});

export interface ReplayRecordState {
  readonly name: string;
  readonly arn: string;
  readonly description?: string | undefined;
  readonly archiveName: string;
  readonly archiveId: string;
  readonly eventSourceArn: string;
  readonly destination: ReplayDestination;
  readonly from: number;
  readonly until: number;
  readonly state: State;
  readonly stateReason?: string | undefined;
  readonly startedAt: number;
  readonly endedAt?: number | undefined;
  readonly lastReplayedAt?: number | undefined;
  /** The key of the event replayed last. */
  readonly position?: string | undefined;
}

export const Replay = defineResource<ReplayRecordState>()({
  service: "events",
  type: "replay",
  key: ({ name }) => [name],
  arn: ({ arn }) => arn,
});
