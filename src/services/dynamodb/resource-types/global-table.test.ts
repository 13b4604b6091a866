// Global tables as templates declare them.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import { type Provisioner, provisioner } from "../../test-resource-type.ts";
import dynamodb from "../index.ts";

let cloud: TestCloud;
let types: Provisioner;

beforeEach(async () => {
  cloud = await testCloud([dynamodb]);
  types = provisioner(cloud);
});
afterEach(() => cloud.stop());

const type = "AWS::DynamoDB::GlobalTable";
const table = (...Replicas: object[]) => ({
  TableName: "all",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
  Replicas,
});
const here = { Region: "us-east-1" };
const west = { Region: "us-west-2", Tags: [{ Key: "where", Value: "west" }] };

/** Tables come and go in their time: the clock moves until it is done. */
async function through<T>(work: Promise<T>): Promise<T> {
  let over = false;
  const watched = work.finally(() => {
    over = true;
  });
  watched.catch(() => undefined);
  while (!over) await cloud.advance(200);
  return watched;
}

const tables = async (region: string): Promise<string[]> =>
  (await cloud.as({ region }).call("dynamodb", "ListTables")).TableNames;

test("a global table has its replicas, and what each has for itself", async () => {
  const made = await through(types.create(type, table(here, west)));
  expect(made.id).toBe("all");
  expect(made.attributes?.StreamArn).toMatch(/^arn:aws:dynamodb:us-east-1:/);
  expect(await tables("us-west-2")).toEqual(["all"]);
  const there = cloud.as({ region: "us-west-2" });
  const ResourceArn = "arn:aws:dynamodb:us-west-2:000000000000:table/all";
  expect((await there.call("dynamodb", "ListTagsOfResource", { ResourceArn })).Tags).toEqual(west.Tags);
  await cloud.call("dynamodb", "PutItem", { TableName: "all", Item: { id: { S: "a" } } });
  await cloud.advance(1000);
  expect((await there.call("dynamodb", "Scan", { TableName: "all" })).Count).toBe(1);
});

test("replicas come and go with updates, and all go with the table", async () => {
  await through(types.create(type, table(here, west)));
  const east = {
    Region: "eu-west-1",
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  };
  await through(types.update(type, "all", table(here, east), table(here, west)));
  expect(await tables("us-west-2")).toEqual([]);
  const { ContinuousBackupsDescription } = await cloud
    .as({ region: "eu-west-1" })
    .call("dynamodb", "DescribeContinuousBackups", { TableName: "all" });
  expect(ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus).toBe(
    "ENABLED",
  );
  await through(types.delete(type, "all", table(here, east)));
  await cloud.advance(2000);
  for (const region of ["us-east-1", "us-west-2", "eu-west-1"]) expect(await tables(region)).toEqual([]);
});

test("provisioned capacity is refused by name", async () => {
  await expect(types.create(type, { ...table(here), BillingMode: "PROVISIONED" })).rejects.toThrow(
    "Cumulet does not implement BillingMode PROVISIONED of AWS::DynamoDB::GlobalTable yet.",
  );
});

test("replicas may name the table's indexes, as CDK writes them, and set nothing of them", async () => {
  const replica = { ...here, GlobalSecondaryIndexes: [{ IndexName: "byId" }] };
  const indexed = {
    ...table(replica),
    GlobalSecondaryIndexes: [
      {
        IndexName: "byId",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        Projection: { ProjectionType: "ALL" },
      },
    ],
  };
  await through(types.create(type, indexed));
  const { Table } = await cloud.call("dynamodb", "DescribeTable", { TableName: "all" });
  expect(Table.GlobalSecondaryIndexes).toMatchObject([{ IndexName: "byId", IndexStatus: "ACTIVE" }]);
  const set = { IndexName: "byId", ContributorInsightsSpecification: { Enabled: true } };
  const wrong = table({ ...here, GlobalSecondaryIndexes: [set] });
  await expect(types.create(type, { ...wrong, TableName: "other" })).rejects.toThrow(
    "Replicas/GlobalSecondaryIndexes/ContributorInsightsSpecification",
  );
});
