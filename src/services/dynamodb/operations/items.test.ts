import { beforeEach, expect, test } from "vitest";
import { call, cloud, freshCloud, id, order, orders, plain } from "../test-tables.ts";

freshCloud();

beforeEach(async () => {
  await call("CreateTable", plain);
  await call("CreateTable", orders);
});

test("an item is read as it was written, its numbers in canonical form", async () => {
  const item = {
    ...id("a"),
    n: { N: "1.50" },
    deep: { M: { l: { L: [{ BOOL: true }, { NULL: true }] } } },
  };
  expect(await call("PutItem", { TableName: "plain", Item: item })).toEqual({});
  expect(await call("GetItem", { TableName: "plain", Key: id("a") })).toEqual({
    Item: { ...item, n: { N: "1.5" } },
  });
  expect(await call("GetItem", { TableName: "plain", Key: id("b") })).toEqual({});
  expect(
    await call("GetItem", { TableName: "plain", Key: id("a"), ProjectionExpression: "deep.l[0], n" }),
  ).toEqual({
    Item: { n: { N: "1.5" }, deep: { M: { l: { L: [{ BOOL: true }] } } } },
  });
});

test("keys must fit the schema", async () => {
  await expect(call("PutItem", { TableName: "plain", Item: { x: { S: "y" } } })).rejects.toThrow(
    "One or more parameter values were invalid: Missing the key id in the item",
  );
  await expect(call("PutItem", { TableName: "plain", Item: { id: { N: "1" } } })).rejects.toThrow(
    "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N",
  );
  await expect(call("PutItem", { TableName: "plain", Item: id("") })).rejects.toThrow(
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id",
  );
  await expect(call("GetItem", { TableName: "plain", Key: { id: { N: "1" } } })).rejects.toThrow(
    "The provided key element does not match the schema",
  );
  await expect(call("GetItem", { TableName: "orders", Key: { customer: { S: "a" } } })).rejects.toThrow(
    "The provided key element does not match the schema",
  );
  await expect(call("PutItem", { TableName: "plain", Item: id("x".repeat(2049)) })).rejects.toThrow(
    "Size of hashkey has exceeded the maximum size limit of2048 bytes",
  );
  await expect(
    call("PutItem", { TableName: "orders", Item: { ...order("a", 1, "x"), state: { N: "1" } } }),
  ).rejects.toThrow("Type mismatch for Index Key state Expected: S Actual: N IndexName: by-state");
});

test("an item over 400 KB is refused", async () => {
  await expect(
    call("PutItem", { TableName: "plain", Item: { ...id("a"), big: { S: "x".repeat(400 * 1024) } } }),
  ).rejects.toThrow("Item size has exceeded the maximum allowed size");
  await call("PutItem", {
    TableName: "plain",
    Item: { ...id("a"), big: { S: "x".repeat(400 * 1024 - 6) } },
  });
  await expect(
    call("UpdateItem", {
      TableName: "plain",
      Key: id("a"),
      UpdateExpression: "SET extra = :v",
      ExpressionAttributeValues: { ":v": { S: "x" } },
    }),
  ).rejects.toThrow("Item size to update has exceeded the maximum allowed size");
});

test("conditions decide, and a failed one can show the item", async () => {
  const put = {
    TableName: "plain",
    Item: { ...id("a"), v: { N: "1" } },
    ConditionExpression: "attribute_not_exists(id)",
  };
  await call("PutItem", put);
  await expect(call("PutItem", put)).rejects.toMatchObject({
    code: "ConditionalCheckFailedException",
    message: "The conditional request failed",
    fields: {},
  });
  await expect(
    call("PutItem", { ...put, ReturnValuesOnConditionCheckFailure: "ALL_OLD" }),
  ).rejects.toMatchObject({
    fields: { Item: { id: { S: "a" }, v: { N: "1" } } },
  });
  await expect(
    call("DeleteItem", {
      TableName: "plain",
      Key: id("none"),
      ConditionExpression: "attribute_exists(id)",
    }),
  ).rejects.toMatchObject({ code: "ConditionalCheckFailedException" });
});

test("old values are returned where they are asked for", async () => {
  const first = { ...id("a"), v: { N: "1" } };
  expect(await call("PutItem", { TableName: "plain", Item: first, ReturnValues: "ALL_OLD" })).toEqual({});
  expect(await call("PutItem", { TableName: "plain", Item: id("a"), ReturnValues: "ALL_OLD" })).toEqual({
    Attributes: first,
  });
  expect(await call("DeleteItem", { TableName: "plain", Key: id("a"), ReturnValues: "ALL_OLD" })).toEqual({
    Attributes: id("a"),
  });
  expect(await call("DeleteItem", { TableName: "plain", Key: id("a"), ReturnValues: "ALL_OLD" })).toEqual({});
  await expect(call("PutItem", { TableName: "plain", Item: first, ReturnValues: "ALL_NEW" })).rejects.toThrow(
    "1 validation error detected: ReturnValues can only be ALL_OLD or NONE",
  );
});

