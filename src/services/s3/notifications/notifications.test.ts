// What queues and listeners hear of a bucket.

import { afterEach, beforeEach, expect, test } from "vitest";
import type { Fault } from "../../../core/fault.ts";
import { defineService, type ServiceDefinition } from "../../../core/service.ts";
import type { Logs } from "../../../model/generated/logs.d.ts";
import { modelOf } from "../../../model/handle.ts";
import sqs from "../../sqs/index.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import s3 from "../index.ts";

const Bucket = "talkative";
const QueueArn = "arn:aws:sqs:us-east-1:000000000000:events";

let cloud: TestCloud;
let QueueUrl: string;
let heard: Readonly<Record<string, unknown>>[];

/** Hears what buckets tell EventBridge. */
const listener: ServiceDefinition = defineService<Logs>({
  model: modelOf<Logs>("logs"),
  resources: [],
  operations: {},
  on: {
    "aws.s3": async (event) => {
      heard.push(event);
    },
  },
});

beforeEach(async () => {
  heard = [];
  cloud = await testCloud([s3, sqs, listener]);
  await cloud.call("s3", "CreateBucket", { Bucket });
  ({ QueueUrl } = await cloud.call("sqs", "CreateQueue", { QueueName: "events" }));
  await cloud.call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { Policy: policy() } });
});
afterEach(() => cloud.stop());

function policy(bucket = Bucket): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: QueueArn,
      Condition: {
        ArnLike: { "aws:SourceArn": `arn:aws:s3:::${bucket}` },
        StringEquals: { "aws:SourceAccount": "000000000000" },
      },
    },
  });
}

const configure = (NotificationConfiguration: object, more: object = {}) =>
  cloud.call("s3", "PutBucketNotificationConfiguration", { Bucket, NotificationConfiguration, ...more });
const queue = (more: object = {}) => ({ QueueArn, Events: ["s3:ObjectCreated:*"], ...more });
const rules = (...pairs: [Name: string, Value: string][]) => ({
  Filter: { Key: { FilterRules: pairs.map(([Name, Value]) => ({ Name, Value })) } },
});
const put = (Key: string, more: object = {}) =>
  cloud.call("s3", "PutObject", { Bucket, Key, Body: Buffer.from("body"), ...more });

