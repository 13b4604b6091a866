// A record as the function sees it.

import type { SourceRecord } from "../../../../sources/stream-source.ts";
import type { ShardWork } from "./work.ts";

export function eventRecord(work: ShardWork, { sequenceNumber, shown }: SourceRecord): object {
  const { source, shardId, roleArn } = work;
  if (source.kind === "dynamodb") return { ...shown, eventSourceARN: source.arn };
  return {
    kinesis: shown,
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `${shardId}:${sequenceNumber}`,
    eventName: "aws:kinesis:record",
    invokeIdentityArn: roleArn,
    awsRegion: source.region,
    eventSourceARN: source.arn,
  };
}
