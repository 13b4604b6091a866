// What readers of streams have in common, whatever the stream: shards with
// parents, iterators, pages of records. Everything goes through the stream's
// public operations, under the role that the reader was given.

import type { Waiting } from "../core/waiting.ts";
import { dynamodbSource } from "./dynamodb-source.ts";
import { kinesisSource } from "./kinesis-source.ts";

export interface SourceShard {
  readonly id: string;
  readonly parents: readonly string[];
  /** It takes no more records. */
  readonly closed: boolean;
}

/** Where reading of a shard begins. */
export type Start =
  | { readonly type: "TRIM_HORIZON" | "LATEST" }
  | { readonly type: "AT_TIMESTAMP" /** Epoch milliseconds. */; readonly time: number }
  | { readonly type: "AFTER_SEQUENCE_NUMBER"; readonly sequenceNumber: string };

export interface SourceRecord {
  readonly sequenceNumber: string;
  /** Epoch milliseconds. */
  readonly arrivedAt: number;
  /** Records of one key are handled in order. */
  readonly key: string;
  /** As functions and targets are shown it, JSON. */
  readonly shown: Readonly<Record<string, unknown>>;
  /** As filters see it. */
  readonly filtered: () => unknown;
}

export interface SourcePage {
  readonly records: readonly SourceRecord[];
  /** Undefined at the end of a closed shard. */
  readonly next: string | undefined;
}

export interface StreamSource {
  readonly kind: "kinesis" | "dynamodb";
  readonly arn: string;
  readonly region: string;
  /** So long a reader leaves a shard alone between two pages, for others want to read too. */
  readonly pauseMilliseconds: number;
  readonly mostPerPage: number;
  /** Notified when the shard has something new. */
  topic(shardId: string): string;
  shards(ctx: Waiting): Promise<readonly SourceShard[]>;
  iterator(ctx: Waiting, shardId: string, start: Start): Promise<string>;
  read(ctx: Waiting, iterator: string, limit: number): Promise<SourcePage>;
}

/** Undefined where no stream has such an ARN. */
export function streamSource(arn: string): StreamSource | undefined {
  const [, , service, region = "", , resource = ""] = arn.split(":");
  if (service === "kinesis" && resource.startsWith("stream/")) return kinesisSource(arn, region);
  if (service === "dynamodb" && resource.includes("/stream/")) return dynamodbSource(arn, region);
  return undefined;
}
