// What happens later: events older than their group's retention are removed.

import { defineJob, type Job } from "../../core/job.ts";
import { eventRange } from "./log-event.ts";
import { LogGroup } from "./log-group.ts";
import { LogStream } from "./log-stream.ts";

const day = 86_400_000;
/** AWS takes up to 72 hours; once an hour is kinder to the disk. */
const interval = 3_600_000;

interface ExpireEvents {
  readonly groupName: string;
  readonly groupId: string;
}

export const expireEvents: Job<ExpireEvents> = defineJob<ExpireEvents>({
  name: "logs.expireEvents",
  run: async ({ groupName, groupId }, tx) => {
    const group = await tx.get(LogGroup, groupName);
    if (group?.id !== groupId || group.retentionInDays === undefined) return;
    const endTime = tx.now - group.retentionInDays * day;
    for (const stream of await tx.all(LogStream, [groupId])) {
      if ((stream.firstEventTimestamp ?? tx.now) >= endTime) continue;
      tx.raw.deleteRange(eventRange(tx, groupId, stream.name, { endTime }));
    }
    tx.enqueue(expireEvents, { groupName, groupId }, { id: groupId, at: tx.now + interval });
  },
});
