// Jobs that carry the items of before into a new index, or into the list of
// expiring items, some at a time; writes that happen meanwhile enter theirs
// themselves.

import { defineJob, type Job } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { noteExpiry } from "../items/expiry.ts";
import { Stored } from "../items/stored.ts";
import { fillEntry } from "../items/write.ts";
import { layoutOf, type TableLayout } from "./layout.ts";
import { Table, type TableState } from "./table.ts";

interface FillPayload {
  readonly table: string;
  readonly storageId: string;
  /** The new index's or time-to-live setting's id. */
  readonly id: string;
  /** The last item entered, in base64, behind the table's prefix. */
  readonly after?: string;
}

const itemsPerRun = 200;

export const fillIndex: Job<FillPayload> = defineJob<FillPayload>({
  name: "dynamodb.fillIndex",
  run: async (payload, tx) => {
    const state = await stillThere(payload, tx);
    const layout = state === undefined ? undefined : layoutOf(state, tx);
    const index = layout?.indexes.find((candidate) => candidate.state.id === payload.id);
    if (state === undefined || layout === undefined || index?.state.status !== "CREATING") return;
    const next = await eachItem(layout, payload, tx, (suffix, stored) =>
      fillEntry(tx, index, suffix, stored),
    );
    if (next !== undefined) return tx.enqueue(fillIndex, next);
    const indexes = state.indexes.map((other) =>
      other.id === payload.id ? { ...other, status: "ACTIVE" as const } : other,
    );
    tx.put(Table, { ...state, indexes });
  },
});

export const fillExpiry: Job<FillPayload> = defineJob<FillPayload>({
  name: "dynamodb.fillExpiry",
  run: async (payload, tx) => {
    const state = await stillThere(payload, tx);
    if (state?.timeToLive?.id !== payload.id || state.timeToLive.status !== "ENABLING") return;
    const layout = layoutOf(state, tx);
    const next = await eachItem(layout, payload, tx, (suffix, stored) =>
      noteExpiry(tx, layout, suffix, undefined, stored.item),
    );
    if (next !== undefined) return tx.enqueue(fillExpiry, next);
    tx.put(Table, { ...state, timeToLive: { ...state.timeToLive, status: "ENABLED" } });
  },
});

async function stillThere(payload: FillPayload, tx: Transaction): Promise<TableState | undefined> {
  const state = await tx.get(Table, payload.table);
  return state?.storageId === payload.storageId ? state : undefined;
}

/** The payload of the run that goes on, undefined where this was the last. */
async function eachItem(
  table: TableLayout,
  payload: FillPayload,
  tx: Transaction,
  enter: (suffix: string, stored: Stored) => Promise<void>,
): Promise<FillPayload | undefined> {
  const { prefix } = table;
  const start =
    payload.after === undefined
      ? prefix
      : `${prefix}${Buffer.from(payload.after, "base64").toString("latin1")}\0`;
  const entries = await tx.raw.scan({ start, end: `${prefix}${"\xff".repeat(20)}` }, { limit: itemsPerRun });
  for (const entry of entries) await enter(entry.key.slice(prefix.length), Stored.read(entry.value));
  const last = entries.at(-1);
  if (last === undefined || entries.length < itemsPerRun) return undefined;
  return { ...payload, after: Buffer.from(last.key.slice(prefix.length), "latin1").toString("base64") };
}
