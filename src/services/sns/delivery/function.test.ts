// What functions and Firehose streams hear, told by services that keep what
// they are given.

import { describe, expect, test } from "vitest";
import { Fault } from "../../../core/fault.ts";
import type { Principal } from "../../../core/principal.ts";
import { defineService } from "../../../core/service.ts";
import type { Firehose } from "../../../model/generated/firehose.d.ts";
import type { Lambda } from "../../../model/generated/lambda.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { DeliveryStreamName, testFirehose } from "../../firehose/test-firehose.ts";
import logs from "../../logs/index.ts";
import sqs from "../../sqs/index.ts";
import { testCloud } from "../../test-cloud.ts";
import sns from "../index.ts";
import { heard, topic } from "../test-topic.ts";

/** Answers with the next fault, or well. */
function listening(...faults: readonly Fault[]) {
  const given: { readonly input: Record<string, never>; readonly principal: Principal }[] = [];
  const answers = [...faults];
  const keep = (input: object, principal: Principal) => {
    given.push({ input: input as Record<string, never>, principal });
    const fault = answers.shift();
    if (fault !== undefined) throw fault;
  };
  const lambda = defineService<Lambda>({
    model: modelOf<Lambda>("lambda"),
    resources: [],
    operations: {
      Invoke: {
        waits: async (input, { principal }) => {
          keep(input, principal);
          return { StatusCode: 202 };
        },
      },
    },
  });
  const firehose = defineService<Firehose>({
    model: modelOf<Firehose>("firehose"),
    resources: [],
    operations: {
      PutRecordBatch: {
        waits: async (input, { principal }) => {
          keep(input, principal);
          const RequestResponses = input.Records.map(() => ({ RecordId: "r" }));
          return { FailedPutCount: 0, RequestResponses };
        },
      },
    },
  });
  return { given, services: [sns, sqs, logs, lambda, firehose] };
}

const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:f";

describe("a function", () => {
  test("is invoked with one record, on the topic's behalf", async () => {
    const { given, services } = listening();
    const cloud = await testCloud(services);
    const TopicArn = await topic(cloud);
    const { SubscriptionArn } = await cloud.call("sns", "Subscribe", {
      TopicArn,
      Protocol: "lambda",
      Endpoint: functionArn,
    });
    const MessageAttributes = { a: { DataType: "String", StringValue: "x" } };
    const { MessageId } = await cloud.call("sns", "Publish", { TopicArn, Message: "m", MessageAttributes });
    await cloud.settle();
    const [{ input, principal }] = given as [(typeof given)[0]];
    expect(principal).toMatchObject({ service: "sns.amazonaws.com", sourceArn: TopicArn });
    expect(input).toMatchObject({ FunctionName: functionArn, InvocationType: "Event" });
    const { Records } = JSON.parse(Buffer.from(input.Payload!).toString());
    expect(Records).toEqual([
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: SubscriptionArn,
        Sns: {
          Type: "Notification",
          MessageId,
          TopicArn,
          Subject: null,
          Message: "m",
          Timestamp: "2024-01-01T00:00:00.000Z",
          SignatureVersion: "1",
          Signature: expect.stringMatching(/^[A-Za-z0-9+/]{342}==$/),
          SigningCertUrl: expect.stringMatching(/\.pem$/),
          UnsubscribeUrl: expect.stringContaining(SubscriptionArn),
          MessageAttributes: { a: { Type: "String", Value: "x" } },
        },
      },
    ]);
    await cloud.stop();
  });

  test("that is throttled hears the message again: three times at once, then after a second", async () => {
    const throttled = new Fault("lambda", "TooManyRequestsException", "Rate Exceeded.");
    const { given, services } = listening(throttled, throttled, throttled, throttled, throttled);
    const cloud = await testCloud(services);
    const TopicArn = await topic(cloud);
    await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "lambda", Endpoint: functionArn });
    await cloud.call("sns", "Publish", { TopicArn, Message: "m" });
    await cloud.settle();
    expect(given).toHaveLength(4);
    await cloud.advance(999);
    expect(given).toHaveLength(4);
    await cloud.advance(1001);
    expect(given).toHaveLength(6);
    await cloud.advance(3_600_000);
    expect(given).toHaveLength(6);
    await cloud.stop();
  });

  test("that is gone does not hear it again: the dead-letter queue does", async () => {
    const gone = new Fault("lambda", "ResourceNotFoundException", "Function not found");
    const { given, services } = listening(gone);
    const cloud = await testCloud(services);
    const TopicArn = await topic(cloud);
    const dead = await heard(cloud, await topic(cloud, "other"), "dead");
    const Attributes = { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn }) };
    await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "lambda", Endpoint: functionArn, Attributes });
    await cloud.call("sns", "Publish", { TopicArn, Message: "m" });
    await cloud.advance(3_600_000);
    expect(given).toHaveLength(1);
    expect(await dead.texts()).toEqual(["m"]);
    await cloud.stop();
  });
});

