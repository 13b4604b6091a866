// The initialisation of an execution environment: a runtime is started, loads
// the user's code, and asks for its first invocation, or does not.

import * as failures from "./failures.ts";
import type { RuntimeEvents, RuntimeLink } from "./link/link.ts";
import { after, every, monotonicMilliseconds, pendingInputRead } from "./real-time.ts";
import type { RuntimeProcess } from "./runtime-process.ts";

/** A runtime that is started and told its function, and is initialising. */
export interface StartedRuntime {
  readonly process: RuntimeProcess;
  readonly link: RuntimeLink;
  /** What INIT_START says. */
  readonly version: string;
  /** When the process was started, or was given its function. */
  readonly startedAt: number;
}

export interface BootOptions {
  readonly start: (events: RuntimeEvents) => Promise<StartedRuntime>;
  readonly limitMilliseconds: number;
  readonly now: () => number;
  /** Hears the runtime while it initialises and afterwards, but for how the initialisation ends. */
  readonly events: RuntimeEvents;
  readonly onStarted: (runtime: StartedRuntime) => void;
  /** It ended, though its initialisation had gone well. */
  readonly onExit: (exit: failures.ProcessExit) => void;
}

export type BootOutcome =
  | { readonly ready: true; readonly milliseconds: number }
  | {
      readonly ready: false;
      readonly milliseconds: number;
      readonly timeout: boolean;
      /** In the words for a given request. */
      readonly failure: (requestId: string) => failures.Failure;
    };

type Ending =
  | { readonly ready: true }
  | Pick<BootOutcome & { ready: false }, "ready" | "timeout" | "failure">;

const memoryCheckMilliseconds = 50;

/** Rejects when no runtime could be started at all. */
export async function boot(options: BootOptions): Promise<BootOutcome> {
  let open = true;
  let ready = false;
  let resolveEnding: (how: Ending) => void;
  const ending = new Promise<Ending>((resolve) => {
    resolveEnding = resolve;
  });
  const end = (how: Ending): void => {
    open = false;
    ready = how.ready;
    resolveEnding(how);
  };
  const fail = (failure: (requestId: string) => failures.Failure, timeout = false): void =>
    end({ ready: false, timeout, failure });

  const events: RuntimeEvents = {
    ...options.events,
    next(peakKilobytes) {
      if (open) end({ ready: true });
      options.events.next(peakKilobytes);
    },
    initError(payload) {
      const failure = failures.reported(payload, "Runtime.Unknown");
      if (open) fail(() => failure);
    },
  };
  const begunAt = monotonicMilliseconds();
  let runtime: StartedRuntime;
  try {
    runtime = await options.start(events);
  } catch (error) {
    if (!(error instanceof failures.InvalidEntrypoint)) throw error;
    const milliseconds = monotonicMilliseconds() - begunAt;
    return { ready: false, milliseconds, timeout: false, failure: failures.invalidEntrypoint };
  }
  options.onStarted(runtime);
  const { limitMilliseconds, now } = options;
  const cancelLimit = after(limitMilliseconds, () =>
    fail((requestId) => failures.timedOut(requestId, limitMilliseconds, now()), true),
  );
  const cancelMemoryWatch = every(memoryCheckMilliseconds, () => runtime.process.enforceMemory());
  void runtime.process.exit.then((exit) => {
    if (open) fail((requestId) => failures.exited(requestId, exit));
    else if (ready) options.onExit(exit);
  });
  const how = await ending;
  const milliseconds = monotonicMilliseconds() - runtime.startedAt;
  cancelLimit();
  cancelMemoryWatch();
  // What the module printed while it loaded stands before START.
  await pendingInputRead();
  return { ...how, milliseconds };
}