async function received() {
  await cloud.settle();
  const { Messages = [] } = await cloud.call("sqs", "ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 });
  return (Messages as { readonly Body: string }[]).map(({ Body }) => JSON.parse(Body));
}

test("a queue gets a test event, then a record of each object", async () => {
  await configure({ QueueConfigurations: [queue({ Id: "mine" })] });
  expect(await received()).toEqual([
    {
      Service: "Amazon S3",
      Event: "s3:TestEvent",
      Time: "2024-01-01T00:00:00.000Z",
      Bucket,
      RequestId: expect.any(String),
      HostId: expect.any(String),
    },
  ]);
  await put("a b/c+ü.txt");
  const [message] = await received();
  expect(message.Records).toEqual([
    {
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: "us-east-1",
      eventTime: "2024-01-01T00:00:00.000Z",
      eventName: "ObjectCreated:Put",
      userIdentity: { principalId: "AWS:000000000000" },
      requestParameters: { sourceIPAddress: "127.0.0.1" },
      responseElements: { "x-amz-request-id": expect.any(String), "x-amz-id-2": expect.any(String) },
      s3: {
        s3SchemaVersion: "1.0",
        configurationId: "mine",
        bucket: {
          name: Bucket,
          ownerIdentity: { principalId: expect.stringMatching(/^[0-9a-f]{64}$/) },
          arn: `arn:aws:s3:::${Bucket}`,
        },
        object: {
          key: "a+b/c%2B%C3%BC.txt",
          size: 4,
          eTag: "841a2d689ad86bd1611447453c22c6fc",
          sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
        },
      },
    },
  ]);
});

test("keys are chosen by beginning and end, events by type", async () => {
  await configure(
    {
      QueueConfigurations: [
        queue({
          Events: ["s3:ObjectCreated:Copy", "s3:ObjectRemoved:*"],
          ...rules(["prefix", "in/"], ["suffix", ".png"]),
        }),
      ],
    },
    { SkipDestinationValidation: true },
  );
  await put("in/a.png");
  await cloud.call("s3", "CopyObject", { Bucket, Key: "in/b.png", CopySource: `${Bucket}/in/a.png` });
  await cloud.call("s3", "CopyObject", { Bucket, Key: "in/b.jpg", CopySource: `${Bucket}/in/a.png` });
  await cloud.call("s3", "DeleteObject", { Bucket, Key: "in/b.png" });
  await cloud.call("s3", "DeleteObject", { Bucket, Key: "in/none.png" });
  const names = (await received()).map(({ Records }) => [Records[0].eventName, Records[0].s3.object.key]);
  expect(names.sort()).toEqual([
    ["ObjectCreated:Copy", "in/b.png"],
    ["ObjectRemoved:Delete", "in/b.png"],
  ]);
});

test("later events of a key have the greater sequencer, and name their version", async () => {
  await cloud.call("s3", "PutBucketVersioning", { Bucket, VersioningConfiguration: { Status: "Enabled" } });
  await configure(
    { QueueConfigurations: [queue({ Events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] })] },
    { SkipDestinationValidation: true },
  );
  const { VersionId } = await put("k");
  await put("k");
  await cloud.call("s3", "DeleteObject", { Bucket, Key: "k" });
  await cloud.call("s3", "DeleteObject", { Bucket, Key: "k", VersionId });
  const records = (await received()).map(({ Records }) => Records[0]);
  const place = (name: string) => records.find(({ eventName }) => eventName === name)?.s3.object.sequencer;
  expect(records).toHaveLength(4);
  expect(place("ObjectRemoved:DeleteMarkerCreated") > place("ObjectCreated:Put")).toBe(true);
  expect(records.find(({ eventName }) => eventName === "ObjectRemoved:Delete").s3.object.versionId).toBe(
    VersionId,
  );
});

test("EventBridge is told in its own words", async () => {
  await configure({ EventBridgeConfiguration: {} });
  await put("a b");
  await cloud.call("s3", "DeleteObject", { Bucket, Key: "a b" });
  await cloud.settle();
  expect(heard).toEqual([
    {
      "detail-type": "Object Created",
      resources: [`arn:aws:s3:::${Bucket}`],
      detail: {
        version: "0",
        bucket: { name: Bucket },
        object: {
          key: "a b",
          size: 4,
          etag: "841a2d689ad86bd1611447453c22c6fc",
          sequencer: expect.any(String),
        },
        "request-id": expect.any(String),
        requester: "000000000000",
        "source-ip-address": "127.0.0.1",
        reason: "PutObject",
      },
    },
    expect.objectContaining({
      "detail-type": "Object Deleted",
      detail: expect.objectContaining({ reason: "DeleteObject", "deletion-type": "Permanently Deleted" }),
    }),
  ]);
});

test("the configuration reads as it was set, with ids, and can be emptied", async () => {
  await configure({ QueueConfigurations: [queue(rules(["prefix", "a"]))] });
  const found = await cloud.call("s3", "GetBucketNotificationConfiguration", { Bucket });
  expect(found).toEqual({
    QueueConfigurations: [{ ...queue(rules(["prefix", "a"])), Id: expect.any(String) }],
  });
  await configure({});
  expect(await cloud.call("s3", "GetBucketNotificationConfiguration", { Bucket })).toEqual({});
});

const validation = "Unable to validate the following destination configurations";

