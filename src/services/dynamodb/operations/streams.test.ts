// What a table's stream is told, seen in the log that the streams' service
// reads.

import { describe, expect, test } from "vitest";
import { decodeChange, shardLog } from "../../../sources/change-stream.ts";
import { readLog } from "../../../sources/log.ts";
import { call, cloud, freshCloud, id, inStore, plain } from "../test-tables.ts";

freshCloud();

const streaming = (StreamViewType: string) => ({
  ...plain,
  StreamSpecification: { StreamEnabled: true, StreamViewType },
});

// biome-ignore lint/suspicious/noExplicitAny: outputs are read freely.
async function changes(): Promise<any[]> {
  const { Table } = await call("DescribeTable", { TableName: "plain" });
  const label = Table.LatestStreamLabel;
  const page = await inStore((tx) =>
    readLog(tx, shardLog(tx, { tableName: "plain", label }, 0), 1, 100, 1e6),
  );
  return page.entries.map((entry) => JSON.parse(JSON.stringify(decodeChange(entry.value))));
}

describe("a table's stream", () => {
  test("tells of inserts, changes and removals with the images its view type shows", async () => {
    await call("CreateTable", streaming("NEW_AND_OLD_IMAGES"));
    await call("PutItem", { TableName: "plain", Item: { ...id("a"), n: { N: "1" } } });
    await call("PutItem", { TableName: "plain", Item: { ...id("a"), n: { N: "2" } } });
    await call("DeleteItem", { TableName: "plain", Key: id("a") });
    const old = { ...id("a"), n: { N: "1" } };
    const next = { ...id("a"), n: { N: "2" } };
    expect(await changes()).toMatchObject([
      { eventName: "INSERT", keys: id("a"), newImage: old, sizeBytes: 9 },
      { eventName: "MODIFY", keys: id("a"), oldImage: old, newImage: next, sizeBytes: 15 },
      { eventName: "REMOVE", keys: id("a"), oldImage: next, sizeBytes: 9 },
    ]);
  });

  test("says nothing of writes that change nothing", async () => {
    await call("CreateTable", streaming("KEYS_ONLY"));
    await call("PutItem", { TableName: "plain", Item: id("a") });
    await call("PutItem", { TableName: "plain", Item: id("a") });
    await call("UpdateItem", { TableName: "plain", Key: id("a") });
    await call("DeleteItem", { TableName: "plain", Key: id("b") });
    expect(await changes()).toEqual([
      { eventName: "INSERT", at: Date.UTC(2024, 0, 1), keys: id("a"), sizeBytes: 3 },
    ]);
  });

  test("names the service where time to live removed an item", async () => {
    await call("CreateTable", streaming("OLD_IMAGE"));
    await call("UpdateTimeToLive", {
      TableName: "plain",
      TimeToLiveSpecification: { Enabled: true, AttributeName: "until" },
    });
    await cloud().settle();
    const until = { N: String(Date.UTC(2024, 0, 1) / 1000 + 60) };
    await call("PutItem", { TableName: "plain", Item: { ...id("a"), until } });
    await cloud().advance(61_000);
    const [, removed] = await changes();
    expect(removed).toMatchObject({
      eventName: "REMOVE",
      oldImage: { until },
      byService: "dynamodb.amazonaws.com",
    });
  });

  test("is shown by DescribeTable, and its ARN also when it is disabled", async () => {
    await call("CreateTable", plain);
    const enabled = await call("UpdateTable", {
      TableName: "plain",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
    });
    expect(enabled.TableDescription).toMatchObject({
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
      LatestStreamLabel: "2024-01-01T00:00:00.000",
      LatestStreamArn: "arn:aws:dynamodb:us-east-1:000000000000:table/plain/stream/2024-01-01T00:00:00.000",
    });
    const { TableDescription: disabled } = await call("UpdateTable", {
      TableName: "plain",
      StreamSpecification: { StreamEnabled: false },
    });
    expect(disabled.StreamSpecification).toBeUndefined();
    expect(disabled.LatestStreamArn).toBe(enabled.TableDescription.LatestStreamArn);
  });

  test("is neither enabled nor disabled twice, and needs a view type", async () => {
    await call("CreateTable", streaming("KEYS_ONLY"));
    const update = (StreamSpecification: object) =>
      call("UpdateTable", { TableName: "plain", StreamSpecification });
    await expect(update({ StreamEnabled: true, StreamViewType: "NEW_IMAGE" })).rejects.toMatchObject({
      code: "ValidationException",
      message: "Table already has an enabled stream: TableName: plain",
    });
    await update({ StreamEnabled: false });
    await expect(update({ StreamEnabled: false })).rejects.toMatchObject({ code: "ValidationException" });
    await expect(update({ StreamEnabled: true })).rejects.toMatchObject({ code: "ValidationException" });
  });
});