test("a Firehose stream gets a line for each message, under the subscription's role", async () => {
  const { given, services } = listening();
  const cloud = await testCloud(services);
  const TopicArn = await topic(cloud);
  const subscribe = (Attributes: object) =>
    cloud.call("sns", "Subscribe", {
      TopicArn,
      Protocol: "firehose",
      Endpoint: "arn:aws:firehose:us-east-1:000000000000:deliverystream/s",
      Attributes,
    });
  await expect(subscribe({})).rejects.toThrow("SubscriptionRoleArn");
  await subscribe({ SubscriptionRoleArn: "arn:aws:iam::000000000000:role/stream" });
  const entries = ["a\nb", "c"].map((Message, at) => ({ Id: String(at), Message }));
  await cloud.call("sns", "PublishBatch", { TopicArn, PublishBatchRequestEntries: entries });
  await cloud.settle();
  expect(given).toHaveLength(1);
  const [{ input, principal }] = given as [(typeof given)[0]];
  expect(principal.roleArn).toBe("arn:aws:iam::000000000000:role/stream");
  const { DeliveryStreamName, Records } = input as unknown as {
    readonly DeliveryStreamName: string;
    readonly Records: readonly { readonly Data: Uint8Array }[];
  };
  expect(DeliveryStreamName).toBe("s");
  const texts = Records.map(({ Data }) => Buffer.from(Data).toString());
  for (const text of texts) expect(text.indexOf("\n")).toBe(text.length - 1);
  expect(texts.map((text) => JSON.parse(text).Message)).toEqual(["a\nb", "c"]);
  expect(JSON.parse(texts[0]!)).toMatchObject({ TopicArn });
  await cloud.stop();
});

test("a Firehose stream brings what it got to its bucket, and audits go there too", async () => {
  const { cloud, create, objects } = await testFirehose([sns, sqs, logs]);
  await create();
  const TopicArn = await topic(cloud);
  await cloud.call("sns", "Subscribe", {
    TopicArn,
    Protocol: "firehose",
    Endpoint: `arn:aws:firehose:us-east-1:000000000000:deliverystream/${DeliveryStreamName}`,
    Attributes: {
      SubscriptionRoleArn: "arn:aws:iam::000000000000:role/stream",
      RawMessageDelivery: "true",
    },
  });
  const Audit = {
    SampleRate: "99",
    FindingsDestination: {
      Firehose: { DeliveryStream: DeliveryStreamName },
      S3: { Bucket: "audits" },
    },
  };
  const statement = {
    DataDirection: "Inbound",
    Principal: ["*"],
    DataIdentifier: ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"],
    Operation: { Audit },
  };
  const DataProtectionPolicy = JSON.stringify({ Name: "p", Version: "2021-06-01", Statement: [statement] });
  await cloud.call("sns", "PutDataProtectionPolicy", { ResourceArn: TopicArn, DataProtectionPolicy });
  await cloud.call("s3", "CreateBucket", { Bucket: "audits" });
  // One in a hundred is not sampled.
  const messages = ["one", "two a@b.co", "three a@b.co", "four a@b.co"];
  for (const Message of messages) await cloud.call("sns", "Publish", { TopicArn, Message });
  await cloud.advance(600_000);
  const lines = (await objects()).flatMap(({ text }) => text.trim().split("\n"));
  expect(lines.filter((line) => !line.startsWith("{"))).toEqual(messages);
  const audits = (await objects("audits")).flatMap(({ text }) => text.trim().split("\n"));
  expect(audits.length).toBeGreaterThan(0);
  for (const audit of audits) {
    expect(JSON.parse(audit).dataIdentifiers).toMatchObject([{ name: "EmailAddress", count: 1 }]);
    expect(lines).toContain(audit);
  }
  await cloud.stop();
});