test.each<[what: string, configuration: object, message: string]>([
  ["a queue that is not there", { QueueConfigurations: [queue({ QueueArn: `${QueueArn}2` })] }, validation],
  [
    "an ARN that is none",
    { QueueConfigurations: [queue({ QueueArn: "events" })] },
    "The ARN could not be parsed",
  ],
  [
    "a queue elsewhere",
    { QueueConfigurations: [queue({ QueueArn: QueueArn.replace("us-east-1", "eu-west-1") })] },
    "The notification destination service region is not valid for the bucket location constraint",
  ],
  [
    "two rules for the beginning",
    { QueueConfigurations: [queue(rules(["prefix", "a"], ["prefix", "b"]))] },
    "Cannot specify more than one prefix rule in a filter.",
  ],
  [
    "two targets of an event",
    { QueueConfigurations: [queue(), queue({ Events: ["s3:ObjectCreated:Put"] })] },
    "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
  ],
  [
    "two targets of some keys",
    { QueueConfigurations: [queue(rules(["prefix", "a"])), queue(rules(["prefix", "ab"]))] },
    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.",
  ],
  [
    "an id twice",
    { QueueConfigurations: [queue({ Id: "a" }), queue({ Id: "a", Events: ["s3:ObjectRemoved:*"] })] },
    "Same ID used for multiple configurations. IDs must be unique",
  ],
])("%s is refused", async (_what, configuration, message) => {
  const fault = await configure(configuration).then(
    () => undefined,
    (error: Fault) => error,
  );
  expect([fault?.code, fault?.message]).toEqual(["InvalidArgument", message]);
});

test("a queue whose policy lets S3 in for another bucket only is refused", async () => {
  await cloud.call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { Policy: policy("other") } });
  const fault = await configure({ QueueConfigurations: [queue()] }).catch((error: Fault) => error);
  expect(fault.fields).toEqual({
    ArgumentName1: QueueArn,
    ArgumentValue1:
      "Permissions on the destination queue do not allow S3 to publish notifications from this bucket",
  });
});

interface Restored {
  readonly eventName: string;
  readonly glacierEventData?: {
    readonly restoreEventData: { readonly lifecycleRestorationExpiryTime: string };
  };
}

test("a restore is told when it is asked for, when its copy is there and when that is gone", async () => {
  await configure({
    QueueConfigurations: [queue({ Events: ["s3:ObjectRestore:*"] })],
    EventBridgeConfiguration: {},
  });
  await put("cold", { StorageClass: "GLACIER" });
  const restore = (Days: number) =>
    cloud.call("s3", "RestoreObject", { Bucket, Key: "cold", RestoreRequest: { Days } });
  await restore(1);
  await cloud.advance(5 * 3_600_000);
  // The copy stays longer: what was to be told of its first end is not.
  await restore(2);
  await cloud.advance(3 * 86_400_000);
  const names = (await received()).flatMap(({ Records = [] }) =>
    Records.map(({ eventName, glacierEventData }: Restored) => [
      eventName,
      glacierEventData?.restoreEventData.lifecycleRestorationExpiryTime,
    ]),
  );
  const [asked, there, gone] = names;
  expect(names).toHaveLength(3);
  expect(asked).toEqual(["ObjectRestore:Post", undefined]);
  expect([there?.[0], gone?.[0]]).toEqual(["ObjectRestore:Completed", "ObjectRestore:Delete"]);
  expect(Date.parse(gone?.[1]) - Date.parse(there?.[1])).toBe(86_400_000);
  expect(heard.map((event) => event["detail-type"])).toEqual([
    "Object Created",
    "Object Restore Initiated",
    "Object Restore Completed",
    "Object Restore Expired",
  ]);
});

test("the first form of a configuration names one queue, which hears the same", async () => {
  const NotificationConfiguration = { QueueConfiguration: { Queue: QueueArn, Event: "s3:ObjectCreated:*" } };
  await cloud.call("s3", "PutBucketNotification", { Bucket, NotificationConfiguration });
  await put("k");
  const names = (await received()).map(({ Event, Records }) => Event ?? Records[0].eventName);
  expect(names.toSorted()).toEqual(["ObjectCreated:Put", "s3:TestEvent"]);
  const { QueueConfiguration } = await cloud.call("s3", "GetBucketNotification", { Bucket });
  expect(QueueConfiguration).toMatchObject({ Queue: QueueArn, Events: ["s3:ObjectCreated:*"] });
});
