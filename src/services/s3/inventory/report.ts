// Takes a bucket's inventory at midnight, every day or on Sundays: compressed
// CSV files, then the manifest that lists them, then the manifest's checksum,
// so that whoever sees the last finds all of it
// (docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html).

import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { defineJob } from "../../../core/job.ts";
import { servicePrincipal } from "../../../core/principal.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { InventoryConfiguration } from "../../../model/generated/s3.d.ts";
import { Bucket, type BucketState, bucketArn, inside, placeOf } from "../buckets/bucket.ts";
import { readConfiguration } from "../buckets/configuration.ts";
import { day } from "../lifecycle/rules.ts";
import { scanVersions } from "../objects/scan.ts";
import { positionOf } from "../objects/walk.ts";
import { NumberedConfiguration } from "../settings/numbered.ts";
import { columnsOf, rowOf } from "./columns.ts";

const rowsAtOnce = 1000;
const rowsOfAFile = 100_000;
const compress = promisify(gzip);

interface Inventory {
  readonly bucket: string;
  readonly bucketId: string;
  readonly id: string;
}

export const takeInventory = defineJob<Inventory>({
  name: "s3.takeInventory",
  attempts: 3,
  run: {
    waits: async (inventory, ctx) => {
      const found = await ctx.atomically((tx) => find(tx, inventory));
      if (found === undefined) return;
      await report(ctx, found.bucket, found.configuration);
      await ctx.atomically(async (tx) => {
        const still = await find(tx, inventory);
        if (still !== undefined) takeNext(tx, still.bucket, still.configuration);
      });
    },
  },
});

async function find(
  tx: Transaction,
  { bucket: name, bucketId, id }: Inventory,
): Promise<{ readonly bucket: BucketState; readonly configuration: InventoryConfiguration } | undefined> {
  const bucket = await tx.get(Bucket, name);
  if (bucket === undefined || bucket.id !== bucketId) return undefined;
  const found = await inside(tx, bucket).get(NumberedConfiguration, bucketId, "inventory", id);
  const configuration = found?.document as InventoryConfiguration | undefined;
  return configuration?.IsEnabled === true ? { bucket, configuration } : undefined;
}

export function inventoryId(bucket: BucketState, id: string): string {
  return `${bucket.id} ${id}`;
}

/** At the next midnight; of weekly ones, the next that begins a Sunday. */
export function takeNext(tx: Transaction, bucket: BucketState, configuration: InventoryConfiguration): void {
  let at = (Math.floor(tx.now / day) + 1) * day;
  // The epoch began on a Thursday.
  if (configuration.Schedule.Frequency === "Weekly") while ((at / day) % 7 !== 3) at += day;
  const id = inventoryId(bucket, configuration.Id);
  const payload = { bucket: bucket.name, bucketId: bucket.id, id: configuration.Id };
  inside(tx, bucket).enqueue(takeInventory, payload, { at, id });
}

interface WrittenFile {
  readonly key: string;
  readonly size: number;
  readonly MD5checksum: string;
}

async function report(
  ctx: Waiting,
  bucket: BucketState,
  configuration: InventoryConfiguration,
): Promise<void> {
  const { Bucket: arn, Prefix = "", AccountId } = configuration.Destination.S3BucketDestination;
  const target = arn.slice(arn.lastIndexOf(":") + 1);
  const base = `${Prefix === "" ? "" : `${Prefix.replace(/\/$/, "")}/`}${bucket.name}/${configuration.Id}`;
  const principal = servicePrincipal("s3.amazonaws.com", bucket.owner, bucketArn(bucket.name));
  const writer = ctx.as(principal).at(placeOf(bucket));
  const write = async (Key: string, Body: Uint8Array, ContentType: string): Promise<void> => {
    await writer.callByName("s3", "PutObject", {
      Bucket: target,
      Key,
      Body,
      ContentType,
      ...(AccountId === undefined ? {} : { ExpectedBucketOwner: AccountId }),
      ...encryptionOf(configuration),
    });
  };
  const files: WrittenFile[] = [];
  for await (const lines of filesOf(ctx, bucket, configuration)) {
    const body = await compress(lines.join(""));
    const key = `${base}/data/${ctx.ids.uuid()}.csv.gz`;
    await write(key, body, "application/x-gzip");
    files.push({ key, size: body.length, MD5checksum: md5(body) });
  }
  const now = ctx.now();
  const manifest = Buffer.from(
    JSON.stringify({
      sourceBucket: bucket.name,
      destinationBucket: arn,
      version: "2016-11-30",
      creationTimestamp: String(now),
      fileFormat: "CSV",
      fileSchema: columnsOf(configuration).join(", "),
      files,
    }),
  );
  const stamp = new Date(now).toISOString();
  const dated = `${base}/${stamp.slice(0, 13)}-${stamp.slice(14, 16)}Z`;
  const hive = `${base}/hive/dt=${stamp.slice(0, 10)}-${stamp.slice(11, 13)}-${stamp.slice(14, 16)}`;
  const links = files.map(({ key }) => `s3://${target}/${key}`).join("\n");
  await write(`${hive}/symlink.txt`, Buffer.from(`${links}\n`), "text/plain");
  await write(`${dated}/manifest.json`, manifest, "application/json");
  await write(`${dated}/manifest.checksum`, Buffer.from(md5(manifest)), "text/plain");
}

function encryptionOf({ Destination }: InventoryConfiguration): object {
  const { SSES3, SSEKMS } = Destination.S3BucketDestination.Encryption ?? {};
  if (SSEKMS !== undefined) return { ServerSideEncryption: "aws:kms", SSEKMSKeyId: SSEKMS.KeyId };
  return SSES3 === undefined ? {} : { ServerSideEncryption: "AES256" };
}

async function* filesOf(
  ctx: Waiting,
  bucket: BucketState,
  configuration: InventoryConfiguration,
): AsyncGenerator<readonly string[]> {
  const prefix = configuration.Filter?.Prefix ?? "";
  const lifecycle = await ctx.atomically((tx) => readConfiguration(tx, bucket, "lifecycle"));
  const counted = { configuration, bucket, rules: lifecycle?.rules ?? [] };
  let start: string = prefix === "" ? "" : positionOf(prefix).slice(0, -1);
  let lines: string[] = [];
  let latest: string | undefined;
  for (;;) {
    const rows = await ctx.atomically(async (tx) => {
      const found = await scanVersions(tx, bucket, undefined)({ start, end: "\xff" }, rowsAtOnce);
      return found.map((row) => ({ version: row.value(), position: row.position }));
    });
    for (const { version } of rows) {
      const isLatest = version.key !== latest;
      latest = version.key;
      if (!version.key.startsWith(prefix)) continue;
      if (configuration.IncludedObjectVersions === "All" || (isLatest && version.deleteMarker !== true)) {
        lines.push(rowOf(counted, version, isLatest));
      }
    }
    const last = rows.at(-1);
    const ended = last === undefined || rows.length < rowsAtOnce || isPast(last.version.key, prefix);
    if (ended || lines.length >= rowsOfAFile) {
      yield lines;
      lines = [];
    }
    if (ended) return;
    start = `${last.position}\0`;
  }
}

function isPast(key: string, prefix: string): boolean {
  return !key.startsWith(prefix) && Buffer.compare(Buffer.from(key), Buffer.from(prefix)) > 0;
}

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
