// Where a distributed map's items come from: the list of a bucket's objects, or
// what one object holds: CSV, JSON, JSON Lines, or the manifest of an inventory
// or of an Athena query.

import type { Readable } from "node:stream";
import type { Waiting } from "../../../core/waiting.ts";
import type { Json } from "../asl/data/scope.ts";
import { type ReaderAim, underRole } from "./aim.ts";
import { csvItems } from "./csv.ts";
import { listedObjects } from "./listing.ts";
import { athenaItems, inventoryItems } from "./manifest.ts";
import { linesOf, type ObjectName, open, readerFailed, textOf } from "./object.ts";
import { pointed } from "./pointer.ts";

/** An item, and where it comes from: `s3://bucket/key`, or the bucket of a list. */
export interface SourcedItem {
  readonly value: Json;
  readonly source: string;
}

export async function* readItems(aim: ReaderAim, ctx: Waiting): AsyncGenerator<SourcedItem> {
  const most = aim.maxItems ?? Number.POSITIVE_INFINITY;
  let count = 0;
  for await (const item of itemsOf(aim, underRole(aim.roleArn, ctx))) {
    if (count++ >= most) return;
    yield item;
  }
}

function itemsOf(aim: ReaderAim, ctx: Waiting): AsyncIterable<SourcedItem> {
  const { resource, config } = aim;
  if (!resource.endsWith(":s3:listObjectsV2")) {
    const name = aim.parameters as unknown as ObjectName;
    return sourced(objectItems(name, config, ctx), `s3://${name.Bucket}/${name.Key}`);
  }
  const objects = listedObjects(aim.parameters as Readonly<Record<string, Json>>, ctx);
  const { Bucket } = aim.parameters as { readonly Bucket: string };
  if (config.Transformation !== "LOAD_AND_FLATTEN") return sourced(objects, `s3://${Bucket}`);
  return loaded(objects, Bucket, config, ctx);
}

async function* sourced(items: AsyncIterable<Json>, source: string): AsyncGenerator<SourcedItem> {
  for await (const value of items) yield { value, source };
}

/** The items within every object of the list. */
async function* loaded(
  objects: AsyncIterable<Json>,
  bucket: string,
  config: ReaderAim["config"],
  ctx: Waiting,
): AsyncGenerator<SourcedItem> {
  for await (const object of objects) {
    const { Key, Size } = object as { readonly Key: string; readonly Size: number };
    if (Size === 0) continue;
    yield* sourced(objectItems({ Bucket: bucket, Key }, config, ctx), `s3://${bucket}/${Key}`);
  }
}

async function* objectItems(
  name: ObjectName,
  config: ReaderAim["config"],
  ctx: Waiting,
): AsyncGenerator<Json> {
  const { InputType: type, ManifestType: manifest } = config;
  if (manifest === "ATHENA_DATA") {
    yield* athenaItems(name, ctx, (file) => objectItems(file, withoutManifest(config), ctx));
  } else if (type === "MANIFEST" || manifest === "S3_INVENTORY") yield* inventoryItems(name, ctx);
  else if (type === "PARQUET") {
    throw readerFailed("Cumulet does not implement the InputType PARQUET of ItemReader yet.");
  } else yield* itemsOfText(await open(name, ctx), config, `s3://${name.Bucket}/${name.Key}`);
}

/** The items within one text of CSV, JSON Lines or JSON. */
export async function* itemsOfText(
  stream: Readable,
  config: ReaderAim["config"],
  source = "The data",
): AsyncGenerator<Json> {
  if (config.InputType === "CSV") yield* csvItems(stream, config);
  else if (config.InputType === "JSONL") {
    for await (const line of linesOf(stream)) yield parsed(line, source);
  } else yield* pointed(parsed(await textOf(stream), source), config.ItemsPointer);
}

function withoutManifest({ ManifestType: _, ...config }: ReaderAim["config"]): ReaderAim["config"] {
  return config;
}

function parsed(text: string, source: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw readerFailed(`${source} is not JSON: ${(error as Error).message}`);
  }
}
