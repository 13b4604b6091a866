// Jobs that copy items: of a table into a backup, of a backup or of a former
// state into a new table. Each run copies some; the last one ends the matter.

import { defineJob, type Job } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { type Cut, type ItemSource, itemPrefix, itemsAt } from "../history/history.ts";
import { releaseFrom } from "../history/keeping.ts";
import { Stored } from "../items/stored.ts";
import { writeItem } from "../items/write.ts";
import { removeLater } from "../tables/cleanup.ts";
import { layoutOf } from "../tables/layout.ts";
import { Table } from "../tables/table.ts";
import { storedSize } from "../values/stored-item.ts";
import { Backup } from "./backup.ts";

const itemsPerRun = 200;

interface CopyPayload {
  readonly table: string;
  readonly id: string;
  /** The last item copied, in base64. */
  readonly after?: string;
}

export const copyToBackup: Job<CopyPayload> = defineJob<CopyPayload>({
  name: "dynamodb.copyToBackup",
  run: async ({ table: name, id, after }, tx) => {
    const backup = await tx.get(Backup, name, id);
    const table = await tx.get(Table, name);
    if (backup?.status !== "CREATING" || table?.storageId !== backup.table.storageId) return;
    const source = { storageId: table.storageId, historyId: table.history?.id };
    const page = await itemsAt(tx, source, backup.cut, fromBase64(after), itemsPerRun);
    const prefix = itemPrefix(tx, backup.storageId);
    let { items, bytes } = backup;
    for (const item of page.items) {
      tx.raw.put(prefix + item.suffix, item.bytes);
      items += 1;
      bytes += storedSize(item.bytes);
    }
    const done = page.last === undefined;
    tx.put(Backup, { ...backup, items, bytes, ...(done ? { status: "AVAILABLE" as const } : {}) });
    if (done) tx.put(Table, releaseFrom(table, backup.arn, tx));
    else tx.enqueue(copyToBackup, { table: name, id, after: toBase64(page.last!) });
  },
});

interface RestorePayload {
  /** The new table. */
  readonly table: string;
  readonly storageId: string;
  readonly source: ItemSource & { readonly cut: Cut };
  /** The table whose history is kept for this, by name, or the backup in use, by its key. */
  readonly holds:
    | { readonly table: string; readonly holder: string }
    | { readonly backup: readonly [string, string] };
  readonly after?: string;
}

export const restoreItems: Job<RestorePayload> = defineJob<RestorePayload>({
  name: "dynamodb.restoreItems",
  run: async (payload, tx) => {
    const { source, storageId } = payload;
    const state = await tx.get(Table, payload.table);
    if (state?.storageId !== storageId || state.restoration?.inProgress !== true) return;
    const layout = layoutOf(state, tx);
    const page = await itemsAt(tx, source, source.cut, fromBase64(payload.after), itemsPerRun);
    for (const { suffix, bytes } of page.items) {
      await writeItem(tx, layout, suffix, undefined, Stored.read(bytes));
    }
    if (page.last !== undefined) {
      return tx.enqueue(restoreItems, { ...payload, after: toBase64(page.last) });
    }
    tx.put(Table, { ...state, creating: false, restoration: { ...state.restoration, inProgress: false } });
    await release(payload.holds, tx);
  },
});

async function release(holds: RestorePayload["holds"], tx: Transaction): Promise<void> {
  if ("backup" in holds) {
    const backup = await tx.get(Backup, ...holds.backup);
    if (backup !== undefined) tx.put(Backup, { ...backup, restoring: backup.restoring - 1 });
    return;
  }
  const table = await tx.get(Table, holds.table);
  if (table !== undefined) tx.put(Table, releaseFrom(table, holds.holder, tx));
}

/** System backups go after 35 days. */
export const expireBackup = defineJob<{ readonly table: string; readonly id: string }>({
  name: "dynamodb.expireBackup",
  run: async ({ table, id }, tx) => {
    const backup = await tx.get(Backup, table, id);
    if (backup === undefined) return;
    tx.delete(Backup, table, id);
    removeLater(tx, [itemPrefix(tx, backup.storageId)]);
  },
});

export function toBase64(suffix: string): string {
  return Buffer.from(suffix, "latin1").toString("base64");
}

export function fromBase64(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text, "base64").toString("latin1");
}
