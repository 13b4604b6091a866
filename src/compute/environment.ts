// One execution environment of a function: started, initialised, then one
// invocation at a time until it is retired, fails or runs out of time.

import type {
  FunctionSpec,
  Invocation,
  InvocationResult,
  LogLine,
  RoleCredentials,
} from "../core/ports/compute.ts";
import { type BootOutcome, boot, type StartedRuntime } from "./boot.ts";
import * as failures from "./failures.ts";
import { eventOf, RunningInvocation } from "./invocation.ts";
import { maxResponseBytes, type RuntimeEvents } from "./link/link.ts";
import { type PlatformLog, platformLog } from "./log-lines.ts";
import { LogCollector } from "./output.ts";
import { after, epochMilliseconds, every, monotonicMilliseconds, pendingInputRead } from "./real-time.ts";

export type StartRuntime = (
  spec: FunctionSpec,
  credentials: RoleCredentials,
  logStreamName: string,
  provisioned: boolean,
  events: RuntimeEvents,
  complain: (message: string) => void,
) => Promise<StartedRuntime>;

export interface EnvironmentOptions {
  readonly spec: FunctionSpec;
  readonly credentials: RoleCredentials;
  /** Started ahead of need: its initialisation belongs to no invocation. */
  readonly provisioned: boolean;
  readonly now: () => number;
  readonly initMilliseconds: number;
  readonly start: StartRuntime;
  readonly onInitialised: () => void;
  /** It takes the next invocation. */
  readonly onIdle: (environment: Environment) => void;
  /** It takes no further invocation; called once. */
  readonly onEnded: (environment: Environment, lateLines: readonly LogLine[]) => void;
}

const memoryCheckMilliseconds = 50;

export class Environment {
  readonly spec: FunctionSpec;
  readonly logStreamName: string;
  readonly credentialsExpireAt: number;
  readonly startedAt = monotonicMilliseconds();
  usedAt = this.startedAt;
  /** Set by whoever wants it to end after its invocation. */
  retiring = false;
  readonly #options: EnvironmentOptions;
  readonly #collector: LogCollector;
  readonly #platform: PlatformLog;
  #runtime: StartedRuntime | undefined;
  #current: RunningInvocation | undefined;
  #cancelDeadline: (() => void) | undefined;
  #cancelMemoryWatch: (() => void) | undefined;
  #initMilliseconds: number | undefined;
  /** Why it never came up, in the words for a given request. */
  #initFailure: ((requestId: string) => failures.Failure) | undefined;
  #peakKilobytes = 0;
  /** Its process was told to end: its exit is no news. */
  #stopping = false;
  #ended = false;
  #endReason: Error | undefined;

  constructor(options: EnvironmentOptions) {
    this.spec = options.spec;
    this.#options = options;
    this.logStreamName = options.spec.logStreamName();
    this.credentialsExpireAt = options.credentials.expiresAt;
    this.#collector = new LogCollector(options.now);
    this.#platform = platformLog(options.spec, options.now);
  }

  get failed(): boolean {
    return this.#initFailure !== undefined;
  }

