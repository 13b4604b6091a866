// Topics: names, attributes, policies, tags, and who may do what.

import { describe, expect, test } from "vitest";
import { anonymousPrincipal, rootPrincipal, servicePrincipal } from "../../../core/principal.ts";
import kms from "../../kms/index.ts";
import { testCloud } from "../../test-cloud.ts";
import sns from "../index.ts";
import { heard, snsCloud, topic } from "../test-topic.ts";

describe("CreateTopic", () => {
  test("answers the same topic for the same attributes and tags, and refuses others", async () => {
    const cloud = await snsCloud();
    const create = (input: object) => cloud.call("sns", "CreateTopic", { Name: "t", ...input });
    const arn = "arn:aws:sns:us-east-1:000000000000:t";
    expect(await create({ Tags: [{ Key: "a", Value: "1" }] })).toEqual({ TopicArn: arn });
    expect(await create({})).toEqual({ TopicArn: arn });
    await expect(create({ Attributes: { DisplayName: "x" } })).rejects.toThrow(
      "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
    );
    await expect(create({ Tags: [{ Key: "a", Value: "2" }] })).rejects.toThrow(
      "Invalid parameter: Tags Reason: Topic already exists with different tags",
    );
  });

  test.each([
    ["a b", {}, "Invalid parameter: Topic Name"],
    ["a.fifo", {}, "Invalid parameter: Topic Name"],
    ["a", { FifoTopic: "true" }, "Invalid parameter: Fifo Topic names must end with .fifo"],
    ["a", { Nonsense: "1" }, "Invalid parameter: AttributeName"],
    ["a", { SignatureVersion: "3" }, "Invalid parameter: SignatureVersion"],
    ["a", { KmsMasterKeyId: "what ever" }, "Invalid parameter: KmsMasterKeyId"],
    ["a", { Policy: "{}" }, "Invalid parameter: Policy Error"],
    ["a", { DeliveryPolicy: '{"http":{"defaultHealthyRetryPolicy":{"numRetries":101}}}' }, "DeliveryPolicy"],
    ["a", { ContentBasedDeduplication: "true" }, "only supported for FIFO topics"],
  ])("refuses %s with %j", async (Name, Attributes, message) => {
    const cloud = await snsCloud();
    await expect(cloud.call("sns", "CreateTopic", { Name, Attributes })).rejects.toThrow(message);
  });

  test("under a former name begins without the former subscriptions", async () => {
    const cloud = await snsCloud();
    const TopicArn = await topic(cloud);
    const queue = await heard(cloud, TopicArn, "q");
    await cloud.call("sns", "DeleteTopic", { TopicArn });
    await expect(cloud.call("sns", "Publish", { TopicArn, Message: "m" })).rejects.toMatchObject({
      code: "NotFound",
      message: "Topic does not exist",
    });
    await topic(cloud);
    await cloud.call("sns", "Publish", { TopicArn, Message: "m" });
    expect(await queue.texts()).toEqual([]);
    expect((await cloud.call("sns", "ListSubscriptions")).Subscriptions).toEqual([]);
  });
});

test("GetTopicAttributes shows defaults, what was set, and counts", async () => {
  const cloud = await snsCloud();
  const TopicArn = await topic(cloud);
  const queue = await heard(cloud, TopicArn, "q");
  await heard(cloud, TopicArn, "r");
  await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "email", Endpoint: "a@example.com" });
  await cloud.call("sns", "Unsubscribe", { SubscriptionArn: queue.subscription });
  const { Attributes } = await cloud.call("sns", "GetTopicAttributes", { TopicArn });
  expect(Attributes).toMatchObject({
    TopicArn,
    Owner: "000000000000",
    DisplayName: "",
    SubscriptionsConfirmed: "1",
    SubscriptionsPending: "1",
    SubscriptionsDeleted: "1",
    EffectiveDeliveryPolicy:
      '{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}',
  });
  expect(JSON.parse(Attributes.Policy)).toMatchObject({ Id: "__default_policy_ID" });
});

