// How runs of jobs are stored. These keys name no account or region, since
// one runner serves all of them in order of time:
//   due (time, order, run id)    runs to come
//   pending (run id)             where the due entry of a named run is
//   running (run id)             taken by a node, with its lease
//   next (run id)                a named run that waits for the running one to end

import { pack, prefixRange } from "../base/tuple.ts";
import type { Ids } from "./ids.ts";
import type { JobRun } from "./job.ts";
import type { Key, StoreTransaction } from "./ports/store.ts";
import { decodeValue, encodeValue } from "./value.ts";

export const jobsTopic = "cumulet.jobs";

export interface JobQueueServices {
  readonly ids: Ids;
  /** Counts up within the process: runs due at the same moment keep their order. */
  nextOrder(): number;
}

export interface JobChange {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly id: string | undefined;
  /** Undefined: withdraw the pending run. */
  readonly run: { readonly payload: object; readonly at: number } | undefined;
}

/** A run in progress. */
export interface RunningJob extends JobRun {
  readonly holder: string;
  /** When the lease ends, epoch milliseconds. */
  readonly leaseUntil: number;
}

const space = ["cumulet", "", ""] as const;
export const dueRange = prefixRange([...space, "due"]);
export const runningRange = prefixRange([...space, "running"]);
const pendingKey = (id: string): Key => pack([...space, "pending", id]);
export const runningKey = (id: string): Key => pack([...space, "running", id]);
const nextKey = (id: string): Key => pack([...space, "next", id]);

/** The end of the range of runs that are due at `now`. */
export function dueUntil(now: number): Key {
  return `${pack([...space, "due", now])}\xff`;
}

export async function applyJobChange(
  raw: StoreTransaction,
  change: JobChange,
  services: JobQueueServices,
): Promise<void> {
  const { name, account, region, run } = change;
  const id = change.id === undefined ? services.ids.hex(24) : `${name}|${account}|${region}|${change.id}`;
  if (change.id !== undefined) await withdraw(raw, id);
  if (run === undefined) return;
  schedule(
    raw,
    { name, account, region, payload: run.payload, attempt: 0, id },
    run.at,
    change.id !== undefined,
    services,
  );
}

async function withdraw(raw: StoreTransaction, id: string): Promise<void> {
  const pointer = await raw.get(pendingKey(id));
  raw.delete(nextKey(id));
  if (pointer === undefined) return;
  raw.delete(Buffer.from(pointer).toString("latin1"));
  raw.delete(pendingKey(id));
}

function schedule(
  raw: StoreTransaction,
  run: JobRun,
  at: number,
  named: boolean,
  services: JobQueueServices,
): void {
  const key = pack([...space, "due", at, services.nextOrder(), run.id]);
  raw.put(key, encodeValue(run, false));
  if (named) raw.put(pendingKey(run.id), Buffer.from(key, "latin1"));
  raw.notify(jobsTopic);
}

const isNamed = (run: JobRun): boolean => run.id.includes("|");

/** Takes due runs for a node, so that no other takes them until the lease ends. */
export async function takeDue(
  raw: StoreTransaction,
  now: number,
  limit: number,
  lease: { readonly holder: string; readonly until: number },
): Promise<readonly RunningJob[]> {
  const taken: RunningJob[] = [];
  for (const entry of await raw.claim({ start: dueRange.start, end: dueUntil(now) }, limit)) {
    const run = decodeValue<JobRun>(entry.value, false);
    raw.delete(entry.key);
    if (isNamed(run)) {
      raw.delete(pendingKey(run.id));
      if ((await raw.get(runningKey(run.id))) !== undefined) {
        // Runs of one id never overlap: this one follows when the other ends.
        raw.put(nextKey(run.id), entry.value);
        continue;
      }
    }
    const running: RunningJob = {
      ...run,
      attempt: run.attempt + 1,
      holder: lease.holder,
      leaseUntil: lease.until,
    };
    raw.put(runningKey(run.id), encodeValue(running, false));
    taken.push(running);
  }
  return taken;
}

/** Ends a run. `retryAt` schedules it again, unless a newer one of its id waits already. False where the lease was lost. */
export async function endRun(
  raw: StoreTransaction,
  run: RunningJob,
  now: number,
  retryAt: number | undefined,
  services: JobQueueServices,
): Promise<boolean> {
  const stored = await raw.get(runningKey(run.id));
  if (stored === undefined || decodeValue<RunningJob>(stored, false).holder !== run.holder) return false;
  raw.delete(runningKey(run.id));
  const { holder: _holder, leaseUntil: _leaseUntil, ...plain } = run;
  if (!isNamed(run)) {
    if (retryAt !== undefined) schedule(raw, plain, retryAt, false, services);
    return true;
  }
  const next = await raw.get(nextKey(run.id));
  if (next !== undefined) {
    raw.delete(nextKey(run.id));
    schedule(raw, decodeValue<JobRun>(next, false), now, true, services);
  } else if (retryAt !== undefined && (await raw.get(pendingKey(run.id))) === undefined) {
    schedule(raw, plain, retryAt, true, services);
  }
  return true;
}
