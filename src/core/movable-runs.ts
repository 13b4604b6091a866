// Runs that nodes share evenly: pollers. Every node tells in the store how many
// it has; who has more than its share ends some, for others to take.

import { pack, prefixRange } from "../base/tuple.ts";
import { endRun, type RunningJob } from "./job-queue.ts";
import type { JobRunnerServices } from "./job-runner.ts";
import type { CallInfo } from "./transaction.ts";
import { decodeValue, encodeValue } from "./value.ts";
import type { Waiting } from "./waiting.ts";

interface NodeRecord {
  readonly id: string;
  /** Epoch milliseconds by the machine's time; a node that said nothing since is gone. */
  readonly until: number;
  readonly runs: number;
}

const nodes = ["cumulet", "", "", "node"] as const;
const mostNodes = 1000;
/** Between two offers of a run to the other nodes. */
const offerMilliseconds = 250;

export class MovableRuns {
  readonly #services: JobRunnerServices;
  readonly #stopping: AbortSignal;
  /** What ends those that run here. */
  readonly #running = new Map<string, AbortController>();
  /** Runs that others are to take, and until when. */
  readonly #offered = new Map<string, number>();

  constructor(services: JobRunnerServices, stopping: AbortSignal) {
    this.#services = services;
    this.#stopping = stopping;
  }

  async perform(
    run: RunningJob,
    body: (payload: object, ctx: Waiting) => Promise<void>,
    info: CallInfo,
  ): Promise<void> {
    const { waiting, store, clock } = this.#services;
    if ((this.#offered.get(run.id) ?? 0) > clock.wall()) return this.#offer(run, offerMilliseconds);
    const ending = new AbortController();
    const stop = (): void => ending.abort();
    this.#stopping.addEventListener("abort", stop);
    this.#running.set(run.id, ending);
    try {
      await body(run.payload, waiting(run, info, ending));
    } catch (error) {
      if (!ending.signal.aborted) throw error;
    } finally {
      this.#running.delete(run.id);
      this.#stopping.removeEventListener("abort", stop);
    }
    if (this.#stopping.aborted) return;
    if (ending.signal.aborted) return this.#offer(run, 0);
    await store.transact((raw) => endRun(raw, run, clock.now(), undefined, this.#services));
  }

  /** Tells of this node, which is gone after `lease` milliseconds unless it does so again, and ends what is beyond its share. */
  async share(lease: number): Promise<void> {
    const now = this.#services.clock.wall();
    for (const [id, until] of this.#offered) if (until <= now) this.#offered.delete(id);
    const kept = [...this.#running].filter(([id]) => !this.#offered.has(id));
    const share = await this.#tell({ id: this.#services.nodeId, until: now + lease, runs: kept.length }, now);
    for (const [id, ending] of kept.slice(Math.min(share, kept.length))) {
      this.#offered.set(id, now + lease);
      ending.abort();
    }
  }

  /** This node has ended. */
  leave(): Promise<void> {
    const { store, nodeId } = this.#services;
    return store.transact((raw) => raw.delete(pack([...nodes, nodeId])));
  }

  async #offer(run: RunningJob, delay: number): Promise<void> {
    const { store, clock } = this.#services;
    const now = clock.now();
    // It did not fail: it keeps its number of attempts.
    const again = { ...run, attempt: run.attempt - 1 };
    await store.transact((raw) => endRun(raw, again, now, now + delay, this.#services));
  }

  /** Answers the share: `Infinity` where no other node is there. */
  #tell(node: NodeRecord, now: number): Promise<number> {
    return this.#services.store.transact(async (raw) => {
      raw.put(pack([...nodes, node.id]), encodeValue(node, false));
      let others = 0;
      let runs = node.runs;
      for (const { key, value } of await raw.scan(prefixRange([...nodes]), { limit: mostNodes })) {
        const other = decodeValue<NodeRecord>(value, false);
        if (other.id === node.id) continue;
        if (other.until <= now) raw.delete(key);
        else {
          others++;
          runs += other.runs;
        }
      }
      return others === 0 ? Number.POSITIVE_INFINITY : Math.ceil(runs / (others + 1));
    });
  }
}