test("lists come in pages of a hundred, and a strange token is refused", async () => {
  const cloud = await snsCloud();
  const TopicArn = await topic(cloud);
  for (let at = 0; at < 101; at++) await topic(cloud, `t${at}`);
  for (let at = 0; at < 101; at++) {
    const Endpoint = `+1555010${String(at).padStart(4, "0")}`;
    await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "sms", Endpoint });
  }
  for (const [operation, member] of [
    ["ListTopics", "Topics"],
    ["ListSubscriptions", "Subscriptions"],
    ["ListSubscriptionsByTopic", "Subscriptions"],
  ] as const) {
    const input = operation === "ListSubscriptionsByTopic" ? { TopicArn } : {};
    const first = await cloud.call("sns", operation, input);
    const second = await cloud.call("sns", operation, { ...input, NextToken: first.NextToken });
    expect([first[member].length, second[member].length > 0, second.NextToken]).toEqual([
      100,
      true,
      undefined,
    ]);
    await expect(cloud.call("sns", operation, { ...input, NextToken: "?" })).rejects.toMatchObject({
      code: "InvalidParameter",
    });
  }
});

describe("the policy", () => {
  const stranger = { principal: rootPrincipal("111111111111") };

  test("lets other accounts in where a permission says so, and only there", async () => {
    const cloud = await snsCloud();
    const TopicArn = await topic(cloud);
    const publish = () => cloud.as(stranger).call("sns", "Publish", { TopicArn, Message: "m" });
    await expect(publish()).rejects.toMatchObject({ code: "AuthorizationError" });
    await cloud.call("sns", "AddPermission", {
      TopicArn,
      Label: "friend",
      AWSAccountId: ["111111111111"],
      ActionName: ["Publish"],
    });
    await publish();
    await expect(cloud.as(stranger).call("sns", "GetTopicAttributes", { TopicArn })).rejects.toMatchObject({
      code: "AuthorizationError",
    });
    const nobody = cloud.as({ principal: anonymousPrincipal(), account: "000000000000" });
    await expect(nobody.call("sns", "Publish", { TopicArn, Message: "m" })).rejects.toMatchObject({
      code: "AuthorizationError",
    });
    await cloud.call("sns", "RemovePermission", { TopicArn, Label: "friend" });
    await expect(publish()).rejects.toMatchObject({ code: "AuthorizationError" });
  });

  test("denies the owner's account what it denies everybody", async () => {
    const cloud = await snsCloud();
    const TopicArn = await topic(cloud);
    const Statement = [{ Effect: "Deny", Principal: "*", Action: "sns:Publish", Resource: TopicArn }];
    await cloud.call("sns", "SetTopicAttributes", {
      TopicArn,
      AttributeName: "Policy",
      AttributeValue: JSON.stringify({ Version: "2012-10-17", Statement }),
    });
    await expect(cloud.call("sns", "Publish", { TopicArn, Message: "m" })).rejects.toMatchObject({
      code: "AuthorizationError",
    });
  });

  test("lets a service publish for the resource that it names, and for no other", async () => {
    const cloud = await snsCloud();
    const TopicArn = await topic(cloud);
    const rule = "arn:aws:events:us-east-1:000000000000:rule/r";
    const publish = (arn: string) =>
      cloud
        .as({ principal: servicePrincipal("events.amazonaws.com", "000000000000", arn) })
        .call("sns", "Publish", { TopicArn, Message: "m" });
    await publish(rule);
    const Statement = [
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sns:Publish",
        Resource: TopicArn,
        Condition: { ArnEquals: { "aws:SourceArn": rule } },
      },
    ];
    await cloud.call("sns", "SetTopicAttributes", {
      TopicArn,
      AttributeName: "Policy",
      AttributeValue: JSON.stringify({ Version: "2012-10-17", Statement }),
    });
    await publish(rule);
    await expect(publish(`${rule}2`)).rejects.toMatchObject({ code: "AuthorizationError" });
    await cloud.call("sns", "Publish", { TopicArn, Message: "m" });
  });

  test("of another account's subscriber leaves the queue's owner to confirm", async () => {
    const cloud = await snsCloud();
    const TopicArn = await topic(cloud);
    const Endpoint = "arn:aws:sqs:us-east-1:111111111111:theirs";
    const Statement = [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: Endpoint,
        Condition: { ArnEquals: { "aws:SourceArn": TopicArn } },
      },
    ];
    const Attributes = { Policy: JSON.stringify({ Version: "2012-10-17", Statement }) };
    await cloud.as(stranger).call("sqs", "CreateQueue", { QueueName: "theirs", Attributes });
    const answer = await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "sqs", Endpoint });
    expect(answer.SubscriptionArn).toBe("pending confirmation");
    await cloud.settle();
    const QueueUrl = "http://localhost:4566/111111111111/theirs";
    const { Messages } = await cloud.as(stranger).call("sqs", "ReceiveMessage", { QueueUrl });
    expect(JSON.parse(Messages[0].Body)).toMatchObject({ Type: "SubscriptionConfirmation", TopicArn });
  });
});

