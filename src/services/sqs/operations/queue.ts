// Queues as such: create, find, list, delete, purge.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  CreateQueueRequest,
  CreateQueueResult,
  DeleteQueueRequest,
  GetQueueUrlRequest,
  GetQueueUrlResult,
  ListDeadLetterSourceQueuesRequest,
  ListDeadLetterSourceQueuesResult,
  ListQueuesRequest,
  ListQueuesResult,
  PurgeQueueRequest,
} from "../../../model/generated/sqs.d.ts";
import { checkAccess } from "../access.ts";
import { invalidParameter, invalidValue, queueDoesNotExist, sqs } from "../faults.ts";
import { deleteMessages, deleteTraces } from "../messages/keys.ts";
import { MoveTask } from "../move-task.ts";
import { openQueue, Queue, type QueueState, queueArn, queueTopic, queueUrl } from "../queue.ts";
import { defaultSettings, differingAttribute, withAttributes } from "../queue-attributes.ts";
import { checkRedriveTarget } from "../redrive-policy.ts";
import { checkTags } from "./tags.ts";

const purgeIntervalMilliseconds = 60_000;
const largestPage = 1000;

export async function createQueue(input: CreateQueueRequest, tx: Transaction): Promise<CreateQueueResult> {
  const { QueueName: name, Attributes: given = {}, tags = {} } = input;
  const fifo = given.FifoQueue === "true";
  checkName(name, fifo);
  checkTags(tags);
  const plain: QueueState = {
    ...defaultSettings,
    name,
    id: tx.ids.hex(16),
    arn: queueArn(name, tx),
    fifo,
    createdAt: tx.now,
    modifiedAt: tx.now,
    tags,
  };
  const queue = withAttributes(plain, given, true);
  const existing = await tx.get(Queue, name);
  if (existing !== undefined) {
    const differing = differingAttribute(existing, queue, given);
    if (differing !== undefined) {
      throw fault(
        sqs,
        "QueueNameExists",
        `A queue already exists with the same name and a different value for attribute ${differing}`,
      );
    }
    return { QueueUrl: queueUrl(tx, name) };
  }
  await checkRedriveTarget(tx, queue);
  tx.put(Queue, queue);
  return { QueueUrl: queueUrl(tx, name) };
}

export async function getQueueUrl(
  input: GetQueueUrlRequest,
  caller: Transaction,
): Promise<GetQueueUrlResult> {
  const owner = input.QueueOwnerAWSAccountId;
  const tx = owner === undefined ? caller : caller.at({ account: owner });
  const queue = await tx.get(Queue, input.QueueName);
  if (queue === undefined) throw queueDoesNotExist();
  checkAccess(caller, tx.account, queue, "GetQueueUrl");
  return { QueueUrl: queueUrl(tx, input.QueueName) };
}

export async function listQueues(input: ListQueuesRequest, tx: Transaction): Promise<ListQueuesResult> {
  const page = await tx.list(Queue, {
    startsWith: input.QueueNamePrefix,
    cursor: input.NextToken,
    limit: pageSize(input.MaxResults),
  });
  if (page.values.length === 0) return {};
  return {
    QueueUrls: page.values.map((queue) => queueUrl(tx, queue.name)),
    ...nextToken(input.MaxResults, page.cursor),
  };
}

export async function listDeadLetterSourceQueues(
  input: ListDeadLetterSourceQueuesRequest,
  caller: Transaction,
): Promise<ListDeadLetterSourceQueuesResult> {
  const { queue, tx } = await openQueue(caller, input.QueueUrl, "ListDeadLetterSourceQueues");
  const page = await tx.list(Queue, {
    index: "dead-letter-target",
    prefix: [queue.arn],
    cursor: input.NextToken,
    limit: pageSize(input.MaxResults),
  });
  return {
    queueUrls: page.values.map((source) => queueUrl(tx, source.name)),
    ...nextToken(input.MaxResults, page.cursor),
  };
}

export async function deleteQueue(
  { QueueUrl }: DeleteQueueRequest,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { queue, tx } = await openQueue(caller, QueueUrl, "DeleteQueue");
  tx.delete(Queue, queue.name);
  for (const task of await tx.all(MoveTask, [queue.arn])) tx.delete(MoveTask, queue.arn, task.id);
  deleteTraces(tx, queue);
  tx.notify(queueTopic(queue));
  return {};
}

export async function purgeQueue(
  { QueueUrl }: PurgeQueueRequest,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { queue, tx } = await openQueue(caller, QueueUrl, "PurgeQueue");
  if (queue.purgedAt !== undefined && tx.now < queue.purgedAt + purgeIntervalMilliseconds) {
    throw fault(
      sqs,
      "PurgeQueueInProgress",
      `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
    );
  }
  tx.put(Queue, { ...queue, purgedAt: tx.now });
  deleteMessages(tx, queue);
  return {};
}

function checkName(name: string, fifo: boolean): void {
  if (fifo) {
    if (/^[A-Za-z0-9_-]+\.fifo$/.test(name) && name.length <= 80) return;
    throw invalidValue(
      "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.",
    );
  }
  if (/^[A-Za-z0-9_-]{1,80}$/.test(name)) return;
  throw invalidValue("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
}

function pageSize(asked: number | undefined): number {
  if (asked !== undefined && (asked < 1 || asked > largestPage)) {
    throw invalidParameter(
      "MaxResults",
      asked,
      `MaxResults must be an integer between 1 and ${largestPage}.`,
    );
  }
  return asked ?? largestPage;
}

/** Only those who ask for pages get them. */
function nextToken(asked: number | undefined, cursor: string | undefined): { readonly NextToken?: string } {
  return asked === undefined || cursor === undefined ? {} : { NextToken: cursor };
}
