import { beforeEach, expect, test } from "vitest";
import { call, freshCloud, id, order, orders, plain, putOrder } from "../test-tables.ts";

freshCloud();

beforeEach(async () => {
  await call("CreateTable", plain);
  await call("CreateTable", orders);
});

// Semantics by https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
test("Expected decides on writes", async () => {
  const put = {
    TableName: "plain",
    Item: { ...id("a"), v: { N: "1" } },
    Expected: { id: { Exists: false } },
  };
  await call("PutItem", put);
  await expect(call("PutItem", put)).rejects.toMatchObject({ code: "ConditionalCheckFailedException" });
  const remove = (Expected: object, more: object = {}) =>
    call("DeleteItem", { TableName: "plain", Key: id("a"), Expected, ...more });
  await expect(remove({ v: { Value: { N: "2" } } })).rejects.toMatchObject({
    code: "ConditionalCheckFailedException",
  });
  const two = {
    v: { ComparisonOperator: "GE", AttributeValueList: [{ N: "2" }] },
    id: { ComparisonOperator: "BEGINS_WITH", AttributeValueList: [{ S: "a" }] },
  };
  await expect(remove(two)).rejects.toMatchObject({ code: "ConditionalCheckFailedException" });
  await remove(two, { ConditionalOperator: "OR" });
  expect(await call("GetItem", { TableName: "plain", Key: id("a") })).toEqual({});
});

test("AttributeUpdates put, add and delete", async () => {
  const update = (AttributeUpdates: object) =>
    call("UpdateItem", { TableName: "plain", Key: id("a"), AttributeUpdates, ReturnValues: "UPDATED_NEW" });
  expect(await update({ gone: { Action: "DELETE" } })).toEqual({});
  expect(await call("GetItem", { TableName: "plain", Key: id("a") })).toEqual({});
  expect(await update({ n: { Action: "ADD", Value: { N: "3" } }, s: { Value: { SS: ["x", "y"] } } })).toEqual(
    {
      Attributes: { n: { N: "3" }, s: { SS: ["x", "y"] } },
    },
  );
  expect(
    await update({ n: { Action: "ADD", Value: { N: "-1" } }, s: { Action: "DELETE", Value: { SS: ["x"] } } }),
  ).toEqual({
    Attributes: { n: { N: "2" }, s: { SS: ["y"] } },
  });
  await expect(update({ n: { Action: "ADD", Value: { S: "x" } } })).rejects.toThrow(
    "ADD action is not supported for the type S",
  );
});

test("KeyConditions, filters and AttributesToGet read as expressions do", async () => {
  for (const at of [1, 2, 3, 4]) await putOrder("ann", at, at % 2 === 0 ? "even" : "odd");
  const found = await call("Query", {
    TableName: "orders",
    KeyConditions: {
      customer: { ComparisonOperator: "EQ", AttributeValueList: [{ S: "ann" }] },
      placed: { ComparisonOperator: "BETWEEN", AttributeValueList: [{ N: "2" }, { N: "4" }] },
    },
    QueryFilter: { state: { ComparisonOperator: "NE", AttributeValueList: [{ S: "odd" }] } },
    AttributesToGet: ["placed"],
  });
  expect(found).toMatchObject({
    Items: [{ placed: { N: "2" } }, { placed: { N: "4" } }],
    Count: 2,
    ScannedCount: 3,
  });
  const scanned = await call("Scan", {
    TableName: "orders",
    ScanFilter: {
      note: { ComparisonOperator: "NOT_NULL" },
      placed: { ComparisonOperator: "IN", AttributeValueList: [{ N: "3.0" }] },
    },
  });
  expect(scanned.Items).toEqual([order("ann", 3, "odd")]);
  const got = await call("BatchGetItem", {
    RequestItems: {
      orders: { Keys: [{ customer: { S: "ann" }, placed: { N: "1" } }], AttributesToGet: ["state"] },
    },
  });
  expect(got.Responses.orders).toEqual([{ state: { S: "odd" } }]);
});

test("old and new parameters do not mix", async () => {
  await expect(
    call("GetItem", {
      TableName: "plain",
      Key: id("a"),
      AttributesToGet: ["id"],
      ProjectionExpression: "id",
    }),
  ).rejects.toThrow(
    "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}",
  );
  await expect(
    call("Scan", { TableName: "plain", ScanFilter: { a: { ComparisonOperator: "EQ" } } }),
  ).rejects.toThrow("Invalid number of argument(s) for the EQ ComparisonOperator");
});
