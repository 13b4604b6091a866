// The job of an export: each run writes one data file and notes where it came
// to, the last one the manifests. A crash repeats at most one file, under the
// same name.

import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { Fault } from "../../../core/fault.ts";
import { defineJob, type Job } from "../../../core/job.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { fromBase64, toBase64 } from "../backups/jobs.ts";
import { itemsAt } from "../history/history.ts";
import { releaseFrom } from "../history/keeping.ts";
import { keysOf } from "../items/capture.ts";
import { layoutOf, type TableLayout } from "../tables/layout.ts";
import { Table } from "../tables/table.ts";
import { decodeItem, itemJson, storedJson, storedSize } from "../values/stored-item.ts";
import { type DataFile, dataFolder, Export, type ExportState, manifestFolder } from "./export.ts";
import { type ChangedItem, changedBetween } from "./increment.ts";

const s3 = modelOf<S3>("s3");
const compress = promisify(gzip);
const itemsAtOnce = 200;
/** Of items, before compression. */
const fileBytes = 8 * 1024 * 1024;

interface ExportPayload {
  readonly table: string;
  readonly id: string;
}

export const exportItems: Job<ExportPayload> = defineJob<ExportPayload>({
  name: "dynamodb.exportItems",
  run: {
    waits: async ({ table, id }, ctx) => {
      const state = await ctx.atomically((tx) => tx.get(Export, table, id));
      if (state?.status !== "IN_PROGRESS") return;
      try {
        await writeNext(state, ctx);
      } catch (error) {
        if (!(error instanceof Fault) || error.code === "SlowDown") throw error;
        const failure = { code: `S3${error.code}`, message: error.message };
        await finish(state, { status: "FAILED", failure }, ctx);
      }
    },
  },
});

async function writeNext(state: ExportState, ctx: Waiting): Promise<void> {
  if (state.files.length === 0) await put(state, `${manifestFolder(state)}_started`, Buffer.alloc(0), ctx);
  const part = await gather(state, ctx);
  const key = `${dataFolder(state)}${fileName(state)}.json.gz`;
  const body = await compress(Buffer.concat(part.lines));
  const written = await put(state, key, body, ctx);
  const file: DataFile = { key, ...written, items: part.lines.length };
  const next: ExportState = {
    ...state,
    files: [...state.files, file],
    items: state.items + part.lines.length,
    bytes: state.bytes + part.bytes,
    after: part.last,
  };
  if (part.last === undefined) {
    const done: ExportState = { ...next, status: "COMPLETED", endedAt: ctx.now() };
    await writeManifests(done, ctx);
    return finish(next, { status: "COMPLETED" }, ctx);
  }
  await ctx.atomically(async (tx) => {
    tx.put(Export, next);
    tx.enqueue(exportItems, { table: state.tableName, id: state.id });
  });
}

interface Part {
  readonly lines: readonly Buffer[];
  readonly bytes: number;
  /** Undefined at the end of the table, else in base64. */
  readonly last: string | undefined;
}

async function gather(state: ExportState, ctx: Waiting): Promise<Part> {
  const lines: Buffer[] = [];
  let bytes = 0;
  let after = fromBase64(state.after);
  for (;;) {
    const page = await ctx.atomically((tx) => readPage(state, after, tx));
    for (const { line, size } of page.lines) {
      lines.push(line);
      bytes += size;
    }
    after = page.last;
    if (after === undefined) return { lines, bytes, last: undefined };
    if (bytes >= fileBytes) return { lines, bytes, last: toBase64(after) };
  }
}

async function readPage(
  state: ExportState,
  after: string | undefined,
  tx: Parameters<typeof itemsAt>[0],
): Promise<{ lines: { line: Buffer; size: number }[]; last: string | undefined }> {
  const source = { storageId: state.storageId, historyId: state.historyId };
  if (state.increment === undefined) {
    const page = await itemsAt(tx, source, { at: state.at }, after, itemsAtOnce);
    const lines = page.items.map(({ bytes }) => ({
      line: Buffer.concat([Buffer.from('{"Item":'), storedJson(bytes), Buffer.from("}\n")]),
      size: storedSize(bytes),
    }));
    return { lines, last: page.last };
  }
  const table = (await tx.get(Table, state.tableName))!;
  const layout = layoutOf(table, tx);
  const page = await changedBetween(tx, source, state.increment, after, itemsAtOnce);
  return { lines: page.items.map((item) => changeLine(layout, state, item)), last: page.last };
}

