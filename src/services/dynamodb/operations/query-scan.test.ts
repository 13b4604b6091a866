import { beforeEach, expect, test } from "vitest";
import { call, freshCloud, order, orders, putOrder } from "../test-tables.ts";

freshCloud();

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
