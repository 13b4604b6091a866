// Runs stored jobs when they are due, on this node: takes them under a lease,
// runs them, and ends them in the store. A node that dies loses its leases,
// and its runs begin again elsewhere, or here after the restart.

import { after, unpack } from "../base/tuple.ts";
import type { Activity } from "./activity.ts";
import type { Clock } from "./clock.ts";
import { deliverEvent, type EventDelivery } from "./events.ts";
import { defaultBackoff, type Job } from "./job.ts";
import {
  dueRange,
  endRun,
  type JobQueueServices,
  jobsTopic,
  type RunningJob,
  runningKey,
  runningRange,
  takeDue,
} from "./job-queue.ts";
import { accident, type Log } from "./log.ts";
import { MovableRuns } from "./movable-runs.ts";
import type { Place } from "./place.ts";
import type { Store } from "./ports/store.ts";
import { servicePrincipal } from "./principal.ts";
import type { Registry } from "./registry.ts";
import type { CallInfo, Transaction } from "./transaction.ts";
import { decodeValue, encodeValue } from "./value.ts";
import type { Waiting } from "./waiting.ts";
import type { Signalling } from "./waiting-context.ts";

export interface JobRunnerServices extends JobQueueServices {
  readonly store: Store;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly registry: Registry;
  readonly log: Log;
  readonly nodeId: string;
  readonly endpoint: () => string;
  transact<T>(place: Place, info: CallInfo, body: (tx: Transaction) => Promise<T>): Promise<T>;
  waiting(place: Place, info: CallInfo, caller: Signalling): Waiting;
}

/** Kept up every third of it; what a dead node held is taken up by another within 8 s. */
const leaseMilliseconds = 6_000;
const shortRunsAtOnce = 64;
/** More than run at once: many of them may run as one. */
const takenAtOnce = 128;
const reclaimedAtOnce = 1000;
const defaultAttempts = 10;

export class JobRunner {
  readonly #services: JobRunnerServices;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, RunningJob>();
  #short = 0;
  /** A look at the queue is owed: something was enqueued or ended. */
  #rung = false;
  #wake = new AbortController();
  #resting = false;
  /** Due runs wait for a place. */
  #full = false;
  #loops: Promise<void>[] = [];
  /** Other processes share the store. */
  #shared = false;
  readonly #movable: MovableRuns;

  constructor(services: JobRunnerServices) {
    this.#services = services;
    this.#movable = new MovableRuns(services, this.#stopping.signal);
  }

  /** `alone`: no other process shares the store yet, so every lease found is a dead one's. */
  async start(alone: boolean, shared: boolean): Promise<void> {
    this.#shared = shared;
    await this.#reclaim(alone ? () => true : (run, now) => run.leaseUntil <= now);
    this.#services.store.watch(jobsTopic, () => this.ring());
    this.#loops = [this.#take(), this.#keepLeases()];
  }

  /** Aborts what runs, waits for it to end, and leaves what did not for the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.ring();
    await Promise.all(this.#loops);
    const { activity } = this.#services;
    // A store in this process answers within turns of the event loop, a database within milliseconds.
    for (let round = 0; round < 200 && !activity.atRest; round++) {
      await new Promise<void>((resolve) => {
        if (round < 100) setImmediate(resolve);
        else setTimeout(resolve, 10);
      });
    }
    if (this.#shared) await this.#movable.leave();
  }

  ring(): void {
    this.#rung = true;
    if (!this.#resting) return;
    this.#resting = false;
    this.#wake.abort();
  }

  /** Nothing is due that has not been taken. */
  get quiet(): boolean {
    return this.#resting && !this.#rung;
  }

  /** Forgets runs in progress after the store was cleared. */
  reset(): void {
    this.#running.clear();
    this.ring();
  }

