// Streams in on-demand mode grow by themselves: a shard that had to refuse
// records is split in two, unless it is itself quite new.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { shardTopic } from "../../../sources/stream-topics.ts";
import { checkShardLimit, countOpenShards } from "../account.ts";
import { Stream, type StreamState } from "../stream.ts";
import { middle } from "./hash-key.ts";
import { split } from "./resharding.ts";
import { openShards, type Shard, shardId } from "./shard.ts";

interface HotShard {
  readonly name: string;
  readonly id: string;
  readonly index: number;
}

/** 200 MiB a second, as AWS's quota says. */
const mostShards = 200;
const youngMilliseconds = 60_000;

/** Asks for more room where a shard has refused a record. */
export function growLater(tx: Transaction, stream: StreamState, shard: Shard): void {
  if (stream.mode !== "ON_DEMAND" || tx.now < shard.createdAt + youngMilliseconds) return;
  const { name, id } = stream;
  tx.enqueue(growStream, { name, id, index: shard.index }, { id: `${id}/${shard.index}` });
}

export const growStream = defineJob<HotShard>({
  name: "kinesis.growStream",
  run: async ({ name, id, index }, tx) => {
    const stream = await tx.get(Stream, name);
    if (stream?.id !== id || stream.mode !== "ON_DEMAND" || stream.status === "DELETING") return;
    const open = openShards(stream);
    const shard = open.find((each) => each.index === index);
    if (shard === undefined || open.length >= mostShards) return;
    const at = middle(shard.start, shard.end);
    if (at === undefined) return;
    await checkShardLimit(tx, 1);
    tx.put(Stream, split(stream, shard, at, tx.now));
    countOpenShards(tx, 1);
    tx.notify(shardTopic(stream.arn, shardId(index)));
  },
});
