// The Firehose stream: where its records come from, what is done with them,
// where they go, and how names and ARNs lead to it.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type {
  DeliveryStreamEncryptionConfiguration,
  DeliveryStreamStatus,
} from "../../model/generated/firehose.d.ts";
import type { Destination } from "./destination/destination.ts";
import { inUse, streamNotFound } from "./faults.ts";

export interface StreamState {
  readonly name: string;
  /** Never used twice: a stream created again under a name has none of the old one's records. */
  readonly id: string;
  readonly arn: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt?: number;
  readonly status: DeliveryStreamStatus;
  /** From 1; rises with every change of the destination. */
  readonly version: number;
  readonly source: Source;
  readonly destination: Destination;
  readonly encryption?: DeliveryStreamEncryptionConfiguration | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export type Source =
  | { readonly type: "DirectPut"; readonly throughputHintInMBs?: number | undefined }
  | {
      readonly type: "KinesisStreamAsSource";
      readonly streamArn: string;
      readonly roleArn: string;
      /** Records from then on are delivered. */
      readonly since: number;
    };

export const DeliveryStream = defineResource<StreamState>()({
  service: "firehose",
  type: "stream",
  key: (stream) => [stream.name],
  arn: (stream) => stream.arn,
  named: (input, place) =>
    typeof input.DeliveryStreamName === "string" ? streamArn(input.DeliveryStreamName, place) : undefined,
  tags: (stream) => stream.tags,
  cached: true,
});

export function streamArn(name: string, { region, account }: Place): string {
  return `arn:aws:firehose:${region}:${account}:deliverystream/${name}`;
}

/** Counts the streams of an account and region. */
export function streamCount(tx: Transaction): string {
  return tx.key("firehose", "count");
}

export async function openStream(tx: Transaction, name: string): Promise<StreamState> {
  const stream = await tx.get(DeliveryStream, name);
  if (stream === undefined) throw streamNotFound(name, tx.account);
  return stream;
}

/** For changes: the stream must be at rest. */
export async function openActive(tx: Transaction, name: string): Promise<StreamState> {
  const stream = await openStream(tx, name);
  if (stream.status === "ACTIVE") return stream;
  throw inUse(
    `Firehose ${name} under accountId ${tx.account} is not in ACTIVE state, instead in ${stream.status} state.`,
  );
}

export interface StreamName {
  readonly name: string;
  readonly id: string;
}

/** The very stream: not one that was created later under its name. */
export async function findStream(
  tx: Transaction,
  { name, id }: StreamName,
): Promise<StreamState | undefined> {
  const stream = await tx.get(DeliveryStream, name);
  return stream?.id === id ? stream : undefined;
}
