// `cumulet up --workers N`: one process holds the data directory and the port,
// and keeps N others running that do the work. One that dies is started again.

import cluster, { type Worker } from "node:cluster";
import { holdDataDirectory } from "../../store/open.ts";
import { pause } from "../../store/real-time.ts";
import { type ToPrimary, type ToWorker, workerVariable } from "./messages.ts";

export interface WorkersOptions {
  readonly workers: number;
  /** Absent where a database holds the entries. */
  readonly dataDirectory: string | undefined;
  readonly durability: "process" | "disk";
  readonly onDeath: (reason: string) => void;
}

export interface Workers {
  readonly endpoint: string;
  readonly port: number;
  stop(): Promise<void>;
}

const restartAfterMilliseconds = 1000;
/** Beyond the time that requests have to end. */
const stopPatienceMilliseconds = 10_000;

export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const { workers, dataDirectory, durability, onDeath } = options;
  const release =
    dataDirectory === undefined ? undefined : await holdDataDirectory({ dataDirectory, durability });
  let stopping = false;
  // Each takes connections itself: one that the first process had handed to a worker that dies would hang for ever.
  cluster.schedulingPolicy = cluster.SCHED_NONE;

  cluster.on("message", (from: Worker, message: ToPrimary) => {
    if (message.kind !== "topics") return;
    const told: ToWorker = { kind: "topics", topics: message.topics };
    for (const worker of Object.values(cluster.workers ?? {})) {
      if (worker !== from && worker?.isConnected()) worker.send(told);
    }
  });

  const start = async (first: boolean): Promise<{ endpoint: string; port: number }> => {
    const worker = cluster.fork({ [workerVariable]: first ? "first" : "further" });
    const ready = await firstWord(worker);
    worker.on("exit", (code, signal) => {
      if (stopping) return;
      onDeath(signal ?? `exit code ${code}`);
      void pause(restartAfterMilliseconds)
        .then(() => (stopping ? undefined : start(false)))
        .catch((error: Error) => onDeath(error.message));
    });
    return ready;
  };

  const stop = async (): Promise<void> => {
    stopping = true;
    const all = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    await Promise.all(
      all.map(async (worker) => {
        const gone = new Promise((resolve) => worker.once("exit", resolve));
        const order: ToWorker = { kind: "stop" };
        if (worker.isConnected()) worker.send(order);
        await Promise.race([gone, pause(stopPatienceMilliseconds)]);
        if (!worker.isDead()) worker.process.kill("SIGKILL");
        await gone;
      }),
    );
    await release?.();
  };

  try {
    const address = await start(true);
    await Promise.all(Array.from({ length: workers - 1 }, () => start(false)));
    return { ...address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where it listens. Rejects with what kept it from starting. */
function firstWord(worker: Worker): Promise<{ endpoint: string; port: number }> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null): void =>
      reject(new Error(`A worker ended before it was ready (${signal ?? `exit code ${code}`}).`));
    const heard = (message: ToPrimary): void => {
      if (message.kind === "topics") return;
      worker.off("exit", ended);
      worker.off("message", heard);
      if (message.kind === "ready") resolve(message);
      else reject(new Error(message.message));
    };
    worker.on("message", heard);
    worker.once("exit", ended);
  });
}
