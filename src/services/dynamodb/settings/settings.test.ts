import { expect, test } from "vitest";
import { call, cloud, freshCloud, id, orders, plain } from "../test-tables.ts";

freshCloud();

const tableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/plain";
const allow = (account: string, ...actions: string[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: actions.map((action) => `dynamodb:${action}`),
        Resource: tableArn,
      },
    ],
  });

test("a table's policy lets other accounts in, for what it names", async () => {
  await call("CreateTable", plain);
  const stranger = cloud().as({ account: "111111111111" });
  const get = () => stranger.call("dynamodb", "GetItem", { TableName: tableArn, Key: id("a") });
  await expect(get()).rejects.toMatchObject({
    code: "AccessDeniedException",
    message: expect.stringContaining("is not authorized to perform: dynamodb:GetItem on resource"),
  });
  const { RevisionId } = await call("PutResourcePolicy", {
    ResourceArn: tableArn,
    Policy: allow("111111111111", "GetItem"),
    ExpectedRevisionId: "NO_POLICY",
  });
  expect(await get()).toEqual({});
  await expect(
    stranger.call("dynamodb", "PutItem", { TableName: tableArn, Item: id("a") }),
  ).rejects.toMatchObject({ code: "AccessDeniedException" });
  expect(await call("GetResourcePolicy", { ResourceArn: tableArn })).toEqual({
    Policy: allow("111111111111", "GetItem"),
    RevisionId,
  });
  await expect(
    call("DeleteResourcePolicy", { ResourceArn: tableArn, ExpectedRevisionId: "1" }),
  ).rejects.toMatchObject({ code: "PolicyNotFoundException" });
  await call("DeleteResourcePolicy", { ResourceArn: tableArn, ExpectedRevisionId: RevisionId });
  await expect(get()).rejects.toMatchObject({ code: "AccessDeniedException" });
  await expect(call("GetResourcePolicy", { ResourceArn: tableArn })).rejects.toMatchObject({
    code: "PolicyNotFoundException",
  });
  await expect(call("PutResourcePolicy", { ResourceArn: tableArn, Policy: "{" })).rejects.toMatchObject({
    code: "ValidationException",
  });
});

test("a table's policy can deny its own account", async () => {
  await call("CreateTable", {
    ...plain,
    ResourcePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "dynamodb:DeleteItem", Resource: tableArn }],
    }),
  });
  await call("PutItem", { TableName: "plain", Item: id("a") });
  await expect(call("DeleteItem", { TableName: "plain", Key: id("a") })).rejects.toMatchObject({
    code: "AccessDeniedException",
  });
});

test("contributor insights are switched by table and by index", async () => {
  await call("CreateTable", orders);
  const about = { TableName: "orders", IndexName: "by-state" };
  expect(await call("DescribeContributorInsights", about)).toEqual({
    ...about,
    ContributorInsightsStatus: "DISABLED",
  });
  await call("UpdateContributorInsights", { ...about, ContributorInsightsAction: "ENABLE" });
  expect(await call("DescribeContributorInsights", about)).toMatchObject({
    ContributorInsightsStatus: "ENABLED",
    ContributorInsightsMode: "ACCESSED_AND_THROTTLED_KEYS",
  });
  expect((await call("ListContributorInsights", {})).ContributorInsightsSummaries).toMatchObject([about]);
  await expect(
    call("DescribeContributorInsights", { TableName: "orders", IndexName: "nothing" }),
  ).rejects.toMatchObject({ code: "ResourceNotFoundException" });
});

test("warm throughput grows and never sinks", async () => {
  await call("CreateTable", plain);
  const warm = async (WarmThroughput: object) =>
    (await call("UpdateTable", { TableName: "plain", WarmThroughput })).TableDescription.WarmThroughput;
  expect(await warm({ ReadUnitsPerSecond: 15_000 })).toEqual({
    ReadUnitsPerSecond: 15_000,
    WriteUnitsPerSecond: 4000,
    Status: "ACTIVE",
  });
  await expect(warm({ ReadUnitsPerSecond: 14_000 })).rejects.toThrow(
    "decreasing WarmThroughput is not supported",
  );
});
