// The queue: its settings, and how names, URLs and ARNs lead to it.

import { fault } from "../../core/fault.ts";
import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import { checkAccess, type QueueAction } from "./access.ts";
import { queueDoesNotExist, sqs } from "./faults.ts";
import type { RedriveAllowPolicy, RedrivePolicy } from "./redrive-policy.ts";

export interface QueueState {
  readonly name: string;
  /** Never used twice: a queue created again under a name has none of the old one's messages. */
  readonly id: string;
  readonly arn: string;
  readonly fifo: boolean;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly purgedAt?: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly delaySeconds: number;
  readonly maximumMessageBytes: number;
  readonly retentionSeconds: number;
  readonly receiveWaitSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly managedEncryption: boolean;
  readonly kmsMasterKeyId?: string | undefined;
  readonly kmsDataKeyReuseSeconds?: number | undefined;
  /** The document as it was given. */
  readonly policy?: string | undefined;
  readonly redrivePolicy?: RedrivePolicy | undefined;
  readonly redriveAllowPolicy?: RedriveAllowPolicy | undefined;
  readonly contentBasedDeduplication: boolean;
  readonly deduplicationScope: "queue" | "messageGroup";
  readonly throughputLimit: "perQueue" | "perMessageGroupId";
}

export const Queue = defineResource<QueueState>()({
  service: "sqs",
  type: "queue",
  key: (queue) => [queue.name],
  arn: (queue) => queue.arn,
  named: (input, place) => {
    if (typeof input.QueueUrl === "string") {
      const named = parseQueueUrl(input.QueueUrl);
      return named && queueArn(named.name, { ...place, account: named.account });
    }
    if (typeof input.QueueName === "string") return queueArn(input.QueueName, place);
    return typeof input.SourceArn === "string" ? input.SourceArn : undefined;
  },
  tags: (queue) => queue.tags,
  indexes: {
    "dead-letter-target": (queue) =>
      queue.redrivePolicy && [queue.redrivePolicy.deadLetterTargetArn, queue.name],
  },
  cached: true,
});

export function queueArn(name: string, place: Place): string {
  return `arn:aws:sqs:${place.region}:${place.account}:${name}`;
}

/** A queue, and the transaction looking at the account that owns it. */
export interface OpenQueue {
  readonly queue: QueueState;
  readonly tx: Transaction;
}

/** The queue of a URL, if the caller may do `action` to it. Whatever host the URL names, its path tells the account and the queue; the region is the call's. */
export async function openQueue(tx: Transaction, url: string, action: QueueAction): Promise<OpenQueue> {
  const named = parseQueueUrl(url);
  if (named === undefined) {
    throw fault(sqs, "InvalidAddress", `The address ${url} is not valid for this endpoint.`);
  }
  const owner = named.account === tx.account ? tx : tx.at({ account: named.account });
  const queue = await owner.get(Queue, named.name);
  if (queue === undefined) throw queueDoesNotExist();
  checkAccess(tx, owner.account, queue, action);
  return { queue, tx: owner };
}

/** The queue of an ARN; undefined where there is none, or the ARN is another service's. */
export async function findQueue(tx: Transaction, arn: string): Promise<OpenQueue | undefined> {
  const [, , service, region, account, name, ...rest] = arn.split(":");
  if (service !== "sqs" || !region || !account || !name || rest.length > 0) return undefined;
  const owner = tx.at({ account, region });
  const queue = await owner.get(Queue, name);
  return queue && { queue, tx: owner };
}

export function queueUrl(tx: Transaction, name: string): string {
  return `${tx.endpoint}/${tx.account}/${name}`;
}

function parseQueueUrl(url: string): { readonly account: string; readonly name: string } | undefined {
  const match = /\/(\d{12})\/([A-Za-z0-9_.-]+)\/?$/.exec(url);
  return match === null ? undefined : { account: match[1]!, name: match[2]! };
}

/** What long polls for a queue's messages wait for. */
export function queueTopic(queue: QueueState): string {
  return `sqs.${queue.id}`;
}
