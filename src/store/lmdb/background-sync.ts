// Commits of durability `process` are in the system's page cache when they are
// acknowledged. This writes them to the disk every few seconds, on a thread of
// its own, so that a machine that loses its power while idle loses nothing.

import { StoreWriteError } from "../errors.ts";
import { every } from "../real-time.ts";
import type { Environment } from "./environment.ts";

export interface BackgroundSync {
  /** To be called before each commit. Throws when the disk failed: what it took since cannot be known. */
  wrote(): void;
  /** After a last flush. */
  stop(): Promise<void>;
}

const intervalMilliseconds = 5_000;

export function syncInBackground(environment: Environment): BackgroundSync {
  let dirty = false;
  let failure: unknown;
  let running: Promise<void> | undefined;

  function run(): void {
    if (!dirty || running !== undefined) return;
    dirty = false;
    running = new Promise<void>((resolve) => {
      environment.sync((error) => {
        failure ??= error ?? undefined;
        running = undefined;
        resolve();
      });
    });
  }

  const endTimer = every(intervalMilliseconds, run);

  return {
    wrote() {
      if (failure !== undefined)
        throw new StoreWriteError("The disk failed to write what the store had committed", {
          cause: failure,
        });
      dirty = true;
    },

    async stop() {
      endTimer();
      await running;
      run();
      await running;
    },
  };
}
