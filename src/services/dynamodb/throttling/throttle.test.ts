import { expect, test } from "vitest";
import { call, cloud, freshCloud, id, plain } from "../test-tables.ts";

freshCloud();

const provisioned = {
  ...plain,
  BillingMode: "PROVISIONED",
  ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
};
const throttled = { ...provisioned, Tags: [{ Key: "cumulet:throttling", Value: "on" }] };
const put = (key: string) => call("PutItem", { TableName: "plain", Item: id(key) });
const exceeded = { code: "ProvisionedThroughputExceededException" };

test("a table is throttled only when it asks for it", async () => {
  await call("CreateTable", provisioned);
  for (let n = 0; n < 400; n += 1) await put(`k${n}`);
});

test("beyond a burst of five minutes writes wait for capacity, which comes by the clock", async () => {
  await call("CreateTable", throttled);
  // Starts with the whole burst: 300 units, and the one that may overdraw.
  for (let n = 0; n < 301; n += 1) await put(`k${n}`);
  await expect(put("more")).rejects.toMatchObject(exceeded);
  const batch = await call("BatchWriteItem", {
    RequestItems: { plain: [{ PutRequest: { Item: id("b") } }] },
  });
  expect(batch.UnprocessedItems).toEqual({ plain: [{ PutRequest: { Item: id("b") } }] });
  await cloud().advance(2000);
  await put("x");
  await put("y");
  await expect(put("z")).rejects.toMatchObject(exceeded);
});

test("reads have a capacity of their own, by their size", async () => {
  await call("CreateTable", throttled);
  await call("PutItem", { TableName: "plain", Item: { ...id("big"), text: { S: "x".repeat(400_000) } } });
  const get = () => call("GetItem", { TableName: "plain", Key: id("big"), ConsistentRead: true });
  for (let n = 0; n < 4; n += 1) await get();
  await expect(get()).rejects.toMatchObject(exceeded);
  await cloud().advance(100_000);
  await put("small");
});
