// Exports to a bucket, and what else is kept of groups: policies, definitions,
// metric filters.

import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import s3 from "../../s3/index.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import logs from "../index.ts";

const group = { logGroupName: "/app" };
const now = Date.UTC(2024, 0, 1);

let cloud: TestCloud;
const call = (operation: string, input: object = {}) => cloud.call("logs", operation, input);

beforeEach(async () => {
  cloud = await testCloud([logs, s3], { now });
  await call("CreateLogGroup", group);
});
afterEach(() => cloud.stop());

test("the events of a time are exported, a file for each stream", async () => {
  await cloud.call("s3", "CreateBucket", { Bucket: "exported" });
  for (const logStreamName of ["a/1", "b"]) {
    await call("CreateLogStream", { ...group, logStreamName });
    const logEvents = [0, 1000, 2000].map((at) => ({
      timestamp: now - 5000 + at,
      message: `${logStreamName} ${at}`,
    }));
    await call("PutLogEvents", { ...group, logStreamName, logEvents });
  }
  const { taskId } = await call("CreateExportTask", {
    ...group,
    from: now - 5000,
    to: now - 3000,
    destination: "exported",
  });
  await expect(
    call("CreateExportTask", { ...group, from: 0, to: now, destination: "exported" }),
  ).rejects.toMatchObject({ code: "LimitExceededException" });
  await cloud.settle();
  expect((await call("DescribeExportTasks", { taskId })).exportTasks).toEqual([
    {
      taskId,
      logGroupName: "/app",
      from: now - 5000,
      to: now - 3000,
      destination: "exported",
      destinationPrefix: "exportedlogs",
      status: { code: "COMPLETED", message: "Completed successfully" },
      executionInfo: { creationTime: now, completionTime: now },
    },
  ]);
  const { Contents } = await cloud.call("s3", "ListObjectsV2", { Bucket: "exported" });
  expect(Contents.map(({ Key }: { Key: string }) => Key)).toEqual([
    `exportedlogs/${taskId}/a-1/000000.gz`,
    `exportedlogs/${taskId}/b/000000.gz`,
    "exportedlogs/aws-logs-write-test",
  ]);
  const { Body } = await cloud.call("s3", "GetObject", { Bucket: "exported", Key: Contents[0].Key });
  const chunks: Uint8Array[] = [];
  for await (const chunk of Body instanceof Uint8Array ? [Body] : Body) chunks.push(chunk);
  expect(gunzipSync(Buffer.concat(chunks)).toString()).toBe(
    "2023-12-31T23:59:55.000Z a/1 0\n2023-12-31T23:59:56.000Z a/1 1000\n",
  );
  await expect(call("CancelExportTask", { taskId })).rejects.toMatchObject({
    code: "InvalidOperationException",
  });
});

test("an export to a bucket that is not there is refused", async () => {
  await expect(
    call("CreateExportTask", { ...group, from: 0, to: now, destination: "nowhere" }),
  ).rejects.toMatchObject({ code: "InvalidParameterException", message: /bucket does not exist/ });
});

test("metric filters are kept with their group", async () => {
  const filter = {
    ...group,
    filterName: "errors",
    filterPattern: "ERROR",
    metricTransformations: [{ metricName: "Errors", metricNamespace: "App", metricValue: "1" }],
  };
  await call("PutMetricFilter", filter);
  const shown = { ...filter, creationTime: now, applyOnTransformedLogs: false };
  expect((await call("DescribeMetricFilters", group)).metricFilters).toEqual([shown]);
  expect(
    (await call("DescribeMetricFilters", { metricName: "Errors", metricNamespace: "App" })).metricFilters,
  ).toEqual([shown]);
  expect((await call("DescribeMetricFilters", { ...group, filterNamePrefix: "x" })).metricFilters).toEqual(
    [],
  );
  expect((await call("DescribeLogGroups")).logGroups).toMatchObject([{ metricFilterCount: 1 }]);
  await call("DeleteMetricFilter", { ...group, filterName: "errors" });
  expect((await call("DescribeLogGroups")).logGroups).toMatchObject([{ metricFilterCount: 0 }]);
  await expect(call("DeleteMetricFilter", { ...group, filterName: "errors" })).rejects.toMatchObject({
    code: "ResourceNotFoundException",
  });
});

test("resource policies are kept by name, and changed by whoever knows their revision", async () => {
  const policyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  const { revisionId } = await call("PutResourcePolicy", { policyName: "p", policyDocument });
  await expect(
    call("PutResourcePolicy", { policyName: "p", policyDocument, expectedRevisionId: "other" }),
  ).rejects.toMatchObject({ code: "OperationAbortedException" });
  expect((await call("DescribeResourcePolicies")).resourcePolicies).toEqual([
    { policyName: "p", policyDocument, lastUpdatedTime: now, policyScope: "ACCOUNT", revisionId },
  ]);
  await call("DeleteResourcePolicy", { policyName: "p" });
  expect((await call("DescribeResourcePolicies")).resourcePolicies).toEqual([]);
  await expect(call("PutResourcePolicy", { policyName: "p", policyDocument: "{" })).rejects.toMatchObject({
    code: "InvalidParameterException",
  });
});

test("query definitions are kept by id, and found by name", async () => {
  const { queryDefinitionId } = await call("PutQueryDefinition", { name: "n", queryString: "limit 1" });
  await call("PutQueryDefinition", { name: "m", queryString: "limit 2", queryDefinitionId });
  expect(
    (await call("DescribeQueryDefinitions", { queryDefinitionNamePrefix: "m" })).queryDefinitions,
  ).toEqual([
    {
      queryDefinitionId,
      name: "m",
      queryString: "limit 2",
      logGroupNames: [],
      lastModified: now,
      queryLanguage: "CWLI",
    },
  ]);
  expect(await call("DeleteQueryDefinition", { queryDefinitionId })).toEqual({ success: true });
});
