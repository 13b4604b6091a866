import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import dynamodb from "./index.ts";

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await testCloud([dynamodb]);
});
afterEach(async () => {
  await cloud.stop();
  expect(cloud.log.filter((entry) => entry.level === "error")).toEqual([]);
});

// biome-ignore lint/suspicious/noExplicitAny: outputs are read freely.
const call = async (operation: string, input: object): Promise<any> => {
  const output = await cloud.call("dynamodb", operation, input);
  // What a client would see: stored items travel as raw JSON.
  return JSON.parse(JSON.stringify(output));
};

const orders = {
  TableName: "orders",
  AttributeDefinitions: [
    { AttributeName: "customer", AttributeType: "S" },
    { AttributeName: "placed", AttributeType: "N" },
    { AttributeName: "state", AttributeType: "S" },
  ],
  KeySchema: [
    { AttributeName: "customer", KeyType: "HASH" },
    { AttributeName: "placed", KeyType: "RANGE" },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: "by-state-local",
      KeySchema: [
        { AttributeName: "customer", KeyType: "HASH" },
        { AttributeName: "state", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" },
    },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "by-state",
      KeySchema: [
        { AttributeName: "state", KeyType: "HASH" },
        { AttributeName: "placed", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["total"] },
    },
  ],
  BillingMode: "PAY_PER_REQUEST",
};
const plain = {
  TableName: "plain",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
};
const order = (customer: string, placed: number, state: string, total = 10) => ({
  customer: { S: customer },
  placed: { N: String(placed) },
  state: { S: state },
  total: { N: String(total) },
  note: { S: "n" },
});
const putOrder = (...parts: Parameters<typeof order>) =>
  call("PutItem", { TableName: "orders", Item: order(...parts) });
const id = (text: string) => ({ id: { S: text } });

describe("tables", () => {
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
    expect((await call("DeleteTable", { TableName: "orders" })).TableDescription.TableStatus).toBe(
      "DELETING",
    );
    await call("CreateTable", orders);
    expect((await call("Scan", { TableName: "orders" })).Count).toBe(0);
    await cloud.settle();
    await call("DeleteTable", { TableName: "orders" });
    await cloud.settle();
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
    await refused({ TableName: "a" }).toThrow("TableName must be at least 3 characters long");
    await refused({ StreamSpecification: { StreamEnabled: true } }).toMatchObject({ code: "NotImplemented" });
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
    await cloud.settle();
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
    await cloud.settle();
    const after = await call("DescribeTable", { TableName: "plain" });
    expect(after.Table.GlobalSecondaryIndexes).toBeUndefined();
    expect(after.Table.AttributeDefinitions).toEqual(plain.AttributeDefinitions);
  });
});

