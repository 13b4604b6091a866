// The SQL, and how keys and values are written in it: plain statements only, so
// that PostgreSQL, CockroachDB and YugabyteDB can all serve. Arrays of bytes
// travel as text, which every driver and every server reads alike.

import type { Key } from "../../core/ports/store.ts";

export const schemaVersion = 2;

/** Each statement may run again and beside another node's: what stands is left alone. */
export const schema: readonly string[] = [
  "create table if not exists cumulet_format (version int primary key)",
  // An entry holds bytes or counts; versions tell two states of a key apart.
  `create table if not exists cumulet_entry (
     key bytea primary key, value bytea, counter double precision, version bigint not null)`,
  // The version with which a counter began: what belongs to it names it.
  "alter table cumulet_entry add column if not exists base bigint",
  // What commits hold where there is no entry to lock: see lanes.ts.
  "create table if not exists cumulet_lane (id int primary key)",
  // Commits that happened: how a node learns what became of one whose answer it never got.
  "create table if not exists cumulet_commit (id uuid primary key, at timestamptz not null default now())",
  "create table if not exists cumulet_claim (key bytea primary key, holder uuid not null, until timestamptz not null)",
  // What nodes have added to a counter, each in its own row: see parts.ts.
  `create table if not exists cumulet_part (key bytea, slot int, base bigint not null,
     counter double precision not null, version bigint not null, primary key (key, slot))`,
  "create table if not exists cumulet_opening (id int primary key, count bigint not null)",
];

export const laneCount = 64;

/** Sums of versions are taken modulo this, so that a driver's numbers hold them. */
export const versionModulus = 2 ** 40;

/** Of an entry `e` and the parts that belong to it as it is now. */
const columns = `e.key, e.value,
  case when e.counter is not null then e.counter + coalesce(${ofParts("counter")}, 0) end as counter,
  ${version()} as version`;

function version(): string {
  return `(e.version + case when e.base is null then 0 else coalesce(${ofParts("version")}, 0) end)::bigint`;
}

function ofParts(column: string): string {
  return `(select sum(p.${column}) from cumulet_part p where p.key = e.key and p.base = e.base)`;
}

const staleKeys = `
  select r.owner from unnest($1::int[], $2::bytea[], $3::bigint[]) as r(owner, key, version)
  left join cumulet_entry e on e.key = r.key where coalesce(${version()}, 0) <> r.version`;

/** Its parameters' numbers follow on those given before. */
function staleRanges(before: number): string {
  return `
    select r.owner
    from unnest($${before + 1}::int[], $${before + 2}::bytea[], $${before + 3}::bytea[],
                $${before + 4}::bigint[], $${before + 5}::bigint[]) as r(owner, first, last, entries, versions)
    where r.entries <> (select count(*) from cumulet_entry e where e.key >= r.first and e.key < r.last)
       or r.versions <> (select coalesce(sum(${version()}), 0) % ${versionModulus} from cumulet_entry e
                         where e.key >= r.first and e.key < r.last)`;
}

export const statements = {
  lanes: "insert into cumulet_lane (id) select unnest($1::int[]) on conflict do nothing",
  opened: `insert into cumulet_opening (id, count) values (0, 1)
           on conflict (id) do update set count = cumulet_opening.count + 1 returning count`,
  get: `select ${columns} from cumulet_entry e where e.key = any($1::bytea[])`,
  scan: `select ${columns} from cumulet_entry e where e.key >= $1 and e.key < $2 order by e.key limit $3`,
  scanBack: `select ${columns} from cumulet_entry e
             where e.key >= $1 and e.key < $2 order by e.key desc limit $3`,
  openLanes: "select id from cumulet_lane where id = any($1::int[]) order by id for share",
  closeLanes: "select id from cumulet_lane where id = any($1::int[]) order by id for update",
  keep: "select 1 from cumulet_entry where key = any($1::bytea[]) order by key for share",
  hold: "select 1 from cumulet_entry where key = any($1::bytea[]) order by key for update",
  begun: "insert into cumulet_commit (id) values ($1)",
  happened: "select 1 from cumulet_commit where id = $1",
  forget: "delete from cumulet_commit where at < now() - interval '1 hour'",
  // The positions, from 0, of the transactions that rest on what has changed since.
  staleKeys,
  staleRanges: staleRanges(0),
  stale: `${staleKeys} union all ${staleRanges(3)}`,
  deleteRange: "delete from cumulet_entry where key >= $1 and key < $2",
  deletePartsOfRange: "delete from cumulet_part where key >= $1 and key < $2",
  deleteKeys: `with gone as (delete from cumulet_entry where key = any($1::bytea[]) returning key, counter)
               delete from cumulet_part where key in (select key from gone where counter is not null)`,
  put: `insert into cumulet_entry (key, value, version)
        select k, v, $3::bigint from unnest($1::bytea[], $2::bytea[]) as p(k, v)
        on conflict (key) do update set value = excluded.value, counter = null, base = null,
          version = excluded.version`,
  putNew: `with made as (
             insert into cumulet_entry (key, value, version)
             select k, v, $3::bigint from unnest($1::bytea[], $2::bytea[]) as p(k, v)
             on conflict (key) do nothing returning 1)
           select 1 / (case when (select count(*) from made) = cardinality($1::bytea[]) then 1 else 0 end)`,
  set: `insert into cumulet_entry (key, counter, version, base)
        select k, d, $3::bigint, $3::bigint from unnest($1::bytea[], $2::double precision[]) as d(k, d)
        on conflict (key) do update set value = null, counter = excluded.counter, base = excluded.base,
          version = excluded.version`,
  add: `insert into cumulet_entry as e (key, counter, version, base)
        select k, d, $3::bigint, $3::bigint from unnest($1::bytea[], $2::double precision[]) as d(k, d)
        on conflict (key) do update set value = null, counter = coalesce(e.counter, 0) + excluded.counter,
          base = coalesce(e.base, excluded.base), version = excluded.version
        returning key, counter`,
  addInPart: `with whole as (
                select key, base from cumulet_entry
                where key = any($1::bytea[]) and base is not null order by key for share),
              made as (
                insert into cumulet_part as p (key, slot, base, counter, version)
                select whole.key, $4::int, whole.base, d.d, $3::bigint
                from unnest($1::bytea[], $2::double precision[]) as d(k, d) join whole on whole.key = d.k
                on conflict (key, slot) do update set base = excluded.base, version = excluded.version,
                  counter = case when p.base = excluded.base then p.counter else 0 end + excluded.counter
                returning 1)
              select 1 / (case when (select count(*) from made) = cardinality($1::bytea[]) then 1 else 0 end)`,
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
          select ${columns} from cumulet_entry e join claimed on claimed.key = e.key
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