function changeLine(
  table: TableLayout,
  { increment }: ExportState,
  { old, fresh, at }: ChangedItem,
): { line: Buffer; size: number } {
  const showsOld = increment?.view !== "NEW_IMAGE";
  const text = [
    `{"Metadata":{"WriteTimestampMicros":{"N":"${at * 1000}"}}`,
    `"Keys":${itemJson(keysOf(table, decodeItem((fresh ?? old)!)))}`,
    ...(fresh === undefined ? [] : [`"NewImage":${Buffer.from(storedJson(fresh)).toString()}`]),
    ...(old === undefined || !showsOld ? [] : [`"OldImage":${Buffer.from(storedJson(old)).toString()}`]),
  ].join(",");
  const size = (fresh === undefined ? 0 : storedSize(fresh)) + (old === undefined ? 0 : storedSize(old));
  return { line: Buffer.from(`${text}}\n`), size };
}

/** Random to look at, and the same when a run is repeated. */
function fileName({ arn, files }: ExportState): string {
  const digest = createHash("sha256").update(`${arn} ${files.length}`).digest();
  return digest
    .toString("base64url")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "a")
    .slice(0, 26);
}

async function put(
  { input, principal }: ExportState,
  key: string,
  body: Buffer,
  ctx: Waiting,
): Promise<{ etag: string; md5: string }> {
  const kms = input.S3SseAlgorithm === "KMS";
  const output = await ctx.as(principal).call(s3, "PutObject", {
    Bucket: input.S3Bucket,
    Key: key,
    Body: stream(body),
    ContentLength: body.length,
    ...(input.S3BucketOwner === undefined ? undefined : { ExpectedBucketOwner: input.S3BucketOwner }),
    ...(kms ? { ServerSideEncryption: "aws:kms" as const } : undefined),
    ...(kms && input.S3SseKmsKeyId !== undefined ? { SSEKMSKeyId: input.S3SseKmsKeyId } : undefined),
  });
  return {
    etag: (output.ETag ?? "").replaceAll('"', ""),
    md5: createHash("md5").update(body).digest("base64"),
  };
}

async function* stream(body: Buffer): AsyncGenerator<Uint8Array> {
  yield body;
}

async function writeManifests(state: ExportState, ctx: Waiting): Promise<void> {
  const folder = manifestFolder(state);
  const files = state.files
    .map((file) =>
      JSON.stringify({
        itemCount: file.items,
        md5Checksum: file.md5,
        etag: file.etag,
        dataFileS3Key: file.key,
      }),
    )
    .join("\n");
  for (const [name, text] of [
    ["manifest-files", `${files}\n`],
    ["manifest-summary", JSON.stringify(summary(state))],
  ] as const) {
    const body = Buffer.from(text);
    const { md5 } = await put(state, `${folder}${name}.json`, body, ctx);
    await put(state, `${folder}${name}.md5`, Buffer.from(md5), ctx);
  }
}

function summary(state: ExportState): object {
  const { input, increment } = state;
  const time = (at: number) => new Date(at).toISOString();
  return {
    version: increment === undefined ? "2020-06-30" : "2023-08-01",
    exportArn: state.arn,
    startTime: time(state.startedAt),
    endTime: time(state.endedAt!),
    tableArn: state.tableArn,
    tableId: state.tableId,
    ...(increment === undefined
      ? { exportTime: time(state.at) }
      : { exportFromTime: time(increment.from), exportToTime: time(increment.to) }),
    s3Bucket: input.S3Bucket,
    s3Prefix: input.S3Prefix ?? null,
    s3SseAlgorithm: input.S3SseAlgorithm ?? "AES256",
    s3SseKmsKeyId: input.S3SseKmsKeyId ?? null,
    manifestFilesS3Key: `${manifestFolder(state)}manifest-files.json`,
    billedSizeBytes: state.bytes,
    itemCount: state.items,
    outputFormat: "DYNAMODB_JSON",
    ...(increment === undefined
      ? undefined
      : { outputView: increment.view, exportType: "INCREMENTAL_EXPORT" }),
  };
}

/** Ends the export, and lets go of the table's history. */
async function finish(state: ExportState, end: Partial<ExportState>, ctx: Waiting): Promise<void> {
  await ctx.atomically(async (tx) => {
    tx.put(Export, { ...state, ...end, endedAt: tx.now });
    const table = await tx.get(Table, state.tableName);
    if (table?.storageId === state.storageId) tx.put(Table, releaseFrom(table, state.arn, tx));
  });
}