describe("single items", () => {
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
    ).rejects.toThrow("Type mismatch for Index Key state Expected: S Actual: N IndexName: by-state-local");
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
    expect(await call("DeleteItem", { TableName: "plain", Key: id("a"), ReturnValues: "ALL_OLD" })).toEqual(
      {},
    );
    await expect(
      call("PutItem", { TableName: "plain", Item: first, ReturnValues: "ALL_NEW" }),
    ).rejects.toThrow("Return values set to invalid value");
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
    await cloud.call("dynamodb", "PutItem", {
      TableName: "bytes",
      Item: { ...key, data: { B: Uint8Array.of(1, 2) } },
    });
    const { Attributes } = await cloud.call("dynamodb", "UpdateItem", {
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

  test("legacy parameters are refused as not done", async () => {
    await expect(
      call("GetItem", { TableName: "plain", Key: id("a"), AttributesToGet: ["id"] }),
    ).rejects.toMatchObject({
      code: "NotImplemented",
    });
  });
});

describe("Query and Scan", () => {
  beforeEach(async () => {
    await call("CreateTable", orders);
  });
  const query = (condition: string, values: object, more: object = {}) =>
    call("Query", {
      TableName: "orders",
      KeyConditionExpression: condition,
      ExpressionAttributeValues: values,
      ...more,
    });
  // biome-ignore lint/suspicious/noExplicitAny: outputs are read freely.
  const placed = (output: any): number[] => output.Items.map((item: any) => Number(item.placed.N));

  test.each<[string, object, number[]]>([
    ["customer = :c", {}, [-5, 0, 2, 10, 100]],
    ["customer = :c AND placed = :n", { ":n": { N: "2.0" } }, [2]],
    ["customer = :c AND placed < :n", { ":n": { N: "2" } }, [-5, 0]],
    ["customer = :c AND placed <= :n", { ":n": { N: "2" } }, [-5, 0, 2]],
    ["customer = :c AND placed > :n", { ":n": { N: "2" } }, [10, 100]],
    ["customer = :c AND placed >= :n", { ":n": { N: "2" } }, [2, 10, 100]],
    ["placed BETWEEN :n AND :m AND customer = :c", { ":n": { N: "-1" }, ":m": { N: "10" } }, [0, 2, 10]],
  ])("%s finds items in the order of the sort key", async (condition, values, expected) => {
    for (const at of [10, -5, 100, 0, 2]) await putOrder("ann", at, "open");
    await putOrder("bob", 1, "open");
    const all = { ":c": { S: "ann" }, ...values };
    expect(placed(await query(condition, all))).toEqual(expected);
    expect(placed(await query(condition, all, { ScanIndexForward: false }))).toEqual(expected.toReversed());
  });

  test("pages follow one another without gaps, in both directions", async () => {
    for (let at = 0; at < 7; at += 1) await putOrder("ann", at, "open");
    for (const ScanIndexForward of [true, false]) {
      const found: number[] = [];
      let start: object | undefined;
      do {
        const page = await query(
          "customer = :c",
          { ":c": { S: "ann" } },
          { Limit: 3, ScanIndexForward, ...(start && { ExclusiveStartKey: start }) },
        );
        found.push(...placed(page));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      expect(found).toEqual(ScanIndexForward ? [0, 1, 2, 3, 4, 5, 6] : [6, 5, 4, 3, 2, 1, 0]);
    }
  });

  test("a filter takes away after the limit has counted", async () => {
    for (let at = 0; at < 6; at += 1) await putOrder("ann", at, at % 2 === 0 ? "open" : "done");
    const page = await query(
      "customer = :c",
      { ":c": { S: "ann" }, ":s": { S: "open" } },
      { Limit: 3, FilterExpression: "#s = :s", ExpressionAttributeNames: { "#s": "state" } },
    );
    expect(placed(page)).toEqual([0, 2]);
    expect(page).toMatchObject({
      Count: 2,
      ScannedCount: 3,
      LastEvaluatedKey: { customer: { S: "ann" }, placed: { N: "2" } },
    });
    await expect(
      query("customer = :c", { ":c": { S: "ann" }, ":n": { N: "1" } }, { FilterExpression: "placed = :n" }),
    ).rejects.toThrow(
      "Filter Expression can only contain non-primary key attributes: Primary key attribute: placed",
    );
  });

  test("indexes follow every write", async () => {
    await putOrder("ann", 1, "open", 5);
    await putOrder("bob", 2, "open", 7);
    const open = () =>
      query(
        "#s = :s",
        { ":s": { S: "open" } },
        { IndexName: "by-state", ExpressionAttributeNames: { "#s": "state" } },
      );
    const found = await open();
    expect(placed(found)).toEqual([1, 2]);
    // The index projects its keys, the table's keys and `total`.
    expect(found.Items[0]).toEqual({
      customer: { S: "ann" },
      placed: { N: "1" },
      state: { S: "open" },
      total: { N: "5" },
    });
    await call("UpdateItem", {
      TableName: "orders",
      Key: { customer: { S: "ann" }, placed: { N: "1" } },
      UpdateExpression: "SET #s = :s",
      ExpressionAttributeNames: { "#s": "state" },
      ExpressionAttributeValues: { ":s": { S: "done" } },
    });
    expect(placed(await open())).toEqual([2]);
    await call("DeleteItem", { TableName: "orders", Key: { customer: { S: "bob" }, placed: { N: "2" } } });
    expect((await open()).Count).toBe(0);
    const { Table } = await call("DescribeTable", { TableName: "orders" });
    expect(Table).toMatchObject({
      ItemCount: 1,
      GlobalSecondaryIndexes: [{ ItemCount: 1 }],
      LocalSecondaryIndexes: [{ ItemCount: 1 }],
    });
  });

  test("a local index reads the table for what it does not hold", async () => {
    await putOrder("ann", 1, "open", 5);
    await putOrder("ann", 2, "done", 7);
    const local = { IndexName: "by-state-local", ExpressionAttributeNames: { "#s": "state" } };
    const open = (more: object) =>
      query(
        "customer = :c AND begins_with(#s, :s)",
        { ":c": { S: "ann" }, ":s": { S: "op" } },
        { ...local, ...more },
      );
    expect((await open({})).Items).toEqual([
      { customer: { S: "ann" }, placed: { N: "1" }, state: { S: "open" } },
    ]);
    expect((await open({ Select: "ALL_ATTRIBUTES" })).Items).toEqual([order("ann", 1, "open", 5)]);
    expect((await open({ ProjectionExpression: "note" })).Items).toEqual([{ note: { S: "n" } }]);
    expect(await open({ Select: "COUNT" })).toEqual({ Count: 1, ScannedCount: 1 });
  });

  test("what an index cannot do is refused", async () => {
    const names = { ExpressionAttributeNames: { "#s": "state" } };
    const on = (more: object) =>
      expect(query("#s = :s", { ":s": { S: "x" } }, { IndexName: "by-state", ...names, ...more })).rejects;
    await on({ ConsistentRead: true }).toThrow(
      "Consistent reads are not supported on global secondary indexes",
    );
    await on({ Select: "ALL_ATTRIBUTES" }).toThrow(
      "Select type ALL_ATTRIBUTES is not supported for global secondary index by-state",
    );
    await on({ ProjectionExpression: "note" }).toThrow(
      "Global secondary index by-state does not project [note]",
    );
    await on({ IndexName: "nothing" }).toThrow("The table does not have the specified index: nothing");
    await expect(query("placed = :n", { ":n": { N: "1" } })).rejects.toThrow(
      "Query condition missed key schema element: customer",
    );
    await expect(query("customer = :c", { ":c": { N: "1" } })).rejects.toThrow(
      "Condition parameter type does not match schema type",
    );
    await expect(query("customer > :c", { ":c": { S: "1" } })).rejects.toThrow(
      "Query key condition not supported",
    );
  });

  test("a scan sees every item once, in one piece or in segments", async () => {
    for (let at = 0; at < 100; at += 1) await putOrder(`c${at}`, at, "open");
    expect(placed(await call("Scan", { TableName: "orders" })).toSorted((a, b) => a - b)).toEqual([
      ...Array(100).keys(),
    ]);
    const found: number[] = [];
    for (let Segment = 0; Segment < 4; Segment += 1) {
      let start: object | undefined;
      do {
        const page = await call("Scan", {
          TableName: "orders",
          TotalSegments: 4,
          Segment,
          Limit: 7,
          ...(start && { ExclusiveStartKey: start }),
        });
        expect(page.Count).toBeLessThanOrEqual(7);
        found.push(...placed(page));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
    }
    expect(found.toSorted((a, b) => a - b)).toEqual([...Array(100).keys()]);
    await expect(call("Scan", { TableName: "orders", Segment: 4, TotalSegments: 4 })).rejects.toThrow(
      "Segment: 4 is not less than TotalSegments: 4",
    );
  });

  test("a page ends at one megabyte", async () => {
    for (let at = 0; at < 5; at += 1) {
      await call("PutItem", {
        TableName: "orders",
        Item: { ...order("ann", at, "open"), big: { S: "x".repeat(300_000) } },
      });
    }
    const first = await query("customer = :c", { ":c": { S: "ann" } }, { ReturnConsumedCapacity: "TOTAL" });
    expect(placed(first)).toEqual([0, 1, 2, 3]);
    expect(first.ConsumedCapacity.CapacityUnits).toBe(147);
    const second = await query(
      "customer = :c",
      { ":c": { S: "ann" } },
      { ExclusiveStartKey: first.LastEvaluatedKey },
    );
    expect(placed(second)).toEqual([4]);
    expect(second.LastEvaluatedKey).toBeUndefined();
  });

  test("a scan of a sparse index sees only what is in it", async () => {
    await putOrder("ann", 1, "open");
    const { state: _, ...without } = order("ann", 2, "open");
    await call("PutItem", { TableName: "orders", Item: without });
    expect(placed(await call("Scan", { TableName: "orders", IndexName: "by-state" }))).toEqual([1]);
  });
});

describe("batches and transactions", () => {
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
    await cloud.advance(10 * 60 * 1000);
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
});

describe("time to live", () => {
  const at = (seconds: number) => ({ N: String(Math.floor(Date.UTC(2024, 0, 1) / 1000) + seconds) });
  const enable = () =>
    call("UpdateTimeToLive", {
      TableName: "plain",
      TimeToLiveSpecification: { Enabled: true, AttributeName: "expires" },
    });
  const put = (text: string, expires: object) =>
    call("PutItem", { TableName: "plain", Item: { ...id(text), expires } });
  const left = async () =>
    // biome-ignore lint/suspicious/noExplicitAny: outputs are read freely.
    (await call("Scan", { TableName: "plain" })).Items.map((item: any) => item.id.S).sort();

  beforeEach(async () => {
    await call("CreateTable", plain);
  });

  test("items go when their time has come, those of before as well as new ones", async () => {
    await put("before", at(60));
    await enable();
    expect(
      (await call("DescribeTimeToLive", { TableName: "plain" })).TimeToLiveDescription.TimeToLiveStatus,
    ).toBe("ENABLING");
    await cloud.settle();
    expect(await call("DescribeTimeToLive", { TableName: "plain" })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "expires" },
    });
    await put("later", at(3600));
    await put("sooner", at(30));
    await put("text", { S: "2024" });
    await put("ancient", { N: "100" });
    await put("moved", at(40));
    await put("moved", at(7200));
    await cloud.advance(31_000);
    expect(await left()).toEqual(["ancient", "before", "later", "moved", "text"]);
    await cloud.advance(60_000);
    expect(await left()).toEqual(["ancient", "later", "moved", "text"]);
    await cloud.advance(3_600_000);
    expect(await left()).toEqual(["ancient", "moved", "text"]);
    expect((await call("DescribeTable", { TableName: "plain" })).Table.ItemCount).toBe(3);
  });

  test("it is turned on once, and off", async () => {
    await enable();
    await expect(enable()).rejects.toThrow("TimeToLive is already enabled");
    await cloud.settle();
    await put("a", at(10));
    const specification = { Enabled: false, AttributeName: "expires" };
    await call("UpdateTimeToLive", { TableName: "plain", TimeToLiveSpecification: specification });
    await cloud.advance(20_000);
    expect(await left()).toEqual(["a"]);
    expect(await call("DescribeTimeToLive", { TableName: "plain" })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" },
    });
  });
});