test.each([
  [{ Message: "" }, "Invalid parameter: Empty message"],
  [{ Message: "x".repeat(262_145) }, "Invalid parameter: Message too long"],
  [{ Message: "m", Subject: "a\nb" }, "Invalid parameter: Subject"],
  [{ Message: "m", MessageStructure: "xml" }, "Invalid parameter: MessageStructure"],
  [
    { Message: "m", MessageDeduplicationId: "d" },
    "The request includes MessageDeduplicationId parameter that is not valid for this topic type",
  ],
  [
    { Message: "m", MessageAttributes: { n: { DataType: "Number", StringValue: "x" } } },
    "Could not cast message attribute 'n' value to number.",
  ],
])("Publish refuses what is wrong: %#", async (input, message) => {
  const cloud = await snsCloud();
  const TopicArn = await topic(cloud);
  await expect(cloud.call("sns", "Publish", { TopicArn, ...input })).rejects.toThrow(message);
});

test("an encrypted topic takes messages while its key can be used", async () => {
  const cloud = await testCloud([sns, kms]);
  const { KeyMetadata } = await cloud.call("kms", "CreateKey");
  const { KeyId } = KeyMetadata;
  const TopicArn = await topic(cloud, "t", { KmsMasterKeyId: KeyId });
  const publish = () => cloud.call("sns", "Publish", { TopicArn, Message: "m" });
  await publish();
  await cloud.call("kms", "DisableKey", { KeyId });
  await expect(publish()).rejects.toMatchObject({
    code: "KMSDisabled",
    message: `${KeyMetadata.Arn} is disabled.`,
  });
  const set = { TopicArn, AttributeName: "KmsMasterKeyId" };
  await cloud.call("sns", "SetTopicAttributes", { ...set, AttributeValue: "alias/none" });
  await expect(publish()).rejects.toMatchObject({ code: "KMSNotFound" });
  await cloud.call("sns", "SetTopicAttributes", { ...set, AttributeValue: "alias/aws/sns" });
  await publish();
  await cloud.stop();
});

test("a topic is tagged, and its tags listed", async () => {
  const cloud = await snsCloud();
  const ResourceArn = await topic(cloud);
  const Tags = [{ Key: "a", Value: "1" }];
  await cloud.call("sns", "TagResource", { ResourceArn, Tags: [...Tags, { Key: "b", Value: "2" }] });
  await cloud.call("sns", "UntagResource", { ResourceArn, TagKeys: ["b"] });
  expect(await cloud.call("sns", "ListTagsForResource", { ResourceArn })).toEqual({ Tags });
  await expect(
    cloud.call("sns", "ListTagsForResource", { ResourceArn: `${ResourceArn}x` }),
  ).rejects.toMatchObject({ code: "ResourceNotFound" });
});
