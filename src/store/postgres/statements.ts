// The SQL, and how keys and values are written in it: plain statements only, so
// that PostgreSQL, CockroachDB and YugabyteDB can all serve. Arrays of bytes
// travel as text, which every driver and every server reads alike.

import type { Key } from "../../core/ports/store.ts";

export const schemaVersion = 1;

/** Each statement may run again and beside another node's: what stands is left alone. */
export const schema: readonly string[] = [
  "create table if not exists cumulet_format (version int primary key)",
  // An entry holds bytes or counts; versions tell two states of a key apart.
  `create table if not exists cumulet_entry (
     key bytea primary key, value bytea, counter double precision, version bigint not null)`,
  // What commits hold where there is no entry to lock: see lanes.ts.
  "create table if not exists cumulet_lane (id int primary key)",
  // Commits that happened: how a node learns what became of one whose answer it never got.
  "create table if not exists cumulet_commit (id uuid primary key, at timestamptz not null default now())",
  "create table if not exists cumulet_claim (key bytea primary key, holder uuid not null, until timestamptz not null)",
];

export const laneCount = 64;

export const statements = {
  lanes: "insert into cumulet_lane (id) select unnest($1::int[]) on conflict do nothing",
  get: `select key, value, counter, version from cumulet_entry where key = any($1::bytea[])`,
  scan: `select key, value, counter, version from cumulet_entry
         where key >= $1 and key < $2 order by key limit $3`,
  scanBack: `select key, value, counter, version from cumulet_entry
             where key >= $1 and key < $2 order by key desc limit $3`,
  openLanes: "select id from cumulet_lane where id = any($1::int[]) order by id for share",
  closeLanes: "select id from cumulet_lane where id = any($1::int[]) order by id for update",
  keep: "select 1 from cumulet_entry where key = any($1::bytea[]) order by key for share",
  hold: "select 1 from cumulet_entry where key = any($1::bytea[]) order by key for update",
  begun: "insert into cumulet_commit (id) values ($1)",
  happened: "select 1 from cumulet_commit where id = $1",
  forget: "delete from cumulet_commit where at < now() - interval '1 hour'",
  // The positions, from 0, of the transactions that rest on what has changed since.
  staleKeys: `select distinct r.owner from unnest($1::int[], $2::bytea[], $3::bigint[]) as r(owner, key, version)
              left join cumulet_entry e on e.key = r.key where coalesce(e.version, 0) <> r.version`,
  staleRanges: `select distinct r.owner
                from unnest($1::int[], $2::bytea[], $3::bytea[], $4::bigint[], $5::bigint[])
                  as r(owner, first, last, entries, versions)
                where r.entries <> (select count(*) from cumulet_entry e where e.key >= r.first and e.key < r.last)
                   or r.versions <> (select coalesce(sum(e.version), 0) from cumulet_entry e
                                     where e.key >= r.first and e.key < r.last)`,
  deleteRange: "delete from cumulet_entry where key >= $1 and key < $2",
  deleteKeys: "delete from cumulet_entry where key = any($1::bytea[])",
  put: `insert into cumulet_entry (key, value, version)
        select k, v, $3::bigint from unnest($1::bytea[], $2::bytea[]) as p(k, v)
        on conflict (key) do update set value = excluded.value, counter = null, version = excluded.version`,
  putNew: `with made as (
             insert into cumulet_entry (key, value, version)
             select k, v, $3::bigint from unnest($1::bytea[], $2::bytea[]) as p(k, v)
             on conflict (key) do nothing returning 1)
           select 1 / (case when (select count(*) from made) = cardinality($1::bytea[]) then 1 else 0 end)`,
  add: `insert into cumulet_entry (key, counter, version)
        select k, d, $3::bigint from unnest($1::bytea[], $2::double precision[]) as p(k, d)
        on conflict (key) do update set counter = coalesce(cumulet_entry.counter, 0) + excluded.counter,
          value = null, version = excluded.version
        returning key, counter`,
  claim: `with free as (
            select e.key from cumulet_entry e
            where e.key >= $1 and e.key < $2 and e.key <> all($5::bytea[]) and not exists (
              select 1 from cumulet_claim c where c.key = e.key and c.until > now() and c.holder <> $4)
            order by e.key limit $3 for update skip locked),
          claimed as (
            insert into cumulet_claim (key, holder, until)
            select key, $4::uuid, now() + interval '5 seconds' from free
            on conflict (key) do update set holder = excluded.holder, until = excluded.until
              where cumulet_claim.until <= now() or cumulet_claim.holder = excluded.holder
            returning key)
          select e.key, e.value, e.counter, e.version from cumulet_entry e join claimed on claimed.key = e.key
          order by e.key`,
  release: "delete from cumulet_claim where holder = $1 and key = any($2::bytea[])",
  unclaim: "delete from cumulet_claim where key = any($1::bytea[])",
  notify: "select pg_notify('cumulet', $1)",
} as const;

/** An array literal of binary strings, for a parameter of type `bytea[]`. */
export function bytesArray(values: Iterable<Key | Uint8Array>): string {
  const texts: string[] = [];
  for (const value of values) texts.push(`"\\\\x${hex(value)}"`);
  return `{${texts.join(",")}}`;
}

export function numberArray(values: Iterable<number>): string {
  return `{${[...values].join(",")}}`;
}

/** One binary string, for a parameter of type `bytea`. */
export function bytesOf(value: Key): Uint8Array {
  return Buffer.from(value, "latin1");
}

/** The statement with its parameters written out, for several that go to the server as one text. */
export function written(text: string, ...parameters: readonly (string | number | Uint8Array)[]): string {
  return text.replace(/\$(\d)/g, (_, number: string) => {
    const parameter = parameters[Number(number) - 1];
    if (typeof parameter === "number") return String(parameter);
    const literal = typeof parameter === "string" ? parameter : `\\x${hex(parameter ?? "")}`;
    return `'${literal.replaceAll("'", "''")}'`;
  });
}

function hex(value: Key | Uint8Array): string {
  const bytes =
    typeof value === "string"
      ? Buffer.from(value, "latin1")
      : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return bytes.toString("hex");
}