  async #take(): Promise<void> {
    const { clock, store, nodeId } = this.#services;
    while (!this.#stopping.signal.aborted) {
      // What the same turn of the event loop still brings is taken along.
      if (this.#rung) await new Promise((resolve) => setImmediate(resolve));
      if (this.#stopping.signal.aborted) return;
      this.#resting = false;
      this.#rung = false;
      const now = clock.now();
      const room = shortRunsAtOnce - this.#short;
      this.#full = room <= 0;
      const lease = { holder: nodeId, until: clock.wall() + leaseMilliseconds };
      const taken = room <= 0 ? [] : await store.transact((raw) => takeDue(raw, now, takenAtOnce, lease));
      for (const runs of sameJobs(taken)) void this.#begin(runs);
      if (taken.length > 0 || this.#rung) continue;
      const next = room <= 0 ? undefined : await this.#nextDue();
      if (this.#rung || (next !== undefined && next <= clock.now())) continue;
      this.#wake = new AbortController();
      this.#resting = true;
      await clock.sleepUntil(next ?? Number.MAX_SAFE_INTEGER, this.#wake.signal);
    }
  }

  async #nextDue(): Promise<number | undefined> {
    const [first] = await this.#services.store.read((raw) => raw.scan(dueRange, { limit: 1 }));
    return first === undefined ? undefined : (unpack(first.key)[4] as number);
  }

  /** Runs of one job, as one where the job says so. */
  async #begin(runs: readonly RunningJob[]): Promise<void> {
    const { activity } = this.#services;
    activity.enter();
    this.#short += runs.length;
    for (const run of runs) this.#running.set(run.id, run);
    try {
      const job = await this.#find(runs[0]!);
      const together = typeof job.run === "object" && "together" in job.run;
      for (const part of together ? [runs] : runs.map((run) => [run])) void this.#run(job, part);
    } catch (error) {
      for (const run of runs) {
        await this.#fail(undefined, run, error);
        this.#running.delete(run.id);
      }
    } finally {
      this.#short -= runs.length;
      activity.leave();
      if (this.#full) this.ring();
    }
  }

  async #run(job: Job, runs: readonly RunningJob[]): Promise<void> {
    const { activity, clock, log } = this.#services;
    activity.enter();
    this.#short++;
    let counted = true;
    const uncount = (): void => {
      if (counted) this.#short--;
      counted = false;
    };
    const began = clock.monotonic();
    try {
      if (job.perpetual === true) {
        uncount();
        if (this.#full) this.ring();
      }
      await this.#perform(job, runs);
      const milliseconds = clock.monotonic() - began;
      log({ level: "debug", event: "job", job: job.name, runs: runs.length, milliseconds });
    } catch (error) {
      for (const run of runs) await this.#fail(job, run, error);
    } finally {
      for (const run of runs) this.#running.delete(run.id);
      uncount();
      activity.leave();
      if (this.#full) this.ring();
    }
  }

  async #perform(job: Job, runs: readonly RunningJob[]): Promise<void> {
    const { transact, waiting, clock } = this.#services;
    const run = runs[0]!;
    const info = this.#info(run);
    const body = job.run;
    if (typeof body === "function") {
      await transact(run, info, async (tx) => {
        if (await endRun(tx.raw, run, tx.now, undefined, this.#services)) await body(run.payload, tx);
      });
      return;
    }
    if (job.moves === true && "waits" in body) return this.#movable.perform(run, body.waits, info);
    const ctx = waiting(run, info, this.#stopping);
    if ("waits" in body) await body.waits(run.payload, ctx);
    else {
      await body.together(
        runs.map(({ payload }) => payload),
        ctx,
      );
    }
    // A run cut short by the stop of this process is not over: its lease stays, for the next start.
    if (this.#stopping.signal.aborted) return;
    await transact(run, info, async (tx) => {
      for (const each of runs) await endRun(tx.raw, each, clock.now(), undefined, this.#services);
    });
  }

  async #fail(job: Job | undefined, run: RunningJob, error: unknown): Promise<void> {
    const { clock, log, store } = this.#services;
    if (this.#stopping.signal.aborted) return;
    const givenUp = run.attempt >= (job?.attempts ?? defaultAttempts);
    const retryAt = givenUp ? undefined : clock.now() + (job?.backoff ?? defaultBackoff)(run.attempt);
    log({
      level: givenUp ? "error" : "warn",
      event: givenUp ? "job given up" : "job failed",
      job: run.name,
      attempt: run.attempt,
      ...accident(error),
    });
    await store
      .transact((raw) => endRun(raw, run, clock.now(), retryAt, this.#services))
      .catch((storeError) => log({ level: "error", event: "job", job: run.name, ...accident(storeError) }));
  }

  async #find(run: RunningJob): Promise<Job> {
    if (run.name === deliverEvent) return this.#delivery(run.payload as EventDelivery);
    const service = run.name.slice(0, run.name.indexOf("."));
    const definition = await this.#services.registry.load(service);
    const job = definition?.jobs?.find((each) => each.name === run.name);
    if (job === undefined) throw new Error(`There is no job ${run.name}.`);
    return job;
  }

  #delivery(delivery: EventDelivery): Job {
    return {
      name: deliverEvent,
      run: {
        waits: async (_payload, ctx) => {
          const definition = await this.#services.registry.load(delivery.service);
          await definition?.on?.[delivery.source]?.(delivery.event, ctx);
        },
      },
    };
  }

  #info(run: RunningJob): CallInfo {
    const service = run.name.slice(0, run.name.indexOf("."));
    return {
      requestId: this.#services.ids.uuid(),
      principal: servicePrincipal(`${service}.amazonaws.com`, run.account),
      endpoint: this.#services.endpoint(),
      sourceIp: `${service}.amazonaws.com`,
      userAgent: `${service}.amazonaws.com`,
    };
  }

  /** Leases are in the machine's time: a moved or stopped clock must not end them. */
  async #keepLeases(): Promise<void> {
    const { store, clock, nodeId } = this.#services;
    while (!this.#stopping.signal.aborted) {
      const { signal } = this.#stopping;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        const timer = setTimeout(wake, leaseMilliseconds / 3);
        timer.unref();
        signal.addEventListener("abort", wake);
      });
      if (this.#stopping.signal.aborted) return;
      const until = clock.wall() + leaseMilliseconds;
      const keep = (run: RunningJob): Promise<void> =>
        store.transact(async (raw) => {
          const stored = await raw.get(runningKey(run.id));
          if (stored === undefined) return;
          const current = decodeValue<RunningJob>(stored, false);
          if (current.holder === nodeId)
            raw.put(runningKey(run.id), encodeValue({ ...current, leaseUntil: until }, false));
        });
      await Promise.all([...this.#running.values()].map(keep));
      await this.#reclaim((run, now) => run.leaseUntil <= now);
      if (this.#shared) await this.#movable.share(leaseMilliseconds);
    }
  }

  async #reclaim(lost: (run: RunningJob, now: number) => boolean): Promise<void> {
    const { store, clock } = this.#services;
    let { start } = runningRange;
    for (;;) {
      const entries = await store.read((raw) =>
        raw.scan({ start, end: runningRange.end }, { limit: reclaimedAtOnce }),
      );
      for (const entry of entries) {
        const run = decodeValue<RunningJob>(entry.value, false);
        if (!lost(run, clock.wall()) || this.#running.has(run.id)) continue;
        // The lost run did not fail: it keeps its number of attempts.
        const again = { ...run, attempt: run.attempt - 1 };
        await store.transact((raw) => endRun(raw, again, clock.now(), clock.now(), this.#services));
      }
      const last = entries.at(-1);
      if (last === undefined || entries.length < reclaimedAtOnce) return;
      start = after(last.key);
    }
  }
}

/** Parts the runs by job and place; each part keeps its order. */
function sameJobs(runs: readonly RunningJob[]): Iterable<readonly RunningJob[]> {
  const parts = new Map<string, RunningJob[]>();
  for (const run of runs) {
    // Deliveries of events differ by what they deliver.
    const name = run.name === deliverEvent ? run.id : `${run.name} ${run.account} ${run.region}`;
    const part = parts.get(name);
    if (part === undefined) parts.set(name, [run]);
    else part.push(run);
  }
  return parts.values();
}
