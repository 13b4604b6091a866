import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import s3 from "../../s3/index.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import dynamodb from "../index.ts";
import { id, plain } from "../test-tables.ts";

let cloud: TestCloud;

beforeEach(async () => {
  cloud = await testCloud([dynamodb, s3]);
  await cloud.call("s3", "CreateBucket", { Bucket: "files" });
});
afterEach(async () => {
  await cloud.stop();
  expect(cloud.log.filter((entry) => entry.level === "error")).toEqual([]);
});

// biome-ignore lint/suspicious/noExplicitAny: outputs are read freely.
const call = async (operation: string, input: object): Promise<any> =>
  JSON.parse(JSON.stringify(await cloud.call("dynamodb", operation, input)));

async function* body(bytes: Uint8Array) {
  yield bytes;
}

const upload = (Key: string, bytes: Uint8Array) =>
  cloud.call("s3", "PutObject", { Bucket: "files", Key, Body: body(bytes), ContentLength: bytes.length });

async function download(Key: string): Promise<Buffer> {
  const { Body } = await cloud.call("s3", "GetObject", { Bucket: "files", Key });
  const chunks: Uint8Array[] = [];
  for await (const chunk of Body instanceof Uint8Array ? [Body] : Body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

const lines = (bytes: Uint8Array) =>
  gunzipSync(bytes)
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

const tableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/plain";
const put = (key: string, more: object = {}) =>
  call("PutItem", { TableName: "plain", Item: { ...id(key), ...more } });

async function tableWithRecovery(): Promise<void> {
  await call("CreateTable", plain);
  await call("UpdateContinuousBackups", {
    TableName: "plain",
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
}

test("an export writes the table as it was at its time, with manifests", async () => {
  await tableWithRecovery();
  for (let n = 0; n < 250; n += 1) await put(`k${n}`, { n: { N: String(n) }, b: { B: Buffer.from("x") } });
  const ExportTime = Date.UTC(2024, 0, 1);
  await cloud.advance(60_000);
  await put("later");
  await call("DeleteItem", { TableName: "plain", Key: id("k0") });
  const { ExportDescription: begun } = await call("ExportTableToPointInTime", {
    TableArn: tableArn,
    S3Bucket: "files",
    S3Prefix: "out",
    ExportTime,
  });
  expect(begun).toMatchObject({ ExportStatus: "IN_PROGRESS", ExportFormat: "DYNAMODB_JSON", ExportTime });
  await cloud.settle();
  const { ExportDescription } = await call("DescribeExport", { ExportArn: begun.ExportArn });
  expect(ExportDescription).toMatchObject({ ExportStatus: "COMPLETED", ItemCount: 250, S3Prefix: "out" });
  const summary = JSON.parse((await download(ExportDescription.ExportManifest)).toString());
  expect(summary).toMatchObject({
    version: "2020-06-30",
    itemCount: 250,
    exportTime: "2024-01-01T00:00:00.000Z",
  });
  const [file] = (await download(summary.manifestFilesS3Key))
    .toString()
    .trim()
    .split("\n")
    .map((l) => JSON.parse(l));
  expect(file.itemCount).toBe(250);
  const items = lines(await download(file.dataFileS3Key));
  expect(items.map(({ Item }) => Item.id.S).sort()).toEqual(
    Array.from({ length: 250 }, (_each, n) => `k${n}`).sort(),
  );
  expect(items[0].Item.b).toEqual({ B: "eA==" });
  expect((await call("ListExports", { TableArn: tableArn })).ExportSummaries).toHaveLength(1);
});

test("an incremental export writes what changed between two times", async () => {
  await tableWithRecovery();
  await put("same");
  await put("changed", { n: { N: "1" } });
  await put("gone");
  const start = Date.UTC(2024, 0, 1);
  await cloud.advance(60_000);
  await put("changed", { n: { N: "2" } });
  await put("changed", { n: { N: "3" } });
  await call("DeleteItem", { TableName: "plain", Key: id("gone") });
  await put("new");
  await put("brief");
  await call("DeleteItem", { TableName: "plain", Key: id("brief") });
  await cloud.advance(20 * 60_000);
  await put("changed", { n: { N: "4" } });
  const { ExportDescription } = await call("ExportTableToPointInTime", {
    TableArn: tableArn,
    S3Bucket: "files",
    ExportType: "INCREMENTAL_EXPORT",
    IncrementalExportSpecification: { ExportFromTime: start + 1000, ExportToTime: start + 16 * 60_000 },
  });
  await cloud.settle();
  const { Contents } = await cloud.call("s3", "ListObjectsV2", {
    Bucket: "files",
    Prefix: "AWSDynamoDB/data/",
  });
  const changes = lines(await download(Contents[0].Key));
  const at = { WriteTimestampMicros: { N: String((start + 60_000) * 1000) } };
  expect(changes.sort((a, b) => (a.Keys.id.S < b.Keys.id.S ? -1 : 1))).toEqual([
    {
      Metadata: at,
      Keys: id("changed"),
      NewImage: { ...id("changed"), n: { N: "3" } },
      OldImage: { ...id("changed"), n: { N: "1" } },
    },
    { Metadata: at, Keys: id("gone"), OldImage: id("gone") },
    { Metadata: at, Keys: id("new"), NewImage: id("new") },
  ]);
  const described = await call("DescribeExport", { ExportArn: ExportDescription.ExportArn });
  expect(described.ExportDescription).toMatchObject({
    ExportStatus: "COMPLETED",
    ExportType: "INCREMENTAL_EXPORT",
  });
});

test("an export needs recovery, a time within it, and a bucket that is there", async () => {
  await call("CreateTable", plain);
  const ask = (more: object) =>
    call("ExportTableToPointInTime", { TableArn: tableArn, S3Bucket: "files", ...more });
  await expect(ask({})).rejects.toMatchObject({ code: "PointInTimeRecoveryUnavailableException" });
  await call("UpdateContinuousBackups", {
    TableName: "plain",
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  await expect(ask({ ExportTime: 0 })).rejects.toMatchObject({ code: "InvalidExportTimeException" });
  await expect(ask({ ExportFormat: "ION" })).rejects.toMatchObject({ code: "NotImplemented" });
  const { ExportDescription } = await ask({ S3Bucket: "nowhere" });
  await cloud.settle();
  const described = await call("DescribeExport", { ExportArn: ExportDescription.ExportArn });
  expect(described.ExportDescription).toMatchObject({
    ExportStatus: "FAILED",
    FailureCode: "S3NoSuchBucket",
  });
  await call("DeleteTable", { TableName: "plain" });
});

const importing = (more: object) => ({
  S3BucketSource: { S3Bucket: "files", S3KeyPrefix: "in/" },
  InputFormat: "DYNAMODB_JSON",
  TableCreationParameters: { ...plain },
  ...more,
});

test("an import of DynamoDB JSON, zipped, makes a table of what is valid", async () => {
  const good = Array.from({ length: 250 }, (_each, n) =>
    JSON.stringify({ Item: { ...id(`k${n}`), b: { B: "eA==" }, n: { N: "1.50" } } }),
  );
  const bad = ["{", '{"Item":{"id":{"S":1}}}', '{"Item":{"other":{"S":"x"}}}'];
  await upload("in/1.json.gz", gzipSync([...good.slice(0, 120), ...bad].join("\n")));
  await upload("in/2.json.gz", gzipSync(good.slice(120).join("\n")));
  const { ImportTableDescription: begun } = await call(
    "ImportTable",
    importing({ InputCompressionType: "GZIP" }),
  );
  expect(begun).toMatchObject({ ImportStatus: "IN_PROGRESS" });
  await cloud.settle();
  const { ImportTableDescription } = await call("DescribeImport", { ImportArn: begun.ImportArn });
  expect(ImportTableDescription).toMatchObject({
    ImportStatus: "COMPLETED",
    ProcessedItemCount: 253,
    ImportedItemCount: 250,
    ErrorCount: 3,
  });
  const { Item } = await call("GetItem", { TableName: "plain", Key: id("k200") });
  expect(Item).toEqual({ ...id("k200"), b: { B: "eA==" }, n: { N: "1.5" } });
  expect((await call("ListImports", {})).ImportSummaryList).toHaveLength(1);
});

test("an import of CSV takes keys by their type and all else as strings", async () => {
  await upload("in/a.csv", Buffer.from('id,at,note\nx,1,"a, ""b"""\ny,2,\n'));
  await call("ImportTable", {
    ...importing({ InputFormat: "CSV" }),
    TableCreationParameters: {
      ...plain,
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "at", AttributeType: "N" },
      ],
      KeySchema: [
        { AttributeName: "id", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
    },
  });
  await cloud.settle();
  const { Items } = await call("Scan", { TableName: "plain" });
  expect(Items).toContainEqual({ ...id("x"), at: { N: "1" }, note: { S: 'a, "b"' } });
  expect(Items).toContainEqual({ ...id("y"), at: { N: "2" }, note: { S: "" } });
});

test("an import that cannot read its files fails, and its table goes", async () => {
  await upload("in/a.gz", Buffer.from("not zipped"));
  const { ImportTableDescription } = await call("ImportTable", importing({ InputCompressionType: "GZIP" }));
  await cloud.settle();
  const described = await call("DescribeImport", { ImportArn: ImportTableDescription.ImportArn });
  expect(described.ImportTableDescription).toMatchObject({
    ImportStatus: "FAILED",
    FailureCode: "ItemValidationError",
  });
  expect((await call("ListTables", {})).TableNames).toEqual([]);
});
