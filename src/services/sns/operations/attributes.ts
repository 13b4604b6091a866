// GetTopicAttributes, SetTopicAttributes, AddPermission, RemovePermission, and
// the data protection policy.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  AddPermissionInput,
  GetDataProtectionPolicyInput,
  GetDataProtectionPolicyResponse,
  GetTopicAttributesInput,
  GetTopicAttributesResponse,
  PutDataProtectionPolicyInput,
  RemovePermissionInput,
  SetTopicAttributesInput,
} from "../../../model/generated/sns.d.ts";
import { invalidParameter } from "../faults.ts";
import { oldestArchived } from "../messages/archive.ts";
import { checkDataProtectionPolicy } from "../protection/policy.ts";
import { subscriptionCounts } from "../subscriptions/subscription.ts";
import { openTopic, Topic } from "../topics/topic.ts";
import { showAttributes, withAttribute } from "../topics/topic-attributes.ts";
import { withoutPermission, withPermission } from "../topics/topic-policy.ts";

export async function getTopicAttributes(
  { TopicArn }: GetTopicAttributesInput,
  caller: Transaction,
): Promise<GetTopicAttributesResponse> {
  const { topic, tx } = await openTopic(caller, TopicArn, "GetTopicAttributes");
  const counts = await subscriptionCounts(tx, topic);
  return { Attributes: showAttributes(topic, counts, await oldestArchived(tx, topic)) };
}

export async function setTopicAttributes(
  { TopicArn, AttributeName, AttributeValue = "" }: SetTopicAttributesInput,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { topic, tx } = await openTopic(caller, TopicArn, "SetTopicAttributes");
  tx.put(Topic, withAttribute(topic, AttributeName, AttributeValue, tx.now));
  return {};
}

export async function addPermission(
  input: AddPermissionInput,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { topic, tx } = await openTopic(caller, input.TopicArn, "AddPermission");
  const { Label: label, AWSAccountId: accounts, ActionName: actions } = input;
  if (label === "") throw invalidParameter("Label");
  const Policy = withPermission(topic, { label, accounts, actions });
  tx.put(Topic, { ...topic, attributes: { ...topic.attributes, Policy } });
  return {};
}

export async function removePermission(
  { TopicArn, Label }: RemovePermissionInput,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { topic, tx } = await openTopic(caller, TopicArn, "RemovePermission");
  const Policy = withoutPermission(topic, Label);
  tx.put(Topic, { ...topic, attributes: { ...topic.attributes, Policy } });
  return {};
}

export async function getDataProtectionPolicy(
  { ResourceArn }: GetDataProtectionPolicyInput,
  caller: Transaction,
): Promise<GetDataProtectionPolicyResponse> {
  const { topic } = await openTopic(caller, ResourceArn, "GetDataProtectionPolicy", "ResourceArn");
  return { DataProtectionPolicy: topic.dataProtectionPolicy ?? "" };
}

export async function putDataProtectionPolicy(
  { ResourceArn, DataProtectionPolicy }: PutDataProtectionPolicyInput,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { topic, tx } = await openTopic(caller, ResourceArn, "PutDataProtectionPolicy", "ResourceArn");
  if (DataProtectionPolicy !== "") checkDataProtectionPolicy(DataProtectionPolicy, topic.fifo);
  const dataProtectionPolicy = DataProtectionPolicy === "" ? undefined : DataProtectionPolicy;
  tx.put(Topic, { ...topic, dataProtectionPolicy });
  return {};
}
