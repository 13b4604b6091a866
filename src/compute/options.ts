// What the composition tells the function host, and the limits it keeps.

import { availableParallelism, totalmem } from "node:os";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/log.ts";

export interface FunctionHostOptions {
  /** Cumulet's own data: never visible to user code. SDKs installed on demand go to `runtimes/` in it. */
  readonly dataDirectory: string;
  /** Unpacked code and the directories of running environments; emptied at start. */
  readonly workDirectory: string;
  /** The cloud's address as a function reaches it, `http://localhost:4566`. */
  readonly endpoint: () => string;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  readonly limits?: Partial<HostLimits>;
  /** The machine's `PATH`, to find Python interpreters and npm with. */
  readonly hostPath?: string;
  /** `plain` forgoes bubblewrap even where it works. */
  readonly isolation?: "auto" | "plain";
}

export interface HostLimits {
  /** Execution environments of all functions together. */
  readonly maxEnvironments: number;
  /** Environments starting at the same moment: more would only slow each other. */
  readonly maxStarting: number;
  /** An environment that nobody called for so long ends. */
  readonly idleMilliseconds: number;
  /** An environment this old takes no further invocation. */
  readonly lifetimeMilliseconds: number;
  /** Started processes that wait for a function, all kinds together. */
  readonly maxWaiting: number;
  /** How many of them wait per kind of runtime. */
  readonly waitingPerKind: number;
  /** A waiting process that nobody needed for so long ends. */
  readonly waitingMilliseconds: number;
  readonly initMilliseconds: number;
}

const minute = 60_000;
const megabytesPerEnvironment = 64;

export function withDefaults(limits: Partial<HostLimits> = {}): HostLimits {
  const room = Math.floor(totalmem() / (megabytesPerEnvironment * 1024 * 1024));
  return {
    maxEnvironments: Math.max(8, Math.min(100, room)),
    maxStarting: Math.max(4, availableParallelism() * 2),
    idleMilliseconds: 5 * minute,
    lifetimeMilliseconds: 120 * minute,
    maxWaiting: 4,
    waitingPerKind: 2,
    waitingMilliseconds: 5 * minute,
    initMilliseconds: 10_000,
    ...limits,
  };
}
