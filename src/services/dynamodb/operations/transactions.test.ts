import { beforeEach, expect, test } from "vitest";
import { call, cloud, freshCloud, id, plain } from "../test-tables.ts";

freshCloud();

beforeEach(async () => {
  await call("CreateTable", plain);
});

test("batches write and read items of tables", async () => {
  const writes = Array.from({ length: 25 }, (_, at) => ({
    PutRequest: { Item: { ...id(`i${at}`), n: { N: String(at) } } },
  }));
  expect(await call("BatchWriteItem", { RequestItems: { plain: writes } })).toEqual({
    UnprocessedItems: {},
  });
  await call("BatchWriteItem", { RequestItems: { plain: [{ DeleteRequest: { Key: id("i3") } }] } });
  const got = await call("BatchGetItem", {
    RequestItems: { plain: { Keys: [id("i1"), id("i3"), id("i2")], ProjectionExpression: "n" } },
  });
  expect(got).toEqual({
    Responses: { plain: [{ n: { N: "1" } }, { n: { N: "2" } }] },
    UnprocessedKeys: {},
  });
  await expect(
    call("BatchGetItem", { RequestItems: { plain: { Keys: [id("a"), id("a")] } } }),
  ).rejects.toThrow("Provided list of item keys contains duplicates");
  await expect(
    call("BatchWriteItem", {
      RequestItems: { plain: [{ PutRequest: { Item: id("a") } }, { DeleteRequest: { Key: id("a") } }] },
    }),
  ).rejects.toThrow("Provided list of item keys contains duplicates");
});

test("a batch get stops at 16 MB and says what is left", async () => {
  for (let at = 0; at < 45; at += 1)
    await call("PutItem", {
      TableName: "plain",
      Item: { ...id(`i${at}`), big: { S: "x".repeat(390_000) } },
    });
  const Keys = Array.from({ length: 45 }, (_, at) => id(`i${at}`));
  const first = await call("BatchGetItem", { RequestItems: { plain: { Keys } } });
  expect(first.Responses.plain.length).toBe(43);
  const second = await call("BatchGetItem", { RequestItems: first.UnprocessedKeys });
  expect(second.Responses.plain.length).toBe(2);
  expect(second.UnprocessedKeys).toEqual({});
});

test("a transaction happens as a whole or not at all", async () => {
  await call("PutItem", { TableName: "plain", Item: { ...id("account"), balance: { N: "10" } } });
  const transfer = (amount: string) =>
    call("TransactWriteItems", {
      TransactItems: [
        {
          Put: { TableName: "plain", Item: id("receipt"), ConditionExpression: "attribute_not_exists(id)" },
        },
        {
          Update: {
            TableName: "plain",
            Key: id("account"),
            UpdateExpression: "SET balance = balance - :a",
            ConditionExpression: "balance >= :a",
            ExpressionAttributeValues: { ":a": { N: amount } },
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          },
        },
      ],
    });
  await expect(transfer("11")).rejects.toMatchObject({
    code: "TransactionCanceledException",
    message:
      "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]",
    fields: {
      CancellationReasons: [
        { Code: "None" },
        {
          Code: "ConditionalCheckFailed",
          Message: "The conditional request failed",
          Item: { id: { S: "account" }, balance: { N: "10" } },
        },
      ],
    },
  });
  expect(await call("GetItem", { TableName: "plain", Key: id("receipt") })).toEqual({});
  await transfer("4");
  const got = await call("TransactGetItems", {
    TransactItems: [
      { Get: { TableName: "plain", Key: id("account") } },
      { Get: { TableName: "plain", Key: id("none") } },
    ],
  });
  expect(got).toEqual({ Responses: [{ Item: { id: { S: "account" }, balance: { N: "6" } } }, {}] });
  await expect(
    call("TransactWriteItems", {
      TransactItems: [
        { Put: { TableName: "plain", Item: id("a") } },
        { Delete: { TableName: "plain", Key: id("a") } },
      ],
    }),
  ).rejects.toThrow("Transaction request cannot include multiple operations on one item");
});

test("a token makes a transaction happen once in ten minutes", async () => {
  const bump = (amount: string, token = "t1") =>
    call("TransactWriteItems", {
      ClientRequestToken: token,
      TransactItems: [
        {
          Update: {
            TableName: "plain",
            Key: id("a"),
            UpdateExpression: "ADD n :v",
            ExpressionAttributeValues: { ":v": { N: amount } },
          },
        },
      ],
    });
  const value = async () => (await call("GetItem", { TableName: "plain", Key: id("a") })).Item.n.N;
  await bump("1");
  await bump("1");
  expect(await value()).toBe("1");
  await expect(bump("2")).rejects.toMatchObject({ code: "IdempotentParameterMismatchException" });
  await cloud().advance(10 * 60 * 1000);
  await bump("1");
  expect(await value()).toBe("2");
  await bump("1", "t2");
  expect(await value()).toBe("3");
});

test("a condition check guards without writing", async () => {
  await call("PutItem", { TableName: "plain", Item: id("guard") });
  const guarded = (key: string) =>
    call("TransactWriteItems", {
      TransactItems: [
        {
          ConditionCheck: { TableName: "plain", Key: id(key), ConditionExpression: "attribute_exists(id)" },
        },
        { Put: { TableName: "plain", Item: id(`by-${key}`) } },
      ],
    });
  await guarded("guard");
  await expect(guarded("none")).rejects.toMatchObject({ code: "TransactionCanceledException" });
  expect((await call("Scan", { TableName: "plain" })).Count).toBe(2);
});

test("concurrent increments are all counted", async () => {
  await Promise.all(
    Array.from({ length: 50 }, () =>
      call("UpdateItem", {
        TableName: "plain",
        Key: id("a"),
        UpdateExpression: "ADD n :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      }),
    ),
  );
  expect((await call("GetItem", { TableName: "plain", Key: id("a") })).Item.n.N).toBe("50");
});
