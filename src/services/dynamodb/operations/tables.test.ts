import { expect, test } from "vitest";
import { call, cloud, freshCloud, id, orders, plain, putOrder } from "../test-tables.ts";

freshCloud();

test("a table is described as it was created", async () => {
  await call("CreateTable", { ...orders, Tags: [{ Key: "team", Value: "a" }] });
  const { Table } = await call("DescribeTable", { TableName: "orders" });
  expect(Table).toMatchObject({
    TableName: "orders",
    TableStatus: "ACTIVE",
    TableArn: "arn:aws:dynamodb:us-east-1:000000000000:table/orders",
    KeySchema: orders.KeySchema,
    BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
    ItemCount: 0,
    LocalSecondaryIndexes: [{ IndexName: "by-state-local", Projection: { ProjectionType: "KEYS_ONLY" } }],
    GlobalSecondaryIndexes: [{ IndexName: "by-state", IndexStatus: "ACTIVE" }],
  });
  expect(await call("ListTagsOfResource", { ResourceArn: Table.TableArn })).toEqual({
    Tags: [{ Key: "team", Value: "a" }],
  });
  expect(await call("DescribeTable", { TableName: Table.TableArn })).toEqual({ Table });
  expect(await call("DescribeContinuousBackups", { TableName: "orders" })).toEqual({
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
    },
  });
});

test("a second table of the name, and a missing one, are refused", async () => {
  await call("CreateTable", plain);
  await expect(call("CreateTable", plain)).rejects.toMatchObject({ code: "ResourceInUseException" });
  await expect(call("DescribeTable", { TableName: "missing" })).rejects.toMatchObject({
    code: "ResourceNotFoundException",
    message: "Requested resource not found: Table: missing not found",
  });
  await expect(call("GetItem", { TableName: "missing", Key: id("x") })).rejects.toMatchObject({
    code: "ResourceNotFoundException",
    message: "Requested resource not found",
  });
});

test("a deleted table leaves nothing to one of the same name", async () => {
  await call("CreateTable", orders);
  for (let at = 0; at < 5; at += 1) await putOrder("ann", at, "open");
  expect((await call("DeleteTable", { TableName: "orders" })).TableDescription.TableStatus).toBe("DELETING");
  await call("CreateTable", orders);
  expect((await call("Scan", { TableName: "orders" })).Count).toBe(0);
  await cloud().settle();
  await call("DeleteTable", { TableName: "orders" });
  await cloud().settle();
  expect(await call("ListTables", {})).toEqual({ TableNames: [] });
});

test("deletion protection holds until it is taken away", async () => {
  await call("CreateTable", { ...plain, DeletionProtectionEnabled: true });
  await expect(call("DeleteTable", { TableName: "plain" })).rejects.toThrow("protected against deletion");
  await call("UpdateTable", { TableName: "plain", DeletionProtectionEnabled: false });
  await call("DeleteTable", { TableName: "plain" });
});

test("tables are listed by name, page by page", async () => {
  for (const name of ["bbb", "aaa", "ccc"]) await call("CreateTable", { ...plain, TableName: name });
  const first = await call("ListTables", { Limit: 2 });
  expect(first).toEqual({ TableNames: ["aaa", "bbb"], LastEvaluatedTableName: "bbb" });
  expect(await call("ListTables", { ExclusiveStartTableName: "bbb" })).toEqual({ TableNames: ["ccc"] });
});

test("definitions that make no sense are refused in AWS's words", async () => {
  const refused = (change: object) => expect(call("CreateTable", { ...plain, ...change })).rejects;
  await refused({ AttributeDefinitions: [{ AttributeName: "other", AttributeType: "S" }] }).toThrow(
    "Some index key attributes are not defined in AttributeDefinitions. Keys: [id], AttributeDefinitions: [other]",
  );
  await refused({
    AttributeDefinitions: [...plain.AttributeDefinitions, { AttributeName: "more", AttributeType: "S" }],
  }).toThrow("Number of attributes in KeySchema does not exactly match number of attributes defined");
  await refused({ BillingMode: "PROVISIONED" }).toThrow(
    "ReadCapacityUnits and WriteCapacityUnits must both be specified",
  );
  await refused({ KeySchema: [{ AttributeName: "id", KeyType: "RANGE" }] }).toThrow(
    "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
  );
  await refused({ TableName: "a" }).toThrow(
    "Value 'a' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3",
  );
  await refused({ StreamSpecification: { StreamEnabled: true } }).toThrow("StreamViewType is required");
});

test("billing changes from on demand to provisioned and back", async () => {
  await call("CreateTable", plain);
  const { TableDescription } = await call("UpdateTable", {
    TableName: "plain",
    BillingMode: "PROVISIONED",
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
  });
  expect(TableDescription).toMatchObject({
    BillingModeSummary: { BillingMode: "PROVISIONED" },
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
  });
  await expect(
    call("UpdateTable", {
      TableName: "plain",
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
    }),
  ).rejects.toThrow("The provisioned throughput for the table will not change");
  await call("UpdateTable", { TableName: "plain", BillingMode: "PAY_PER_REQUEST" });
  await expect(call("UpdateTable", { TableName: "plain" })).rejects.toThrow(
    "At least one of ProvisionedThroughput",
  );
});

test("a new index is filled with the items of before, and follows writes meanwhile", async () => {
  await call("CreateTable", plain);
  const put = (text: string, group: string) =>
    call("PutItem", { TableName: "plain", Item: { ...id(text), group: { S: group }, body: { S: "b" } } });
  for (let at = 0; at < 250; at += 1) await put(`old-${at}`, "g");
  const create = {
    IndexName: "by-group",
    KeySchema: [{ AttributeName: "group", KeyType: "HASH" }],
    Projection: { ProjectionType: "KEYS_ONLY" },
  };
  const { TableDescription } = await call("UpdateTable", {
    TableName: "plain",
    AttributeDefinitions: [{ AttributeName: "group", AttributeType: "S" }],
    GlobalSecondaryIndexUpdates: [{ Create: create }],
  });
  expect(TableDescription).toMatchObject({
    TableStatus: "UPDATING",
    GlobalSecondaryIndexes: [{ IndexStatus: "CREATING", Backfilling: true }],
  });
  await put("old-1", "h");
  await put("new-1", "g");
  await call("DeleteItem", { TableName: "plain", Key: id("old-2") });
  await cloud().settle();
  const { Table } = await call("DescribeTable", { TableName: "plain" });
  expect(Table).toMatchObject({
    TableStatus: "ACTIVE",
    ItemCount: 250,
    GlobalSecondaryIndexes: [{ IndexStatus: "ACTIVE", ItemCount: 250 }],
  });
  const found = await call("Query", {
    TableName: "plain",
    IndexName: "by-group",
    KeyConditionExpression: "#g = :g",
    ExpressionAttributeNames: { "#g": "group" },
    ExpressionAttributeValues: { ":g": { S: "g" } },
  });
  expect(found.Count).toBe(249);
  expect(Object.keys(found.Items[0]).sort()).toEqual(["group", "id"]);
  await call("UpdateTable", {
    TableName: "plain",
    GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "by-group" } }],
  });
  await cloud().settle();
  const after = await call("DescribeTable", { TableName: "plain" });
  expect(after.Table.GlobalSecondaryIndexes).toBeUndefined();
  expect(after.Table.AttributeDefinitions).toEqual(plain.AttributeDefinitions);
});