  /** Its caller has the answer; it will be idle in a moment. */
  get finishing(): boolean {
    return this.#current?.answered === true && !this.#current.streaming && !this.#ended;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Resolves when the runtime is initialised, or has failed to: then `invoke` tells
   * the failure. Rejects when the environment could not be made at all.
   */
  async initialise(): Promise<void> {
    const first = await this.#boot("init", this.#options.initMilliseconds);
    if (!first.ready && (first.timeout || !this.#options.provisioned)) {
      // As on AWS: who fails, or needs longer than the limit, is initialised again, on the invocation's time.
      this.#initFailure = undefined;
      const second = await this.#boot("invoke", this.spec.timeoutMilliseconds);
      if (second.ready) this.#initMilliseconds = undefined;
    }
    this.#options.onInitialised();
  }

  invoke(invocation: Invocation): Promise<InvocationResult> {
    const running = new RunningInvocation(invocation, this.logStreamName);
    if (this.#ended && !this.failed) {
      running.abandon(this.#endReason ?? new Error("The environment has ended"));
      return running.result;
    }
    this.#current = running;
    this.usedAt = running.startedAt;
    this.#collector.addPlatform(this.#platform.start(invocation.requestId, this.spec.version));
    if (this.#initFailure !== undefined) this.#fail(this.#initFailure(invocation.requestId));
    else this.#handOver(running);
    return running.result;
  }

  /** Ends it at once; an invocation that runs is lost. */
  kill(reason: Error): void {
    this.#endReason ??= reason;
    this.#current?.abandon(reason);
    this.#current = undefined;
    this.#end();
  }

  /** Resolves when no process of it is left. */
  async gone(): Promise<void> {
    await this.#runtime?.process.exit;
  }

  #handOver(running: RunningInvocation): void {
    const { requestId, invokedArn, traceHeader, clientContext } = running.invocation;
    const timeout = this.spec.timeoutMilliseconds;
    this.#cancelDeadline = after(timeout, () => this.#onTimeout());
    this.#cancelMemoryWatch = every(memoryCheckMilliseconds, () => this.#runtime?.process.enforceMemory());
    const header = {
      requestId,
      invokedArn,
      deadline: epochMilliseconds() + timeout,
      ...(traceHeader === undefined ? {} : { traceHeader }),
      ...(clientContext === undefined ? {} : { clientContext }),
    };
    this.#runtime!.link.invoke(header, eventOf(running.invocation));
  }

  async #boot(phase: "init" | "invoke", limitMilliseconds: number): Promise<BootOutcome> {
    const { spec, credentials, provisioned, start, now } = this.#options;
    let runtime: StartedRuntime | undefined;
    const complain = (message: string): void => this.#collector.add(message);
    const outcome = await boot({
      limitMilliseconds,
      now,
      start: (events) => start(spec, credentials, this.logStreamName, provisioned, events, complain),
      // Only the newest runtime is heard: one that was given up may still be dying.
      events: this.#events(() => runtime === undefined || this.#runtime === runtime),
      onStarted: (started) => {
        runtime = started;
        this.#runtime = started;
        this.#stopping = false;
        this.#collector.addPlatform(this.#platform.initStart(started.version));
        if (this.#ended) this.#stopRuntime();
      },
      onExit: (exit) => this.#runtime === runtime && this.#onExit(exit),
    });
    if (this.#ended && !this.failed) throw new Error("The environment was ended while it started");
    if (!outcome.ready) this.#initFailure = outcome.failure;
    if (outcome.ready) {
      this.#initMilliseconds = outcome.milliseconds;
      void runtime?.process.confine();
    } else this.#reportFailedInit(phase, outcome);
    return outcome;
  }

  #reportFailedInit(phase: "init" | "invoke", outcome: BootOutcome & { readonly ready: false }): void {
    const failure = outcome.failure("");
    const status = outcome.timeout ? "timeout" : "error";
    const errorType = outcome.timeout ? undefined : failure.errorType;
    this.#collector.addPlatform(this.#platform.initReport(outcome.milliseconds, phase, status, errorType));
    this.#stopRuntime();
  }

  #events(isCurrent: () => boolean): RuntimeEvents {
    const guarded =
      <A extends readonly unknown[]>(action: (...args: A) => void) =>
      (...args: A): void => {
        if (isCurrent()) action(...args);
      };
    const fail = (payload: Uint8Array): void =>
      this.#current?.fail(failures.reported(payload, "Runtime.Unknown"));
    return {
      waiting: () => undefined,
      next: guarded((peakKilobytes) => this.#onNext(peakKilobytes)),
      response: guarded((payload) => this.#current?.succeed(payload)),
      responseTooLarge: guarded((bytes) =>
        this.#current?.fail(failures.responseTooLarge(bytes, maxResponseBytes)),
      ),
      error: guarded(fail),
      initError: () => undefined,
      streamBegin: guarded((contentType) => this.#onStreamBegin(contentType)),
      streamChunk: guarded((chunk) => this.#current?.pushStream(chunk)),
      streamEnd: guarded(() => this.#current?.endStream()),
      streamError: guarded(fail),
      log: guarded((message) => this.#collector.add(message)),
      violation: guarded(() => this.#runtime?.process.kill()),
    };
  }

  #onNext(peakKilobytes: number | undefined): void {
    this.#notePeak(peakKilobytes);
    const running = this.#current;
    if (running === undefined) return;
    // Asking for the next without having answered: the conversation is broken.
    if (!running.answered && !running.streaming) this.#runtime?.process.kill();
    else void pendingInputRead().then(() => this.#current === running && this.#finish());
  }

  #onStreamBegin(contentType: string): void {
    const link = this.#runtime?.link;
    this.#current?.beginStream(
      contentType,
      () => link?.pause(),
      () => link?.resume(),
    );
  }

  #onTimeout(): void {
    const { timeoutMilliseconds } = this.spec;
    const { requestId } = this.#current!.invocation;
    this.#fail(failures.timedOut(requestId, timeoutMilliseconds, this.#options.now()), "timeout");
  }

  #onExit(exit: failures.ProcessExit): void {
    if (this.#stopping) return;
    if (this.#current !== undefined) {
      this.#fail(failures.exited(this.#current.invocation.requestId, exit));
    } else {
      // It may have been promised to somebody already, who shall hear of it.
      this.#initFailure ??= (requestId) => failures.exited(requestId, exit);
      this.#end();
    }
  }

  /** The invocation fails and takes the environment with it. */
  #fail(failure: failures.Failure, outcome: "error" | "timeout" = "error"): void {
    const running = this.#current!;
    this.#notePeak(this.#runtime?.process.peakKilobytes());
    this.#stopRuntime();
    running.fail(failure);
    void pendingInputRead().then(() => {
      if (failure.logLine !== undefined) this.#collector.addPlatform(failure.logLine);
      if (this.#current === running) this.#finish(outcome);
    });
  }

  #finish(failedAs?: "error" | "timeout"): void {
    const running = this.#current!;
    this.#current = undefined;
    this.#cancelWatches();
    const { requestId, traceHeader } = running.invocation;
    // An error that the handler threw is a success of the platform.
    const outcome = failedAs ?? "success";
    const duration = monotonicMilliseconds() - running.startedAt;
    this.#collector.noteDropped();
    for (const line of this.#platform.end(requestId)) this.#collector.addPlatform(line);
    this.#collector.addPlatform(
      this.#platform.report({
        requestId,
        durationMilliseconds: outcome === "timeout" ? this.spec.timeoutMilliseconds : duration,
        initMilliseconds: this.#takeInitMilliseconds(),
        peakMegabytes: this.#peakMegabytes(),
        outcome,
        errorType: failedAs === "error" ? running.errorType : undefined,
        traceHeader,
      }),
    );
    running.finish(this.#collector.take());
    this.usedAt = monotonicMilliseconds();
    if (failedAs !== undefined) this.#end();
    else this.#options.onIdle(this);
  }

  #takeInitMilliseconds(): number | undefined {
    const milliseconds = this.#options.provisioned ? undefined : this.#initMilliseconds;
    this.#initMilliseconds = undefined;
    return milliseconds;
  }

  #notePeak(kilobytes: number | undefined): void {
    const seen = kilobytes ?? this.#runtime?.process.peakKilobytes();
    if (seen !== undefined && Number.isFinite(seen))
      this.#peakKilobytes = Math.max(this.#peakKilobytes, seen);
  }

  #peakMegabytes(): number {
    return Math.min(this.spec.memoryMegabytes, Math.max(1, Math.round(this.#peakKilobytes / 1024)));
  }

  #cancelWatches(): void {
    this.#cancelDeadline?.();
    this.#cancelMemoryWatch?.();
    this.#cancelDeadline = undefined;
    this.#cancelMemoryWatch = undefined;
  }

  #stopRuntime(): void {
    this.#stopping = true;
    this.#runtime?.process.kill();
    this.#runtime?.link.close();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelWatches();
    this.#stopRuntime();
    this.#options.onEnded(this, this.#collector.take());
  }
}
