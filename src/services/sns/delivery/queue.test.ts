// What arrives in queues: envelopes, raw texts, and what becomes of what cannot arrive.

import { createPublicKey, verify, X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { TestCloud } from "../../test-cloud.ts";
import { certificateEndpoint } from "../endpoints.ts";
import { textToSign } from "../messages/signing.ts";
import { heard, snsCloud, topic } from "../test-topic.ts";

async function certificate(cloud: TestCloud, url: string): Promise<X509Certificate> {
  const name = url.slice(url.lastIndexOf("/") + 1);
  const info = {
    requestId: "r",
    principal: { type: "anonymous", account: "", arn: "*", userId: "" } as const,
    endpoint: "",
    sourceIp: "",
    userAgent: "",
  };
  const place = { account: "000000000000", region: "us-east-1" };
  const response = await cloud.kernel.serve(place, info, new AbortController().signal, (ctx) =>
    certificateEndpoint.handle({ method: "GET" } as never, { certificate: name }, ctx, () =>
      Promise.reject(new Error("unsigned")),
    ),
  );
  return new X509Certificate(String(response!.body));
}

describe("an envelope", () => {
  test("is laid out as AWS does, down to its white space", async () => {
    const cloud = await snsCloud();
    const arn = await topic(cloud);
    const queue = await heard(cloud, arn, "q");
    const { MessageId } = await cloud.call("sns", "Publish", {
      TopicArn: arn,
      Message: 'say "hi" ✓',
      Subject: "Greeting",
      MessageAttributes: {
        colour: { DataType: "String", StringValue: "red" },
        size: { DataType: "Number", StringValue: "5" },
      },
    });
    const [{ Body }] = (await queue.messages()) as [{ Body: string }];
    const { Signature, SigningCertURL } = JSON.parse(Body);
    expect(Body).toBe(`{
  "Type" : "Notification",
  "MessageId" : "${MessageId}",
  "TopicArn" : "${arn}",
  "Subject" : "Greeting",
  "Message" : "say \\"hi\\" ✓",
  "Timestamp" : "2024-01-01T00:00:00.000Z",
  "SignatureVersion" : "1",
  "Signature" : "${Signature}",
  "SigningCertURL" : "${SigningCertURL}",
  "UnsubscribeURL" : "http://localhost:4566/?Action=Unsubscribe&SubscriptionArn=${queue.subscription}&Version=2010-03-31",
  "MessageAttributes" : {
    "colour" : {"Type":"String","Value":"red"},
    "size" : {"Type":"Number","Value":"5"}
  }
}`);
  });

  test.each([
    ["1", "sha1"],
    ["2", "sha256"],
  ])("of version %s is signed with %s by the certificate at its address", async (version, digest) => {
    const cloud = await snsCloud();
    const arn = await topic(cloud, "t", { SignatureVersion: version });
    const queue = await heard(cloud, arn, "q");
    await cloud.call("sns", "Publish", { TopicArn: arn, Message: "m", Subject: "s" });
    const [{ Body }] = (await queue.messages()) as [{ Body: string }];
    const { Type, Message, MessageId, Subject, Timestamp, TopicArn, ...rest } = JSON.parse(Body);
    const x509 = await certificate(cloud, rest.SigningCertURL);
    expect(x509.verify(x509.publicKey)).toBe(true);
    expect(x509.checkHost("sns.us-east-1.amazonaws.com")).toBe("sns.us-east-1.amazonaws.com");
    expect(Date.parse(x509.validTo)).toBeGreaterThan(Date.UTC(2033, 0, 1));
    const text = textToSign({ Type, Message, MessageId, Subject, Timestamp, TopicArn });
    const key = createPublicKey(x509.publicKey.export({ type: "spki", format: "pem" }));
    expect(rest.SignatureVersion).toBe(version);
    expect(verify(digest, Buffer.from(text), key, Buffer.from(rest.Signature, "base64"))).toBe(true);
    expect(verify(digest, Buffer.from(`${text}x`), key, Buffer.from(rest.Signature, "base64"))).toBe(false);
  });
});

test("raw delivery brings the text and its attributes as they were", async () => {
  const cloud = await snsCloud();
  const arn = await topic(cloud);
  const queue = await heard(cloud, arn, "q", { RawMessageDelivery: "true" });
  const MessageAttributes = {
    a: { DataType: "String", StringValue: "x" },
    b: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) },
  };
  await cloud.call("sns", "Publish", { TopicArn: arn, Message: "plain", MessageAttributes });
  const [message] = await queue.messages();
  expect(message.Body).toBe("plain");
  expect(message.MessageAttributes.a).toEqual(MessageAttributes.a);
  expect(Buffer.from(message.MessageAttributes.b.BinaryValue)).toEqual(Buffer.from([0, 255]));
});

