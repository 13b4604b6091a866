// Global endpoints: two regions' buses behind one id.

import { afterEach, beforeEach, expect, test } from "vitest";
import sqs from "../sqs/index.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import { provisioner } from "../test-resource-type.ts";
import events from "./index.ts";

let cloud: TestCloud;
const west = () => cloud.as({ region: "us-west-2" });
const arn = (service: string, region: string, resource: string) =>
  `arn:aws:${service}:${region}:000000000000:${resource}`;
const bus = (region: string, name = "orders") => arn("events", region, `event-bus/${name}`);

beforeEach(async () => {
  cloud = await testCloud([events, sqs]);
  for (const [caller, region] of [
    [cloud, "us-east-1"],
    [west(), "us-west-2"],
  ] as const) {
    await caller.call("sqs", "CreateQueue", { QueueName: "q" });
    await caller.call("events", "CreateEventBus", { Name: "orders" });
    const rule = { EventBusName: "orders", Name: "r", EventPattern: '{"source":["app"]}' };
    await caller.call("events", "PutRule", rule);
    const Targets = [{ Id: "t", Arn: arn("sqs", region, "q"), InputPath: "$.id" }];
    await caller.call("events", "PutTargets", { EventBusName: "orders", Rule: "r", Targets });
  }
});
afterEach(async () => {
  expect(cloud.log.filter(({ level }) => level === "error")).toEqual([]);
  await cloud.stop();
});

const create = (more: object = {}) =>
  cloud.call("events", "CreateEndpoint", {
    Name: "e",
    RoutingConfig: {
      FailoverConfig: {
        Primary: { HealthCheck: "arn:aws:route53:::healthcheck/1" },
        Secondary: { Route: "us-west-2" },
      },
    },
    EventBuses: [{ EventBusArn: bus("us-east-1") }, { EventBusArn: bus("us-west-2") }],
    ReplicationConfig: { State: "DISABLED" },
    ...more,
  });

/** How many messages lie in each region's queue after an event was put. */
async function arrived(): Promise<readonly number[]> {
  const { EndpointId } = await cloud.call("events", "DescribeEndpoint", { Name: "e" });
  const Entries = [{ Source: "app", DetailType: "t", Detail: "{}", EventBusName: "orders" }];
  await cloud.call("events", "PutEvents", { EndpointId, Entries });
  await cloud.settle();
  const counts = [];
  for (const caller of [cloud, west()]) {
    const QueueUrl = "http://localhost:4566/000000000000/q";
    const { Messages = [] } = await caller.call("sqs", "ReceiveMessage", {
      QueueUrl,
      MaxNumberOfMessages: 10,
    });
    counts.push(Messages.length);
  }
  return counts;
}

test("events go to the primary's bus, and to the secondary's too where they are replicated", async () => {
  await create();
  expect(await arrived()).toEqual([1, 0]);
  await cloud.call("events", "UpdateEndpoint", {
    Name: "e",
    ReplicationConfig: { State: "ENABLED" },
    RoleArn: "arn:aws:iam::000000000000:role/r",
  });
  expect(await arrived()).toEqual([1, 1]);
});

test.each([
  ["one region", { EventBuses: [{ EventBusArn: bus("us-east-1") }, { EventBusArn: bus("us-east-1") }] }],
  [
    "other names",
    { EventBuses: [{ EventBusArn: bus("us-east-1") }, { EventBusArn: bus("us-west-2", "default") }] },
  ],
  ["replication without a role", { ReplicationConfig: { State: "ENABLED" } }],
])("is refused with %s", async (_name, more) => {
  await expect(create(more)).rejects.toMatchObject({ code: "ValidationException" });
});

test("a template's endpoint is made, changed and removed", async () => {
  const types = provisioner(cloud);
  const type = "AWS::Events::Endpoint";
  const of = (Description: string) => ({
    Name: "t",
    Description,
    RoutingConfig: {
      FailoverConfig: {
        Primary: { HealthCheck: "arn:aws:route53:::healthcheck/1" },
        Secondary: { Route: "us-west-2" },
      },
    },
    ReplicationConfig: { State: "DISABLED" },
    EventBuses: [{ EventBusArn: bus("us-east-1") }, { EventBusArn: bus("us-west-2") }],
  });
  const made = await types.create(type, of("one"));
  expect(made.attributes).toMatchObject({ Arn: arn("events", "us-east-1", "endpoint/t"), State: "ACTIVE" });
  await types.update(type, "t", of("two"), of("one"));
  expect(await types.read(type, "t")).toMatchObject({ ...of("two"), ...made.attributes });
  await types.delete(type, "t");
  expect(await types.list(type)).toEqual([]);
});
