import { beforeEach, expect, test } from "vitest";
import { call, cloud, freshCloud, id, plain } from "../test-tables.ts";

freshCloud();

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
  await cloud().settle();
  expect(await call("DescribeTimeToLive", { TableName: "plain" })).toEqual({
    TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "expires" },
  });
  await put("later", at(3600));
  await put("sooner", at(30));
  await put("text", { S: "2024" });
  await put("ancient", { N: "100" });
  await put("moved", at(40));
  await put("moved", at(7200));
  await cloud().advance(31_000);
  expect(await left()).toEqual(["ancient", "before", "later", "moved", "text"]);
  await cloud().advance(60_000);
  expect(await left()).toEqual(["ancient", "later", "moved", "text"]);
  await cloud().advance(3_600_000);
  expect(await left()).toEqual(["ancient", "moved", "text"]);
  expect((await call("DescribeTable", { TableName: "plain" })).Table.ItemCount).toBe(3);
});

test("it is turned on once, and off", async () => {
  await enable();
  await expect(enable()).rejects.toThrow("TimeToLive is already enabled");
  await cloud().settle();
  await put("a", at(10));
  const specification = { Enabled: false, AttributeName: "expires" };
  await call("UpdateTimeToLive", { TableName: "plain", TimeToLiveSpecification: specification });
  await cloud().advance(20_000);
  expect(await left()).toEqual(["a"]);
  expect(await call("DescribeTimeToLive", { TableName: "plain" })).toEqual({
    TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" },
  });
});
