// Brings log lines to CloudWatch Logs behind the caller's back. Lines gather
// while invocations run and go out when none is running, when many have
// gathered, or 50 ms after the first: a busy function costs one PutLogEvents
// for many invocations. A crash loses the lines still on their way, never more.

import { Fault } from "../../../core/fault.ts";
import type { LogLine } from "../../../core/ports/compute.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Logs } from "../../../model/generated/logs.d.ts";
import { modelOf } from "../../../model/handle.ts";

const logs = modelOf<Logs>("logs");

export interface LogDestination {
  readonly region: string;
  readonly group: string;
  readonly stream: string;
  /** Lines are written under the function's role, as on AWS. */
  readonly roleArn: string;
  readonly functionName: string;
}

interface Stream {
  readonly destination: LogDestination;
  lines: LogLine[];
  exists: boolean;
}

const gatherMilliseconds = 50;
const enoughLines = 1000;
/** Beyond it lines are dropped: CloudWatch Logs is not keeping up. */
const mostLines = 100_000;
const mostStreams = 1000;
const putLimits = { events: 10_000, bytes: 1_048_576, overhead: 26, messageBytes: 1_048_550 };

export class LogShipper {
  readonly #streams = new Map<string, Stream>();
  #waitingLines = 0;
  #invocations = 0;
  #shipping = false;
  #wake = new AbortController();
  /** Of the last invocation; what is late goes out by it. */
  #ctx: Waiting | undefined;

  invocationBegan(): void {
    this.#invocations++;
  }

  /** Takes an invocation's lines and sees to it that they go out; `ctx` outlives the caller. */
  async invocationEnded(ctx: Waiting, destination: LogDestination, lines: readonly LogLine[]): Promise<void> {
    this.#invocations--;
    this.#ctx = ctx;
    this.#add(destination, lines);
    if (this.#shipping) {
      if (this.#due) this.#wake.abort();
      return;
    }
    this.#shipping = true;
    await this.#ship(ctx);
  }

  /** Lines of a stream whose invocations are over; of one that never had any they have nowhere to go. */
  late(region: string, group: string, stream: string, lines: readonly LogLine[]): void {
    const known = [...this.#streams.values()].find(
      ({ destination }) =>
        destination.stream === stream && destination.group === group && destination.region === region,
    );
    if (known === undefined) return;
    this.#add(known.destination, lines);
    if (this.#shipping) return;
    this.#shipping = true;
    this.#ctx?.afterwards((ctx) => this.#ship(ctx));
  }

  get #due(): boolean {
    return this.#invocations === 0 || this.#waitingLines >= enoughLines;
  }

  #add(destination: LogDestination, lines: readonly LogLine[]): void {
    if (lines.length === 0 || this.#waitingLines + lines.length > mostLines) return;
    const key = `${destination.roleArn}\n${destination.region}\n${destination.group}\n${destination.stream}`;
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      stream = { destination, lines: [], exists: false };
      this.#streams.set(key, stream);
    }
    stream.lines.push(...lines);
    this.#waitingLines += lines.length;
  }

  async #ship(ctx: Waiting): Promise<void> {
    try {
      while (this.#waitingLines > 0) {
        if (!this.#due && !ctx.signal.aborted) {
          this.#wake = new AbortController();
          await ctx.beside(
            (waiting) => waiting.sleepUntil(ctx.now() + gatherMilliseconds),
            this.#wake.signal,
          );
        }
        for (const stream of this.#streams.values()) {
          const lines = stream.lines;
          if (lines.length === 0) continue;
          stream.lines = [];
          this.#waitingLines -= lines.length;
          await put(ctx, stream, lines);
        }
      }
      this.#forget();
    } finally {
      // At once, and not after a turn of the event loop: whoever comes now ships its lines itself.
      this.#shipping = false;
    }
  }

  /** Streams of environments long gone are not worth remembering: they would only be created again, in vain. */
  #forget(): void {
    for (const key of this.#streams.keys()) {
      if (this.#streams.size <= mostStreams) return;
      this.#streams.delete(key);
    }
  }
}

async function put(ctx: Waiting, stream: Stream, lines: readonly LogLine[]): Promise<void> {
  const { roleArn, functionName, region, group, stream: logStreamName } = stream.destination;
  const as = ctx.asRole(roleArn, functionName).at({ region });
  for (const logEvents of batches(lines)) {
    const send = (): Promise<unknown> =>
      as.call(logs, "PutLogEvents", { logGroupName: group, logStreamName, logEvents });
    try {
      if (!stream.exists) await create(as, group, logStreamName);
      stream.exists = true;
      await send().catch(async (error) => {
        // Someone deleted the group or the stream meanwhile: AWS makes them anew.
        if (!(error instanceof Fault) || error.code !== "ResourceNotFoundException") throw error;
        await create(as, group, logStreamName);
        await send();
      });
    } catch (error) {
      // Without CloudWatch Logs, or without permission, the lines have nowhere to go, as on AWS.
      if (!(error instanceof Fault)) throw error;
      return;
    }
  }
}

async function create(as: Waiting, logGroupName: string, logStreamName: string): Promise<void> {
  const existing = (error: unknown): void => {
    if (!(error instanceof Fault) || error.code !== "ResourceAlreadyExistsException") throw error;
  };
  await as.call(logs, "CreateLogStream", { logGroupName, logStreamName }).catch(async (error) => {
    if (!(error instanceof Fault) || error.code !== "ResourceNotFoundException") return existing(error);
    await as.call(logs, "CreateLogGroup", { logGroupName }).catch(existing);
    await as.call(logs, "CreateLogStream", { logGroupName, logStreamName }).catch(existing);
  });
}

/** Within PutLogEvents' limits, in order of time. */
function* batches(lines: readonly LogLine[]): Generator<{ timestamp: number; message: string }[]> {
  const sorted = lines.toSorted((a, b) => a.timestamp - b.timestamp);
  let batch: { timestamp: number; message: string }[] = [];
  let bytes = 0;
  for (const line of sorted) {
    const message = clip(line.message);
    if (message === "") continue;
    const size = Buffer.byteLength(message) + putLimits.overhead;
    if (batch.length === putLimits.events || bytes + size > putLimits.bytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ timestamp: line.timestamp, message });
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

function clip(message: string): string {
  if (message.length * 3 <= putLimits.messageBytes) return message;
  const bytes = Buffer.from(message);
  return bytes.length <= putLimits.messageBytes
    ? message
    : bytes.subarray(0, putLimits.messageBytes).toString();
}
