// Registered consumers, which have each shard's full rate for themselves.

import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Consumer as ShownConsumer } from "../../model/generated/kinesis.d.ts";
import { invalidArgument, notFound } from "./faults.ts";
import { type OpenStream, openArn, type StreamState } from "./stream.ts";

export interface ConsumerState {
  readonly streamName: string;
  readonly streamId: string;
  readonly name: string;
  readonly arn: string;
  readonly status: "CREATING" | "DELETING" | "ACTIVE";
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly tags: Readonly<Record<string, string>>;
}

export const Consumer = defineResource<ConsumerState>()({
  service: "kinesis",
  type: "consumer",
  key: (consumer) => [consumer.streamName, consumer.name],
  arn: (consumer) => consumer.arn,
  tags: (consumer) => consumer.tags,
});

/** At most twenty. */
export function consumersOf(tx: Transaction, stream: StreamState): Promise<readonly ConsumerState[]> {
  return tx.all(Consumer, [stream.name]);
}

export interface ConsumerNamed {
  readonly StreamARN?: string | undefined;
  readonly ConsumerName?: string | undefined;
  readonly ConsumerARN?: string | undefined;
}

export interface OpenConsumer extends OpenStream {
  readonly consumer: ConsumerState;
}

/** By its own ARN, or by its name and the stream's ARN. */
export async function openConsumer(caller: Transaction, named: ConsumerNamed): Promise<OpenConsumer> {
  const { StreamARN, ConsumerName, ConsumerARN } = named;
  if (ConsumerARN !== undefined) {
    const name = /\/consumer\/([A-Za-z0-9_.-]+):\d+$/.exec(ConsumerARN)?.[1];
    if (name === undefined) throw invalidArgument(`The ARN ${ConsumerARN} is not valid.`);
    const open = await openArn(caller, ConsumerARN);
    const consumer = await open.tx.get(Consumer, open.stream.name, name);
    if (consumer?.arn !== ConsumerARN) {
      throw notFound(
        `Consumer ${name} of stream ${open.stream.name} under account ${open.tx.account} not found.`,
      );
    }
    return { ...open, consumer };
  }
  if (StreamARN === undefined || ConsumerName === undefined) {
    throw invalidArgument("Either ConsumerARN or both StreamARN and ConsumerName must be provided.");
  }
  const open = await openArn(caller, StreamARN);
  const consumer = await open.tx.get(Consumer, open.stream.name, ConsumerName);
  if (consumer === undefined) {
    throw notFound(
      `Consumer ${ConsumerName} of stream ${open.stream.name} under account ${open.tx.account} not found.`,
    );
  }
  return { ...open, consumer };
}

export function showConsumer({ name, arn, status, createdAt }: ConsumerState): ShownConsumer {
  return {
    ConsumerName: name,
    ConsumerARN: arn,
    ConsumerStatus: status,
    ConsumerCreationTimestamp: createdAt,
  };
}