test.each([
  ["NONE", undefined],
  ["ALL_OLD", { id: { S: "a" }, n: { N: "1" }, m: { M: { x: { S: "x" }, y: { S: "y" } } } }],
  ["ALL_NEW", { id: { S: "a" }, n: { N: "3" }, m: { M: { x: { S: "z" }, y: { S: "y" } } } }],
  ["UPDATED_OLD", { n: { N: "1" }, m: { M: { x: { S: "x" } } } }],
  ["UPDATED_NEW", { n: { N: "3" }, m: { M: { x: { S: "z" } } } }],
])("UpdateItem returns %s", async (ReturnValues, Attributes) => {
  await call("PutItem", {
    TableName: "plain",
    Item: { ...id("a"), n: { N: "1" }, m: { M: { x: { S: "x" }, y: { S: "y" } } } },
  });
  const output = await call("UpdateItem", {
    TableName: "plain",
    Key: id("a"),
    UpdateExpression: "SET n = n + :two, m.x = :z",
    ExpressionAttributeValues: { ":two": { N: "2" }, ":z": { S: "z" } },
    ReturnValues,
  });
  expect(output.Attributes).toEqual(Attributes);
});

test("an update makes the item that is not there, and leaves keys alone", async () => {
  await call("UpdateItem", {
    TableName: "plain",
    Key: id("a"),
    UpdateExpression: "ADD hits :one",
    ExpressionAttributeValues: { ":one": { N: "1" } },
  });
  expect((await call("GetItem", { TableName: "plain", Key: id("a") })).Item).toEqual({
    ...id("a"),
    hits: { N: "1" },
  });
  await call("UpdateItem", { TableName: "plain", Key: id("b") });
  expect((await call("GetItem", { TableName: "plain", Key: id("b") })).Item).toEqual(id("b"));
  await expect(
    call("UpdateItem", {
      TableName: "plain",
      Key: id("a"),
      UpdateExpression: "SET id = :v",
      ExpressionAttributeValues: { ":v": { S: "x" } },
    }),
  ).rejects.toThrow(
    "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key",
  );
});

test("binary attributes and keys survive storage", async () => {
  await call("CreateTable", {
    ...plain,
    TableName: "bytes",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "B" }],
  });
  const key = { id: { B: Uint8Array.of(0, 255, 1) } };
  await cloud().call("dynamodb", "PutItem", {
    TableName: "bytes",
    Item: { ...key, data: { B: Uint8Array.of(1, 2) } },
  });
  const { Attributes } = await cloud().call("dynamodb", "UpdateItem", {
    TableName: "bytes",
    Key: key,
    UpdateExpression: "SET twin = #d",
    ExpressionAttributeNames: { "#d": "data" },
    ReturnValues: "UPDATED_NEW",
  });
  expect(Buffer.from(Attributes.twin.B)).toEqual(Buffer.from([1, 2]));
  expect(await call("GetItem", { TableName: "bytes", Key: key })).toEqual({
    Item: { id: { B: "AP8B" }, data: { B: "AQI=" }, twin: { B: "AQI=" } },
  });
});

test("consumed capacity is counted by table and index", async () => {
  const put = await call("PutItem", {
    TableName: "orders",
    Item: order("ann", 1, "open"),
    ReturnConsumedCapacity: "INDEXES",
    ReturnItemCollectionMetrics: "SIZE",
  });
  expect(put).toEqual({
    ConsumedCapacity: {
      TableName: "orders",
      CapacityUnits: 3,
      Table: { CapacityUnits: 1 },
      LocalSecondaryIndexes: { "by-state-local": { CapacityUnits: 1 } },
      GlobalSecondaryIndexes: { "by-state": { CapacityUnits: 1 } },
    },
    ItemCollectionMetrics: { ItemCollectionKey: { customer: { S: "ann" } }, SizeEstimateRangeGB: [0, 1] },
  });
  const moved = await call("PutItem", {
    TableName: "orders",
    Item: order("ann", 1, "done"),
    ReturnConsumedCapacity: "TOTAL",
  });
  expect(moved.ConsumedCapacity).toEqual({ TableName: "orders", CapacityUnits: 5 });
  const big = { ...id("a"), big: { S: "x".repeat(5000) } };
  expect(
    (await call("PutItem", { TableName: "plain", Item: big, ReturnConsumedCapacity: "TOTAL" }))
      .ConsumedCapacity.CapacityUnits,
  ).toBe(5);
  const get = (ConsistentRead: boolean) =>
    call("GetItem", { TableName: "plain", Key: id("a"), ConsistentRead, ReturnConsumedCapacity: "TOTAL" });
  expect((await get(true)).ConsumedCapacity.CapacityUnits).toBe(2);
  expect((await get(false)).ConsumedCapacity.CapacityUnits).toBe(1);
});
