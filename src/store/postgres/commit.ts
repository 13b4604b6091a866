// One commit as the server sees it: it locks what was read and what it writes,
// makes sure that what was read still stands, writes, and is over. All goes as
// one text, so that it costs one round trip; only a log's new entries must first
// learn their positions.

import { randomInt } from "node:crypto";
import type { Key } from "../../core/ports/store.ts";
import type { Batch, Locks, Writes } from "./batch.ts";
import type { Connection, Database } from "./database.ts";
import type { Notices } from "./notices.ts";
import { questionOf } from "./observations.ts";
import type { Parts } from "./parts.ts";
import { type Row, stored } from "./rows.ts";
import { bytesArray, bytesOf, numberArray, statements, versionModulus, written } from "./statements.ts";

/** What a failed assertion of ours looks like: plain SQL has no other way to give up. */
const divisionByZero = "22012";

export interface CommitNode {
  readonly database: Database;
  readonly notices: Notices;
  readonly parts: Parts;
}

/**
 * The positions of the transactions that were overtaken, with nothing written; undefined where all is committed.
 * None where a counter was not there that was to have a part: then it may be tried again.
 */
export async function performCommit(
  node: CommitNode,
  id: string,
  batch: Batch,
): Promise<ReadonlySet<number> | undefined> {
  const connection = await node.database.commits.connect();
  let broken = true;
  try {
    const found = await attempt(connection, node, id, batch);
    broken = false;
    return found;
  } finally {
    connection.release(broken);
  }
}

async function attempt(
  connection: Connection,
  { notices, parts }: CommitNode,
  id: string,
  batch: Batch,
): Promise<ReadonlySet<number> | undefined> {
  const version = randomInt(1, versionModulus);
  const { appends } = batch;
  const writes = batch.writes((key) => parts.knows(key));
  const first = [...opening(id, batch, writes), ...changes(batch, writes, parts.slot, version)];
  const notice = notices.statement(batch.topics);
  // Not before: who tells something holds a lock that all who do wait for, until the commit is on disk.
  const last = notice === undefined ? ["commit"] : ["commit", notice];
  try {
    if (appends.size === 0) {
      await connection.query([...first, ...puts(batch, writes.put, version), ...last].join(";"));
      parts.learn(writes.added.keys());
      return undefined;
    }
    const counted = written(
      statements.add,
      bytesArray(appends.keys()),
      numberArray(appends.values()),
      version,
    );
    const results = (await connection.query([...first, counted].join(";"))) as unknown as { rows: Row[] }[];
    const placed = batch.placed(endsOf(results.at(-1)?.rows ?? []));
    await connection.query([...puts(batch, new Map([...writes.put, ...placed]), version), ...last].join(";"));
    parts.learn(writes.added.keys());
    return undefined;
  } catch (error) {
    if ((error as { code?: string }).code !== divisionByZero) throw error;
    await connection.query("rollback");
    parts.forget(writes.addedInPart.keys());
    return await overtaken(connection, batch);
  }
}

function opening(id: string, batch: Batch, writes: Writes): string[] {
  const texts = ["begin", ...locking(batch.locks(writes)), written(statements.begun, id)];
  const question = questionOf(batch.observations);
  if (question !== undefined) {
    const stale = written(question.text, ...question.parameters);
    texts.push(`select 1 / (case when exists (${stale}) then 0 else 1 end)`);
  }
  return texts;
}

/** In one order everywhere, lest two wait for each other: lanes by number, then entries by key. */
function locking({ lanes, kept, written: changed }: Locks): string[] {
  const entries = [
    ...kept.map((key) => ({ key, changes: false })),
    ...changed.map((key) => ({ key, changes: true })),
  ].sort((one, other) => (one.key < other.key ? -1 : 1));
  return [
    ...runs(lanes, ({ closed }) => closed).map((run) => {
      const numbers = numberArray(run.map(({ lane }) => lane));
      return written(run[0]?.closed ? statements.closeLanes : statements.openLanes, numbers);
    }),
    ...runs(entries, ({ changes }) => changes).map((run) => {
      const keys = bytesArray(run.map(({ key }) => key));
      return written(run[0]?.changes ? statements.hold : statements.keep, keys);
    }),
  ];
}

/** Neighbours that are of one kind. */
function runs<T>(all: readonly T[], kind: (one: T) => boolean): T[][] {
  const found: T[][] = [];
  for (const one of all) {
    const last = found.at(-1);
    if (last !== undefined && kind(last[0]!) === kind(one)) last.push(one);
    else found.push([one]);
  }
  return found;
}

function changes(batch: Batch, writes: Writes, slot: number, version: number): string[] {
  const { deleted, set, added, addedInPart } = writes;
  const texts = batch.deletedRanges.flatMap(({ start, end }) =>
    [statements.deleteRange, statements.deletePartsOfRange].map((text) =>
      written(text, bytesOf(start), bytesOf(end)),
    ),
  );
  if (deleted.length > 0) texts.push(written(statements.deleteKeys, bytesArray(deleted)));
  if (batch.claimed.length > 0) texts.push(written(statements.unclaim, bytesArray(batch.claimed)));
  for (const [text, counters] of [
    [statements.set, set],
    [statements.add, added],
    [statements.addInPart, addedInPart],
  ] as const) {
    if (counters.size === 0) continue;
    const sorted = [...counters].sort(([one], [other]) => (one < other ? -1 : 1));
    const parameters = [
      bytesArray(sorted.map(([key]) => key)),
      numberArray(sorted.map(([, delta]) => delta)),
      version,
      slot,
    ];
    texts.push(written(text, ...parameters));
  }
  return texts;
}

/** By key, as all do. An entry that was to be new and is not gives up the commit. */
function puts({ fresh }: Batch, entries: ReadonlyMap<Key, Uint8Array>, version: number): string[] {
  const sorted = [...entries].sort(([one], [other]) => (one < other ? -1 : 1));
  const texts: string[] = [];
  for (const isNew of [true, false]) {
    const some = sorted.filter(([key]) => fresh.has(key) === isNew);
    if (some.length === 0) continue;
    const parameters = [
      bytesArray(some.map(([key]) => key)),
      bytesArray(some.map(([, value]) => value)),
      version,
    ];
    texts.push(written(isNew ? statements.putNew : statements.put, ...parameters));
  }
  return texts;
}

async function overtaken(connection: Connection, batch: Batch): Promise<ReadonlySet<number>> {
  const question = questionOf(batch.observations);
  if (question === undefined) return new Set();
  const { rows } = await connection.query<{ owner: number }>(question.text, [...question.parameters]);
  return new Set(rows.map(({ owner }) => owner));
}

function endsOf(rows: readonly Row[]): ReadonlyMap<Key, number> {
  return new Map(rows.map((row) => [stored({ ...row, value: null, version: "0" }).key, Number(row.counter)]));
}
