// One invocation inside its environment: from the hand-over to the REPORT line.

import { type Invocation, type InvocationResult, type LogLine, StreamError } from "../core/ports/compute.ts";
import { type Failure, responseTooLarge } from "./failures.ts";
import { maxResponseBytes } from "./link/link.ts";
import { monotonicMilliseconds } from "./real-time.ts";
import { ResponseStream, whole } from "./response-stream.ts";

export class RunningInvocation {
  readonly invocation: Invocation;
  readonly startedAt = monotonicMilliseconds();
  readonly result: Promise<InvocationResult>;
  /** Set when it failed, whether or not the failure is what the caller receives. */
  errorType: string | undefined;
  #stream: ResponseStream | undefined;
  #answered = false;
  readonly #logStreamName: string;
  readonly #logs: Promise<readonly LogLine[]>;
  #resolveLogs!: (lines: readonly LogLine[]) => void;
  #resolve!: (result: InvocationResult) => void;
  #reject!: (error: Error) => void;

  constructor(invocation: Invocation, logStreamName: string) {
    this.invocation = invocation;
    this.#logStreamName = logStreamName;
    this.#logs = new Promise((resolve) => (this.#resolveLogs = resolve));
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** True when the caller has an answer, or has begun to receive one. */
  get answered(): boolean {
    return this.#answered;
  }

  get streaming(): boolean {
    return this.#stream !== undefined;
  }

  succeed(payload: Uint8Array, contentType?: string): void {
    if (this.#answered) return;
    this.#answered = true;
    const result = { payload, logs: this.#logs, logStreamName: this.#logStreamName };
    this.#resolve(contentType === undefined ? result : { ...result, contentType });
  }

  fail(failure: Failure): void {
    this.errorType ??= failure.errorType;
    if (this.#stream !== undefined) {
      this.#stream.fail(new StreamError(failure.errorType, failure.payload));
      return;
    }
    if (this.#answered) return;
    this.#answered = true;
    this.#resolve({
      payload: failure.payload,
      functionError: "Unhandled",
      logs: this.#logs,
      logStreamName: this.#logStreamName,
    });
  }

  /** Cumulet itself gives up on it. */
  abandon(error: Error): void {
    this.#answered = true;
    this.#reject(error);
    this.#resolveLogs([]);
  }

  beginStream(contentType: string, pause: () => void, resume: () => void): void {
    if (this.#answered || this.#stream !== undefined) return;
    const stream = new ResponseStream(pause, resume);
    this.#stream = stream;
    if (this.invocation.streaming) {
      this.#answered = true;
      const result = { payload: stream, contentType, logs: this.#logs, logStreamName: this.#logStreamName };
      this.#resolve(result);
      return;
    }
    // The caller wants it whole, though the function streams.
    whole(stream, maxResponseBytes).then(
      ({ bytes, length }) => {
        this.#stream = undefined;
        if (length > maxResponseBytes) this.fail(responseTooLarge(length, maxResponseBytes));
        else this.succeed(bytes, contentType);
      },
      (error: unknown) => {
        this.#stream = undefined;
        if (error instanceof StreamError) this.fail(error);
        else this.abandon(new Error("The response stream broke", { cause: error }));
      },
    );
  }

  pushStream(chunk: Uint8Array): void {
    this.#stream?.push(chunk);
  }

  endStream(): void {
    this.#stream?.end();
  }

  finish(lines: readonly LogLine[]): void {
    this.#resolveLogs(lines);
  }
}

/** An invocation without a payload has an empty object for its event. */
export function eventOf(invocation: Invocation): Uint8Array {
  return invocation.payload.length === 0 ? Buffer.from("{}") : invocation.payload;
}
