// Partner event sources, seen from the partner's account and from the customer's.

import { afterEach, beforeEach, expect, test } from "vitest";
import sqs from "../sqs/index.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import events from "./index.ts";

const source = "aws.partner/example.com/orders";
let cloud: TestCloud;

beforeEach(async () => {
  cloud = await testCloud([events, sqs]);
});
afterEach(async () => {
  expect(cloud.log.filter(({ level }) => level === "error")).toEqual([]);
  await cloud.stop();
});

const partner = () => cloud.as({ account: "111122223333" });
const create = () =>
  partner().call("events", "CreatePartnerEventSource", { Name: source, Account: "000000000000" });
const state = async () => (await cloud.call("events", "DescribeEventSource", { Name: source })).State;

test("its events reach the bus of the customer who took it", async () => {
  await create();
  expect(await state()).toBe("PENDING");
  await cloud.call("events", "CreateEventBus", { Name: source, EventSourceName: source });
  expect(await state()).toBe("ACTIVE");
  const { QueueUrl } = await cloud.call("sqs", "CreateQueue", { QueueName: "q" });
  const rule = { EventBusName: source, Name: "r" };
  await cloud.call("events", "PutRule", { ...rule, EventPattern: JSON.stringify({ source: [source] }) });
  const Targets = [{ Id: "t", Arn: "arn:aws:sqs:us-east-1:000000000000:q" }];
  await cloud.call("events", "PutTargets", { EventBusName: source, Rule: "r", Targets });
  const entry = { Source: source, DetailType: "Ordered", Detail: '{"n":1}' };
  const answer = await partner().call("events", "PutPartnerEvents", {
    Entries: [entry, { ...entry, Detail: "no" }, { ...entry, DetailType: undefined }],
  });
  expect(answer.FailedEntryCount).toBe(2);
  expect(answer.Entries.map(({ ErrorCode }: { readonly ErrorCode?: string }) => ErrorCode)).toEqual([
    undefined,
    "MalformedDetail",
    "InvalidArgument",
  ]);
  await cloud.settle();
  const { Messages } = await cloud.call("sqs", "ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 });
  expect(Messages.map(({ Body }: { readonly Body: string }) => JSON.parse(Body))).toMatchObject([
    { source, account: "000000000000", "detail-type": "Ordered", detail: { n: 1 } },
  ]);
});

test("it is gone after two weeks if nobody took it, and stays where somebody did", async () => {
  await create();
  await cloud.advance(13 * 86_400_000);
  expect(await state()).toBe("PENDING");
  await cloud.advance(86_400_000);
  await expect(state()).rejects.toMatchObject({ code: "ResourceNotFoundException" });

  await partner().call("events", "DeletePartnerEventSource", { Name: source, Account: "000000000000" });
  await create();
  await cloud.call("events", "CreateEventBus", { Name: source, EventSourceName: source });
  await cloud.advance(15 * 86_400_000);
  expect(await state()).toBe("ACTIVE");
});