test("MessageStructure json gives each protocol its own text", async () => {
  const cloud = await snsCloud();
  const arn = await topic(cloud);
  const queue = await heard(cloud, arn, "q", { RawMessageDelivery: "true" });
  const publish = (message: object) =>
    cloud.call("sns", "Publish", {
      TopicArn: arn,
      Message: JSON.stringify(message),
      MessageStructure: "json",
    });
  await publish({ default: "for all", sqs: "for queues" });
  await publish({ default: "for all", lambda: "for functions" });
  expect(await queue.texts()).toEqual(["for queues", "for all"]);
  await expect(publish({ sqs: "x" })).rejects.toThrow(
    "Invalid parameter: Message Structure - No default entry in JSON message body",
  );
});

test("many subscriptions all hear all messages, those of a deleted one end", async () => {
  const cloud = await snsCloud();
  const arn = await topic(cloud);
  const queues = await Promise.all(["a", "b", "c"].map((name) => heard(cloud, arn, name)));
  const PublishBatchRequestEntries = Array.from({ length: 10 }, (_, at) => ({
    Id: String(at),
    Message: `m${at}`,
  }));
  const { Successful, Failed } = await cloud.call("sns", "PublishBatch", {
    TopicArn: arn,
    PublishBatchRequestEntries,
  });
  expect([Successful.length, Failed.length]).toEqual([10, 0]);
  for (const queue of queues) expect(await queue.texts()).toHaveLength(10);
  await cloud.call("sns", "Unsubscribe", { SubscriptionArn: queues[0]?.subscription });
  await cloud.call("sns", "Publish", { TopicArn: arn, Message: "later" });
  expect(await queues[0]?.texts()).toEqual([]);
  expect(await queues[1]?.texts()).toEqual(["later"]);
});

test("a queue that is gone loses its messages to the dead-letter queue, at once and without retry", async () => {
  const cloud = await snsCloud();
  const arn = await topic(cloud);
  const dead = await heard(cloud, await topic(cloud, "other"), "dead");
  const queue = await heard(cloud, arn, "q", {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn }),
  });
  const { QueueUrl } = await cloud.call("sqs", "GetQueueUrl", { QueueName: "q" });
  await cloud.call("sqs", "DeleteQueue", { QueueUrl });
  const { MessageId } = await cloud.call("sns", "Publish", { TopicArn: arn, Message: "lost" });
  const [message] = await dead.messages();
  expect(JSON.parse(message.Body)).toMatchObject({ MessageId, Message: "lost" });
  expect(queue.subscription).toContain(arn);
});

test("delivery status logs tell of successes and failures, without the text", async () => {
  const cloud = await snsCloud();
  const role = "arn:aws:iam::000000000000:role/feedback";
  const arn = await topic(cloud, "t", {
    SQSSuccessFeedbackRoleArn: role,
    SQSSuccessFeedbackSampleRate: "100",
    SQSFailureFeedbackRoleArn: role,
  });
  const queue = await heard(cloud, arn, "q");
  await cloud.call("sns", "Publish", { TopicArn: arn, Message: "a secret" });
  expect(await queue.texts()).toEqual(["a secret"]);
  const { QueueUrl } = await cloud.call("sqs", "GetQueueUrl", { QueueName: "q" });
  await cloud.call("sqs", "DeleteQueue", { QueueUrl });
  await cloud.call("sns", "Publish", { TopicArn: arn, Message: "another" });
  await cloud.settle();
  const events = async (logGroupName: string) =>
    (await cloud.call("logs", "FilterLogEvents", { logGroupName })).events.map((event: { message: string }) =>
      JSON.parse(event.message),
    );
  const [success] = await events("sns/us-east-1/000000000000/t");
  expect(success).toMatchObject({ status: "SUCCESS", delivery: { destination: queue.arn, statusCode: 200 } });
  expect(JSON.stringify(success)).not.toContain("secret");
  const [failure] = await events("sns/us-east-1/000000000000/t/Failure");
  expect(failure).toMatchObject({ status: "FAILURE", delivery: { statusCode: 400 } });
});
