// What wakes those who wait for records: one topic for each shard, and one for
// the stream, whose shards change now and then.

/** Notified with every record of the shard, and when it is closed. */
export function shardTopic(streamArn: string, shardId: string): string {
  return `records.${streamArn}.${shardId}`;
}
