// A record as the function sees it.

import type { SourceRecord } from "../../../../sources/stream-source.ts";
import type { StreamWork } from "./work.ts";

export function eventRecord(
  { source, roleArn }: StreamWork,
  shardId: string,
  { sequenceNumber, shown }: SourceRecord,
): object {
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
