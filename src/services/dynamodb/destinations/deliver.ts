// The job that empties a table's outbox into its Kinesis stream, for as long as
// the destination is enabled. What Kinesis took is removed after it was taken:
// a crash sends some records again, and loses none.

import { Fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import type { Attempt, Waiting } from "../../../core/waiting.ts";
import type { Kinesis } from "../../../model/generated/kinesis.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { removeLater } from "../tables/cleanup.ts";
import { type DestinationState, Table, type TableState } from "../tables/table.ts";
import { destinationTopic, entriesOf, outbox, readEntry } from "./outbox.ts";

const kinesis = modelOf<Kinesis>("kinesis");
const recordsAtOnce = 200;
const bytesAtOnce = 4 * 1024 * 1024;
const pauseMilliseconds = 1000;

interface DeliverPayload {
  readonly table: string;
  readonly storageId: string;
  readonly id: string;
}

export const deliverToKinesis = defineJob<DeliverPayload>({
  name: "dynamodb.deliverToKinesis",
  perpetual: true,
  moves: true,
  attempts: Number.MAX_SAFE_INTEGER,
  run: { waits: deliver },
});

async function deliver(payload: DeliverPayload, ctx: Waiting): Promise<void> {
  for (;;) {
    const found = await ctx.waitFor(destinationTopic(payload.id), Number.MAX_SAFE_INTEGER, () =>
      look(payload, ctx),
    );
    if (found === undefined || found.destination === undefined) return;
    const { destination, entries } = found;
    if (destination.status === "ENABLING") {
      if (!(await begin(payload, destination, ctx))) return;
    } else if (entries.length > 0) await send(destination, entries, ctx);
    else {
      await end(payload, ctx);
      return;
    }
  }
}

interface Found {
  /** Undefined where the table or the destination is gone. */
  readonly destination: DestinationState | undefined;
  readonly entries: readonly Entry[];
}

interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
}

/** Something is to be done: records wait, or the destination is to change. */
function look({ table, storageId, id }: DeliverPayload, ctx: Waiting): Promise<Attempt<Found>> {
  return ctx.atomically(async (tx): Promise<Attempt<Found>> => {
    const state = await tx.get(Table, table);
    const destination =
      state?.storageId === storageId ? state.destinations?.find((one) => one.id === id) : undefined;
    if (destination === undefined) return { done: { destination, entries: [] } };
    if (destination.status === "ENABLING") return { done: { destination, entries: [] } };
    const log = outbox(tx, storageId, id);
    const entries = await tx.raw.scan(entriesOf(log), { limit: recordsAtOnce });
    if (entries.length === 0 && destination.status === "ACTIVE") return {};
    return { done: { destination, entries: fitting(entries) } };
  });
}

function fitting(entries: readonly Entry[]): readonly Entry[] {
  let bytes = 0;
  const end = entries.findIndex(({ value }, at) => {
    bytes += value.length;
    return at > 0 && bytes > bytesAtOnce;
  });
  return end < 0 ? entries : entries.slice(0, end);
}

/** Whether the stream is there to deliver to. */
async function begin(
  payload: DeliverPayload,
  { streamArn }: DestinationState,
  ctx: Waiting,
): Promise<boolean> {
  try {
    await ctx.call(kinesis, "DescribeStreamSummary", { StreamARN: streamArn });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const description = `The stream cannot be used: ${error.message}`;
    await change(payload, { status: "ENABLE_FAILED", description }, ctx);
    return false;
  }
  await change(payload, { status: "ACTIVE" }, ctx);
  return true;
}

async function send({ streamArn }: DestinationState, entries: readonly Entry[], ctx: Waiting): Promise<void> {
  let failed: ReadonlySet<number> = new Set(entries.keys());
  try {
    const { Records } = await ctx.call(kinesis, "PutRecords", {
      StreamARN: streamArn,
      Records: entries.map(({ value }) => readEntry(value)),
    });
    failed = new Set([...entries.keys()].filter((at) => Records[at]?.ErrorCode !== undefined));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
  await ctx.atomically(async (tx) => {
    for (const [at, { key }] of entries.entries()) if (!failed.has(at)) tx.raw.delete(key);
  });
  if (failed.size > 0) await ctx.sleepUntil(ctx.now() + pauseMilliseconds);
}

async function end(payload: DeliverPayload, ctx: Waiting): Promise<void> {
  await change(payload, { status: "DISABLED" }, ctx);
  await ctx.atomically(async (tx) => removeLater(tx, [outbox(tx, payload.storageId, payload.id)]));
}

function change(
  { table, storageId, id }: DeliverPayload,
  changed: Partial<DestinationState>,
  ctx: Waiting,
): Promise<void> {
  return ctx.atomically(async (tx) => {
    const state = await tx.get(Table, table);
    if (state?.storageId !== storageId) return;
    tx.put(Table, withDestination(state, id, changed));
  });
}

export function withDestination(
  table: TableState,
  id: string,
  changed: Partial<DestinationState>,
): TableState {
  return {
    ...table,
    destinations: table.destinations?.map((one) => (one.id === id ? { ...one, ...changed } : one)),
  };
}
