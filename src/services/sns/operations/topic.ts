// CreateTopic, DeleteTopic, ListTopics.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  CreateTopicInput,
  CreateTopicResponse,
  DeleteTopicInput,
  ListTopicsInput,
  ListTopicsResponse,
} from "../../../model/generated/sns.d.ts";
import { ensureFanOut } from "../delivery/fan-out.ts";
import { invalidParameter } from "../faults.ts";
import { checkDataProtectionPolicy } from "../protection/policy.ts";
import { checkAccess } from "../topics/access.ts";
import { clearTopic } from "../topics/clear.ts";
import { checkTags, tagsOf } from "../topics/tags.ts";
import { parseArn, Topic, type TopicState, topicArn } from "../topics/topic.ts";
import { checkNewAttributes, parseArchivePolicy } from "../topics/topic-attributes.ts";

const pageSize = 100;

export async function createTopic(input: CreateTopicInput, tx: Transaction): Promise<CreateTopicResponse> {
  const { fifo, attributes } = checkNewAttributes(input.Attributes ?? {});
  checkName(input.Name, fifo);
  const tags = tagsOf(input.Tags);
  checkTags(tags);
  const { DataProtectionPolicy: dataProtectionPolicy } = input;
  if (dataProtectionPolicy !== undefined) checkDataProtectionPolicy(dataProtectionPolicy, fifo);
  const arn = topicArn(input.Name, tx);
  const existing = await tx.get(Topic, input.Name);
  if (existing !== undefined) {
    checkSame(existing, { fifo, attributes, tags, given: input });
    return { TopicArn: existing.arn };
  }
  const topic: TopicState = {
    name: input.Name,
    id: tx.ids.hex(16),
    arn,
    account: tx.account,
    fifo,
    createdAt: tx.now,
    attributes: Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== "")),
    tags,
    dataProtectionPolicy,
    ...(parseArchivePolicy(attributes.ArchivePolicy) !== undefined && { archivingSince: tx.now }),
  };
  tx.put(Topic, topic);
  await ensureFanOut(tx);
  return { TopicArn: arn };
}

/** To delete what is not there is no error. Its subscriptions go with it, step by step. */
export async function deleteTopic(
  { TopicArn }: DeleteTopicInput,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { place, name, id } = parseArn(TopicArn, "TopicArn");
  if (place.region !== caller.region || id !== undefined) throw invalidParameter("TopicArn");
  const tx = caller.at({ account: place.account });
  const topic = await tx.get(Topic, name);
  checkAccess(caller, { arn: TopicArn, account: place.account, topic }, "DeleteTopic");
  if (topic === undefined) return {};
  tx.delete(Topic, name);
  tx.enqueue(clearTopic, { topicId: topic.id });
  return {};
}

export async function listTopics(
  { NextToken }: ListTopicsInput,
  tx: Transaction,
): Promise<ListTopicsResponse> {
  const { values, cursor } = await tx.list(Topic, { cursor: NextToken, limit: pageSize });
  return { Topics: values.map(({ arn }) => ({ TopicArn: arn })), NextToken: cursor };
}

function checkName(name: string, fifo: boolean): void {
  if (fifo && !/^[A-Za-z0-9_-]{1,251}\.fifo$/.test(name)) {
    throw invalidParameter(
      "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.",
    );
  }
  if (!fifo && !/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw invalidParameter("Topic Name");
}

interface Wanted {
  readonly fifo: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly given: CreateTopicInput;
}

function checkSame(topic: TopicState, { fifo, attributes, tags, given }: Wanted): void {
  const changed = Object.entries(attributes).some(
    ([name, value]) => (topic.attributes[name] ?? "") !== value,
  );
  if (changed || fifo !== topic.fifo) {
    throw invalidParameter("Attributes", "Topic already exists with different attributes");
  }
  if (given.Tags === undefined || given.Tags.length === 0) return;
  const names = Object.keys(tags);
  if (
    names.length !== Object.keys(topic.tags).length ||
    names.some((name) => tags[name] !== topic.tags[name])
  ) {
    throw invalidParameter("Tags", "Topic already exists with different tags");
  }
}
