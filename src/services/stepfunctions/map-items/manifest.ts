// Manifests: files that name the files which hold the items. S3's inventory
// names gzipped CSV without headers, Athena's UNLOAD one address a line.

import type { Waiting } from "../../../core/waiting.ts";
import type { Json } from "../asl/data/scope.ts";
import { rowsOf } from "./csv.ts";
import { linesOf, type ObjectName, open, readerFailed, textOf } from "./object.ts";

interface InventoryManifest {
  readonly destinationBucket: string;
  readonly fileFormat: string;
  readonly fileSchema: string;
  readonly files: readonly { readonly key: string }[];
}

export async function* inventoryItems(name: ObjectName, ctx: Waiting): AsyncGenerator<Json> {
  const manifest = manifestOf(await textOf(await open(name, ctx)), name);
  if (manifest.fileFormat !== "CSV") {
    throw readerFailed(`Cumulet does not implement inventories in ${manifest.fileFormat} yet.`);
  }
  const columns = manifest.fileSchema.split(",").map((column) => column.trim());
  const Bucket = manifest.destinationBucket.replace(/^arn:[^:]+:s3:::/, "");
  for (const { key } of manifest.files) {
    for await (const row of rowsOf(await open({ Bucket, Key: key }, ctx), ",")) {
      yield Object.fromEntries(columns.map((column, at) => [column, row[at] ?? ""]));
    }
  }
}

function manifestOf(text: string, { Bucket, Key }: ObjectName): InventoryManifest {
  try {
    const manifest = JSON.parse(text) as Partial<InventoryManifest>;
    const { destinationBucket, fileFormat, fileSchema, files } = manifest;
    if (
      destinationBucket !== undefined &&
      fileFormat !== undefined &&
      fileSchema !== undefined &&
      Array.isArray(files)
    ) {
      return { destinationBucket, fileFormat, fileSchema, files };
    }
  } catch {
    // Told below, as any other text that is no manifest.
  }
  throw readerFailed(`s3://${Bucket}/${Key} is not the manifest of an S3 inventory`);
}

export async function* athenaItems(
  name: ObjectName,
  ctx: Waiting,
  itemsOf: (file: ObjectName) => AsyncIterable<Json>,
): AsyncGenerator<Json> {
  for await (const line of linesOf(await open(name, ctx))) {
    const [, Bucket, Key] = /^"?s3:\/\/([^/]+)\/(.+?)"?$/.exec(line.trim()) ?? [];
    if (Bucket === undefined || Key === undefined)
      throw readerFailed(`The manifest names no object of S3: ${line}`);
    yield* itemsOf({ Bucket, Key });
  }
}
