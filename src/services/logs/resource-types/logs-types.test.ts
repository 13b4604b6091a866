// Metric filters, destinations, policies and saved queries as templates declare them.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import { type Provisioner, provisioner } from "../../test-resource-type.ts";
import logs from "../index.ts";

let cloud: TestCloud;
let types: Provisioner;

beforeEach(async () => {
  cloud = await testCloud([logs]);
  types = provisioner(cloud);
});
afterEach(() => cloud.stop());

const targetArn = (name: string) => `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`;

test("a metric filter is made, changed and removed with its group's events in mind", async () => {
  await cloud.call("logs", "CreateLogGroup", { logGroupName: "app" });
  const transformation = { MetricName: "Errors", MetricNamespace: "App", MetricValue: "1", DefaultValue: 0 };
  const properties = (FilterPattern: string) => ({
    LogGroupName: "app",
    FilterPattern,
    MetricTransformations: [transformation],
  });
  const type = "AWS::Logs::MetricFilter";
  const made = await types.create(type, properties("ERROR"));
  expect(made.id).toMatch(/^test-Resource-/);
  expect(await types.read(type, made.id, made.properties)).toEqual({
    ...properties("ERROR"),
    FilterName: made.id,
  });
  const { FilterName } = made.properties;
  await types.update(
    type,
    made.id,
    { ...properties("WARN"), FilterName },
    { ...properties("ERROR"), FilterName },
  );
  const { metricFilters } = await cloud.call("logs", "DescribeMetricFilters", { logGroupName: "app" });
  expect(metricFilters).toMatchObject([{ filterName: made.id, filterPattern: "WARN" }]);
  await expect(types.create(type, { ...properties("x"), FilterName })).rejects.toThrow("already exists");
  await types.delete(type, made.id, made.properties);
  expect(await types.read(type, made.id, made.properties)).toBeUndefined();
});

test("a destination keeps its policy and its tags", async () => {
  const type = "AWS::Logs::Destination";
  const properties = {
    DestinationName: "central",
    RoleArn: "arn:aws:iam::000000000000:role/r",
    TargetArn: targetArn("a"),
    DestinationPolicy: '{"Version":"2012-10-17","Statement":[]}',
  };
  const made = await types.create(type, properties, { tags: { team: "a" } });
  const resourceArn = made.attributes?.Arn;
  expect(resourceArn).toBe("arn:aws:logs:us-east-1:000000000000:destination:central");
  expect(await types.read(type, made.id)).toMatchObject(properties);
  expect(await cloud.call("logs", "ListTagsForResource", { resourceArn })).toEqual({ tags: { team: "a" } });
  const after = { ...properties, TargetArn: targetArn("b"), Tags: [{ Key: "team", Value: "b" }] };
  await types.update(type, made.id, after, { ...properties, Tags: [{ Key: "old", Value: "x" }] });
  expect(await types.read(type, made.id)).toMatchObject({ TargetArn: targetArn("b") });
  expect(await cloud.call("logs", "ListTagsForResource", { resourceArn })).toEqual({ tags: { team: "b" } });
  await types.delete(type, made.id);
  expect(await types.read(type, made.id)).toBeUndefined();
});

test("a resource policy's document may be an object or text", async () => {
  const type = "AWS::Logs::ResourcePolicy";
  const document = (action: string) => ({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "es.amazonaws.com" }, Action: action, Resource: "*" },
    ],
  });
  const first = { PolicyName: "p", PolicyDocument: document("logs:PutLogEvents") };
  const made = await types.create(type, first);
  const after = { PolicyName: "p", PolicyDocument: JSON.stringify(document("logs:CreateLogStream")) };
  await types.update(type, made.id, after, first);
  const { resourcePolicies } = await cloud.call("logs", "DescribeResourcePolicies");
  expect(JSON.parse(resourcePolicies[0].policyDocument)).toEqual(document("logs:CreateLogStream"));
  await types.delete(type, "p");
  expect((await cloud.call("logs", "DescribeResourcePolicies")).resourcePolicies).toEqual([]);
});

test("a saved query is known by its id", async () => {
  const type = "AWS::Logs::QueryDefinition";
  const first = { Name: "slow", QueryString: "fields @message" };
  const made = await types.create(type, first);
  expect(await types.list(type)).toEqual([made.id]);
  await types.update(type, made.id, { Name: "slow", QueryString: "fields @timestamp" }, first);
  expect(await types.read(type, made.id)).toEqual({
    QueryDefinitionId: made.id,
    Name: "slow",
    LogGroupNames: [],
    QueryString: "fields @timestamp",
  });
  await types.delete(type, made.id);
  expect(await types.list(type)).toEqual([]);
});
