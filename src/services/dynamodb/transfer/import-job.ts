// The job of an import: object after object, some records at a time; each batch
// is stored together with how far it came, so that a crash takes up there.

import { Fault } from "../../../core/fault.ts";
import { defineJob, type Job } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { putChange } from "../items/change.ts";
import { Stored } from "../items/stored.ts";
import { writeItem } from "../items/write.ts";
import { remainsOf, removeLater } from "../tables/cleanup.ts";
import { layoutOf } from "../tables/layout.ts";
import { Table } from "../tables/table.ts";
import type { Item } from "../values/attribute-value.ts";
import { Import, type ImportState } from "./import.ts";
import { records } from "./records.ts";

const s3 = modelOf<S3>("s3");
const recordsAtOnce = 100;

interface ImportPayload {
  readonly id: string;
}

export const importItems: Job<ImportPayload> = defineJob<ImportPayload>({
  name: "dynamodb.importItems",
  run: {
    waits: async ({ id }, ctx) => {
      const state = await ctx.atomically((tx) => tx.get(Import, id));
      if (state?.status !== "IN_PROGRESS") return;
      try {
        await importAll(state, ctx);
      } catch (error) {
        const failure = failureOf(error);
        if (failure === undefined) throw error;
        await ctx.atomically((tx) => fail(id, failure, tx));
      }
    },
  },
});

function failureOf(error: unknown): { code: string; message: string } | undefined {
  if (error instanceof Fault) return { code: `S3${error.code}`, message: error.message };
  const code = (error as { code?: unknown }).code;
  // zlib's and csv-parse's own codes: the file is not what was announced.
  if (typeof code === "string" && /^(Z_|CSV_)/.test(code)) {
    return { code: "ItemValidationError", message: `An object cannot be read: ${(error as Error).message}` };
  }
  return undefined;
}

async function importAll(begun: ImportState, ctx: Waiting): Promise<void> {
  let state = begun;
  const { S3Bucket: Bucket, S3KeyPrefix: Prefix, S3BucketOwner: owner } = state.input.S3BucketSource;
  const caller = ctx.as(state.principal);
  const common = { Bucket, ...(owner === undefined ? undefined : { ExpectedBucketOwner: owner }) };
  for (;;) {
    const { Contents: objects = [], IsTruncated: more } = await caller.call(s3, "ListObjectsV2", {
      ...common,
      ...(Prefix === undefined ? undefined : { Prefix }),
      ...(state.lastKey === undefined ? undefined : { StartAfter: state.lastKey }),
    });
    for (const { Key, Size = 0 } of objects) {
      if (Size > 0) {
        const { Body } = await caller.call(s3, "GetObject", { ...common, Key: Key! });
        if (Body !== undefined) state = await importObject(state, Body, ctx);
      }
      state = { ...state, lastKey: Key, records: 0, bytes: state.bytes + Size };
    }
    if (more !== true) break;
  }
  await ctx.atomically((tx) => complete(state, tx));
}

async function importObject(
  begun: ImportState,
  body: Parameters<typeof records>[0],
  ctx: Waiting,
): Promise<ImportState> {
  const { input } = begun;
  let state = begun;
  const types = Object.fromEntries(
    input.TableCreationParameters.AttributeDefinitions.map(({ AttributeName, AttributeType }) => [
      AttributeName,
      AttributeType,
    ]),
  );
  let batch: (Item | undefined)[] = [];
  let toSkip = begun.records;
  for await (const item of records(body, input, types)) {
    if (toSkip > 0) {
      toSkip -= 1;
      continue;
    }
    batch.push(item);
    if (batch.length < recordsAtOnce) continue;
    ctx.stopping.throwIfAborted();
    state = await storeBatch(state, batch, ctx);
    batch = [];
  }
  return batch.length === 0 ? state : storeBatch(state, batch, ctx);
}

function storeBatch(
  state: ImportState,
  batch: readonly (Item | undefined)[],
  ctx: Waiting,
): Promise<ImportState> {
  return ctx.atomically(async (tx) => {
    const table = await tx.get(Table, state.tableName);
    if (table?.storageId !== state.storageId) throw new Fault("dynamodb", "TableGone", "The table is gone");
    const layout = layoutOf(table, tx);
    let errors = 0;
    let added = 0;
    for (const item of batch) {
      try {
        if (item === undefined) throw new Fault("dynamodb", "ItemValidationError", "Not an item");
        const stored = Stored.make(item);
        const { suffix } = putChange(layout, stored);
        const before = Stored.read(await tx.raw.get(layout.prefix + suffix));
        await writeItem(tx, layout, suffix, before, stored);
        added += 1;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        errors += 1;
      }
    }
    const next: ImportState = {
      ...state,
      records: state.records + batch.length,
      processed: state.processed + batch.length,
      imported: state.imported + added,
      errors: state.errors + errors,
    };
    tx.put(Import, next);
    return next;
  });
}

async function complete(state: ImportState, tx: Transaction): Promise<void> {
  tx.put(Import, { ...state, status: "COMPLETED", endedAt: tx.now });
  const table = await tx.get(Table, state.tableName);
  if (table?.storageId === state.storageId) tx.put(Table, { ...table, creating: false });
}

/** A table that could not be filled goes away again. */
async function fail(id: string, failure: { code: string; message: string }, tx: Transaction): Promise<void> {
  const state = await tx.get(Import, id);
  if (state === undefined) return;
  tx.put(Import, { ...state, status: "FAILED", failure, endedAt: tx.now });
  const table = await tx.get(Table, state.tableName);
  if (table?.storageId !== state.storageId) return;
  tx.delete(Table, table.name);
  removeLater(tx, remainsOf(table, tx, false));
}
