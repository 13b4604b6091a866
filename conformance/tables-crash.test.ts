// Tables over kill -9: what was acknowledged is there, in the indexes as well,
// and what was under way is carried on with.

import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import {
  CreateBackupCommand,
  CreateTableCommand,
  DescribeBackupCommand,
  DescribeExportCommand,
  DescribeImportCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ExportTableToPointInTimeCommand,
  ImportTableCommand,
  PutItemCommand,
  paginateScan,
  RestoreTableFromBackupCommand,
  TransactWriteItemsCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";

let cloud: RunningCloud;
let client: DynamoDBClient;

function connect(): void {
  client?.destroy();
  client = new DynamoDBClient(clientOptions(cloud));
}

async function crash(): Promise<void> {
  await cloud.kill();
  await cloud.restart();
  connect();
}

beforeAll(async () => {
  cloud = await startCloud();
  connect();
});
afterAll(async () => {
  client?.destroy();
  await cloud?.stop();
});

const text = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const });
const hash = (AttributeName: string) => ({ AttributeName, KeyType: "HASH" as const });
const byGroup = (IndexName: string) => ({
  IndexName,
  KeySchema: [hash("group")],
  Projection: { ProjectionType: "KEYS_ONLY" as const },
});

async function ids(TableName: string, IndexName?: string): Promise<string[]> {
  const found: string[] = [];
  for await (const page of paginateScan({ client }, { TableName, ...(IndexName && { IndexName }) })) {
    found.push(...(page.Items ?? []).map((item) => item.id?.S ?? ""));
  }
  return found.sort();
}

/** What `look` finds at last, within half a minute. */
async function eventually<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  const end = performance.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error("It did not come about.");
    await pause(50);
  }
}

test("what was acknowledged is in the table, its index and its counters", { timeout: 60_000 }, async () => {
  const TableName = "written";
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [hash("id")],
      AttributeDefinitions: [text("id"), text("group")],
      GlobalSecondaryIndexes: [byGroup("by-group")],
    }),
  );
  const acknowledged: string[] = [];
  const wanted = 300;
  for (let round = 0; round < 2; round += 1) {
    let written = 0;
    const writers = Array.from({ length: 6 }, async (_each, writer) => {
      for (let at = 0; ; at += 1) {
        const name = `${round}-${writer}-${at}`;
        const item = (id: string) => ({ TableName, Item: { id: { S: id }, group: { S: `g${at % 3}` } } });
        // A pair is written together or not at all.
        const pair = [`${name}-a`, `${name}-b`];
        const transaction = { TransactItems: pair.map((id) => ({ Put: item(id) })) };
        const done = await (writer % 2 === 0
          ? client.send(new PutItemCommand(item(name))).then(() => [name])
          : client.send(new TransactWriteItemsCommand(transaction)).then(() => pair)
        ).catch(() => undefined);
        if (done === undefined) return;
        acknowledged.push(...done);
        written += done.length;
      }
    });
    await eventually(async () => written >= wanted);
    await cloud.kill();
    await Promise.all(writers);
    await cloud.restart();
    connect();
  }
  const found = await ids(TableName);
  const there = new Set(found);
  expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
  for (const id of found) if (id.endsWith("-a")) expect(there, id).toContain(id.replace(/a$/, "b"));
  expect(await ids(TableName, "by-group")).toEqual(found);
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table?.ItemCount).toBe(found.length);
});

test("imports, exports, backups, restorations and new indexes are carried on with", {
  timeout: 120_000,
}, async () => {
  const total = 3000;
  const s3 = new S3Client({ ...clientOptions(cloud), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "items" }));
  const lines = Array.from({ length: total }, (_each, at) =>
    JSON.stringify({
      Item: { id: { S: `item-${at}` }, group: { S: `g${at % 7}` }, text: { S: "x".repeat(100) } },
    }),
  );
  const Body = gzipSync(lines.join("\n"));
  await s3.send(new PutObjectCommand({ Bucket: "items", Key: "in/items.json.gz", Body }));
  s3.destroy();

  const { ImportTableDescription: importing } = await client.send(
    new ImportTableCommand({
      S3BucketSource: { S3Bucket: "items", S3KeyPrefix: "in/" },
      InputFormat: "DYNAMODB_JSON",
      InputCompressionType: "GZIP",
      TableCreationParameters: {
        TableName: "imported",
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [hash("id")],
        AttributeDefinitions: [text("id")],
      },
    }),
  );
  await crash();
  const { ImportArn, TableArn } = importing!;
  const imported = await eventually(async () => {
    const { ImportTableDescription: seen } = await client.send(new DescribeImportCommand({ ImportArn }));
    return seen?.ImportStatus !== "IN_PROGRESS" && seen;
  });
  expect(imported).toMatchObject({ ImportStatus: "COMPLETED", ImportedItemCount: total, ErrorCount: 0 });

  const TableName = "imported";
  await client.send(
    new UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  );
  const { ExportDescription: exporting } = await client.send(
    new ExportTableToPointInTimeCommand({ TableArn, S3Bucket: "items", S3Prefix: "out" }),
  );
  const { BackupDetails: backup } = await client.send(
    new CreateBackupCommand({ TableName, BackupName: "kept" }),
  );
  await crash();
  const exported = await eventually(async () => {
    const { ExportArn } = exporting!;
    const { ExportDescription: seen } = await client.send(new DescribeExportCommand({ ExportArn }));
    return seen?.ExportStatus !== "IN_PROGRESS" && seen;
  });
  expect(exported).toMatchObject({ ExportStatus: "COMPLETED", ItemCount: total });
  const BackupArn = backup!.BackupArn;
  await eventually(async () => {
    const { BackupDescription: seen } = await client.send(new DescribeBackupCommand({ BackupArn }));
    return seen?.BackupDetails?.BackupStatus === "AVAILABLE";
  });

  await client.send(new RestoreTableFromBackupCommand({ TargetTableName: "restored", BackupArn }));
  await crash();
  const restored = async () => (await client.send(new DescribeTableCommand({ TableName: "restored" }))).Table;
  await eventually(async () => (await restored())?.TableStatus === "ACTIVE");
  const all = await ids("imported");
  expect(all).toHaveLength(total);
  expect(await ids("restored")).toEqual(all);

  await client.send(
    new UpdateTableCommand({
      TableName: "restored",
      AttributeDefinitions: [text("id"), text("group")],
      GlobalSecondaryIndexUpdates: [{ Create: byGroup("by-group") }],
    }),
  );
  await crash();
  await eventually(async () => (await restored())?.GlobalSecondaryIndexes?.[0]?.IndexStatus === "ACTIVE");
  expect(await ids("restored", "by-group")).toEqual(all);
});
