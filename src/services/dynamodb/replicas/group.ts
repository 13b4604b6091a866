// The members of a global table. Every region's table is a record of its own
// that names the others; items are written to all of them in one transaction,
// so that the last writer wins by coming last.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html

import { defineJob, type Job } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { fromBase64, toBase64 } from "../backups/jobs.ts";
import { validation } from "../faults.ts";
import { Stored } from "../items/stored.ts";
import { writeItem } from "../items/write.ts";
import { remainsOf, removeLater } from "../tables/cleanup.ts";
import { layoutOf } from "../tables/layout.ts";
import { startStream, stopStream } from "../tables/stream.ts";
import { type ReplicaState, Table, type TableState } from "../tables/table.ts";

const idLength = 10;
const itemsPerRun = 200;
const bothImages = { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } as const;

export interface Member {
  readonly table: TableState;
  /** At the member's region. */
  readonly tx: Transaction;
}

/** All members but this one. */
export async function othersOf({ name, replicas }: TableState, tx: Transaction): Promise<Member[]> {
  const members: Member[] = [];
  for (const { region } of replicas ?? []) {
    const there = tx.at({ region });
    const table = await there.get(Table, name);
    if (table !== undefined) members.push({ table, tx: there });
  }
  return members;
}

/** The table with a stream that shows both images, as replication has it on AWS. */
export async function withReplicationStream(table: TableState, tx: Transaction): Promise<TableState> {
  const { stream } = table;
  if (stream?.enabled !== true) return { ...table, stream: await startStream(table, bothImages, tx) };
  if (stream.viewType !== "NEW_AND_OLD_IMAGES") {
    throw validation(
      "One or more parameter values were invalid: Table must have a stream with StreamViewType NEW_AND_OLD_IMAGES to be replicated",
    );
  }
  return table;
}

/** Adds a member; the table itself, as it is to be stored, and the new one are stored. */
export async function addReplica(
  given: TableState,
  replica: ReplicaState,
  tx: Transaction,
): Promise<TableState> {
  const { region } = replica;
  if (region === tx.region || given.replicas?.some((other) => other.region === region) === true) {
    throw validation(
      `Failed to create a the new replica of table with name: '${given.name}' because one or more replicas already existed as tables.`,
    );
  }
  const there = tx.at({ region });
  if ((await there.get(Table, given.name)) !== undefined) {
    throw validation(
      `Failed to create a the new replica of table with name: '${given.name}' because one or more replicas already existed as tables.`,
    );
  }
  const table = await withReplicationStream(given, tx);
  const others = await othersOf(table, tx);
  for (const member of others) {
    member.tx.put(Table, { ...member.table, replicas: [...(member.table.replicas ?? []), replica] });
  }
  const fresh = memberOf(table, replica, there);
  there.put(Table, {
    ...fresh,
    replicas: [{ region: tx.region }, ...(table.replicas ?? [])],
    stream: await startStream(fresh, bothImages, there),
  });
  there.enqueue(fillReplica, { table: table.name, storageId: fresh.storageId, from: tx.region });
  return {
    ...table,
    replicas: [...(table.replicas ?? []), replica],
    globalTableVersion: "2019.11.21",
  };
}

/** The table's definition in another region, with what is different there. */
function memberOf(table: TableState, replica: ReplicaState, there: Transaction): TableState {
  const { history: _history, restoration: _restoration, timeToLive, ...shared } = table;
  return {
    ...shared,
    id: there.ids.uuid(),
    storageId: there.ids.lower(idLength),
    createdAt: there.now,
    globalTableVersion: "2019.11.21",
    stream: undefined,
    tags: {},
    deletionProtected: false,
    creating: true,
    indexes: table.indexes.map((index) => ({ ...index, id: there.ids.lower(idLength), status: "ACTIVE" })),
    ...(timeToLive === undefined
      ? undefined
      : { timeToLive: { ...timeToLive, id: there.ids.lower(6), status: "ENABLED" as const } }),
    ...overridden(table, replica),
  };
}

/** What a replica's overrides change in its region's table. */
export function overridden(table: TableState, replica: ReplicaState): Partial<TableState> {
  return {
    ...(replica.kmsKey === undefined ? undefined : { kmsKey: replica.kmsKey }),
    ...(replica.tableClass === undefined ? undefined : { tableClass: replica.tableClass }),
    ...(replica.readCapacity === undefined
      ? undefined
      : { throughput: { ...table.throughput, read: replica.readCapacity } }),
  };
}

/** Takes a member away, and with it its table. */
export async function removeReplica(table: TableState, region: string, tx: Transaction): Promise<TableState> {
  const left = (table.replicas ?? []).filter((replica) => replica.region !== region);
  if (left.length === (table.replicas ?? []).length) {
    throw validation(
      `Replica specified in the Replica Update or Replica Delete action of the request was not found. Table: '${table.name}', region: '${region}'`,
    );
  }
  const there = tx.at({ region });
  const gone = await there.get(Table, table.name);
  if (gone !== undefined) {
    there.delete(Table, table.name);
    await stopStream(gone, there);
    removeLater(there, remainsOf(gone, there, false));
  }
  for (const member of await othersOf({ ...table, replicas: left }, tx)) {
    member.tx.put(Table, withoutMember(member.table, region));
  }
  return withoutMember(table, region);
}

export function withoutMember(table: TableState, region: string): TableState {
  const left = (table.replicas ?? []).filter((replica) => replica.region !== region);
  return left.length > 0
    ? { ...table, replicas: left }
    : { ...table, replicas: undefined, globalTableVersion: undefined };
}

interface FillPayload {
  readonly table: string;
  readonly storageId: string;
  /** The region that the items are taken from. */
  readonly from: string;
  readonly after?: string;
}

/** Brings the items of before into a new member; what is written meanwhile comes there by itself. */
export const fillReplica: Job<FillPayload> = defineJob<FillPayload>({
  name: "dynamodb.fillReplica",
  run: async (payload, tx) => {
    const state = await tx.get(Table, payload.table);
    if (state?.storageId !== payload.storageId || state.creating !== true) return;
    const there = tx.at({ region: payload.from });
    const source = await there.get(Table, payload.table);
    if (source === undefined) return;
    const layout = layoutOf(state, tx);
    const { prefix } = layoutOf(source, there);
    const after = fromBase64(payload.after);
    const start = after === undefined ? prefix : `${prefix}${after}\0`;
    const entries = await tx.raw.scan(
      { start, end: `${prefix}${"\xff".repeat(20)}` },
      { limit: itemsPerRun },
    );
    for (const { key, value } of entries) {
      const suffix = key.slice(prefix.length);
      const before = Stored.read(await tx.raw.get(layout.prefix + suffix));
      if (before === undefined) await writeItem(tx, layout, suffix, undefined, Stored.read(value), "replica");
    }
    const last = entries.at(-1);
    if (last !== undefined && entries.length === itemsPerRun) {
      return tx.enqueue(fillReplica, { ...payload, after: toBase64(last.key.slice(prefix.length)) });
    }
    tx.put(Table, { ...state, creating: false });
  },
});
