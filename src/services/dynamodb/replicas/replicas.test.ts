import { beforeEach, describe, expect, test } from "vitest";
import { call, cloud, freshCloud, id, orders, plain } from "../test-tables.ts";

freshCloud();

// biome-ignore lint/suspicious/noExplicitAny: outputs are read freely.
const callIn = async (region: string, operation: string, input: object): Promise<any> =>
  JSON.parse(JSON.stringify(await cloud().as({ region }).call("dynamodb", operation, input)));

const europe = (operation: string, input: object) => callIn("eu-west-1", operation, input);
const put = (region: string, key: string, n: number) =>
  callIn(region, "PutItem", { TableName: "plain", Item: { ...id(key), n: { N: String(n) } } });
const items = async (region: string) =>
  Object.fromEntries(
    (await callIn(region, "Scan", { TableName: "plain" })).Items.map(
      (item: { id: { S: string }; n: { N: string } }) => [item.id.S, Number(item.n.N)],
    ),
  );
const replicaUpdate = (...ReplicaUpdates: object[]) =>
  call("UpdateTable", { TableName: "plain", ReplicaUpdates });

describe("a global table", () => {
  beforeEach(async () => {
    await call("CreateTable", plain);
    for (let n = 0; n < 250; n += 1) await put("us-east-1", `k${n}`, n);
  });

  test("brings what is there to a new replica, with what is written meanwhile", async () => {
    const { TableDescription } = await replicaUpdate({ Create: { RegionName: "eu-west-1" } });
    expect(TableDescription).toMatchObject({
      GlobalTableVersion: "2019.11.21",
      StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
      Replicas: [{ RegionName: "eu-west-1", ReplicaStatus: "CREATING" }],
    });
    await put("us-east-1", "k1", -1);
    await call("DeleteItem", { TableName: "plain", Key: id("k2") });
    await put("us-east-1", "new", 1);
    await cloud().settle();
    expect(await items("eu-west-1")).toEqual(await items("us-east-1"));
    const { Table } = await europe("DescribeTable", { TableName: "plain" });
    expect(Table).toMatchObject({
      TableStatus: "ACTIVE",
      ItemCount: 250,
      TableArn: "arn:aws:dynamodb:eu-west-1:000000000000:table/plain",
      Replicas: [{ RegionName: "us-east-1", ReplicaStatus: "ACTIVE" }],
    });
  });

  test("is written in every region, and all see the last write", async () => {
    await replicaUpdate({ Create: { RegionName: "eu-west-1" } }, { Create: { RegionName: "ap-south-1" } });
    await cloud().settle();
    await put("eu-west-1", "k1", 100);
    await callIn("ap-south-1", "UpdateItem", {
      TableName: "plain",
      Key: id("k1"),
      UpdateExpression: "ADD n :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
    });
    await callIn("ap-south-1", "DeleteItem", { TableName: "plain", Key: id("k3") });
    const [us, eu, ap] = [await items("us-east-1"), await items("eu-west-1"), await items("ap-south-1")];
    expect(us).toMatchObject({ k1: 101, k2: 2 });
    expect(us.k3).toBeUndefined();
    expect(eu).toEqual(us);
    expect(ap).toEqual(us);
  });

  test("shares indexes, billing and time to live, and keeps overrides apart", async () => {
    await replicaUpdate({
      Create: { RegionName: "eu-west-1", TableClassOverride: "STANDARD_INFREQUENT_ACCESS" },
    });
    await cloud().settle();
    await call("UpdateTable", {
      TableName: "plain",
      AttributeDefinitions: [{ AttributeName: "n", AttributeType: "N" }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            ...orders.GlobalSecondaryIndexes[0],
            IndexName: "by-n",
            KeySchema: [{ AttributeName: "n", KeyType: "HASH" }],
          },
        },
      ],
    });
    await call("UpdateTimeToLive", {
      TableName: "plain",
      TimeToLiveSpecification: { Enabled: true, AttributeName: "until" },
    });
    await cloud().settle();
    const found = await europe("Query", {
      TableName: "plain",
      IndexName: "by-n",
      KeyConditionExpression: "n = :n",
      ExpressionAttributeValues: { ":n": { N: "7" } },
    });
    expect(found.Count).toBe(1);
    const { TimeToLiveDescription } = await europe("DescribeTimeToLive", { TableName: "plain" });
    expect(TimeToLiveDescription).toMatchObject({ TimeToLiveStatus: "ENABLED" });
    const { Table } = await call("DescribeTable", { TableName: "plain" });
    expect(Table.TableClassSummary).toBeUndefined();
    expect(Table.Replicas[0].ReplicaTableClassSummary).toEqual({ TableClass: "STANDARD_INFREQUENT_ACCESS" });
  });

  test("loses a replica with its table, by UpdateTable or by DeleteTable there", async () => {
    await replicaUpdate({ Create: { RegionName: "eu-west-1" } }, { Create: { RegionName: "ap-south-1" } });
    await cloud().settle();
    await replicaUpdate({ Delete: { RegionName: "eu-west-1" } });
    await expect(europe("DescribeTable", { TableName: "plain" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
    await callIn("ap-south-1", "DeleteTable", { TableName: "plain" });
    const { Table } = await call("DescribeTable", { TableName: "plain" });
    expect(Table.Replicas).toBeUndefined();
    expect(Object.keys(await items("us-east-1"))).toHaveLength(250);
    await expect(replicaUpdate({ Delete: { RegionName: "eu-west-1" } })).rejects.toMatchObject({
      code: "ValidationException",
    });
  });
});

test("the first version joins empty tables of the same name and lets them go again", async () => {
  const streaming = {
    ...plain,
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
  };
  const ReplicationGroup = [{ RegionName: "us-east-1" }, { RegionName: "eu-west-1" }];
  const create = () => call("CreateGlobalTable", { GlobalTableName: "plain", ReplicationGroup });
  await call("CreateTable", streaming);
  await expect(create()).rejects.toMatchObject({ code: "TableNotFoundException" });
  await europe("CreateTable", streaming);
  const { GlobalTableDescription } = await create();
  expect(GlobalTableDescription).toMatchObject({
    GlobalTableStatus: "ACTIVE",
    GlobalTableArn: "arn:aws:dynamodb::000000000000:global-table/plain",
    ReplicationGroup: [{ RegionName: "us-east-1" }, { RegionName: "eu-west-1" }],
  });
  await put("eu-west-1", "a", 1);
  expect(await items("us-east-1")).toEqual({ a: 1 });
  expect((await europe("ListGlobalTables", {})).GlobalTables).toEqual([
    { GlobalTableName: "plain", ReplicationGroup },
  ]);
  expect(
    (await call("DescribeGlobalTableSettings", { GlobalTableName: "plain" })).ReplicaSettings,
  ).toHaveLength(2);
  await call("UpdateGlobalTable", {
    GlobalTableName: "plain",
    ReplicaUpdates: [{ Delete: { RegionName: "eu-west-1" } }],
  });
  await put("eu-west-1", "b", 2);
  expect(await items("us-east-1")).toEqual({ a: 1 });
  await expect(call("DescribeGlobalTable", { GlobalTableName: "other" })).rejects.toMatchObject({
    code: "GlobalTableNotFoundException",
  });
});
