// Brings log lines of APIs to CloudWatch Logs, or to a delivery stream, behind
// the client's back: lines gather for a moment and go out together. A crash
// loses the lines still on their way, never more.

import { Fault } from "../core/fault.ts";
import type { Place } from "../core/place.ts";
import { servicePrincipal } from "../core/principal.ts";
import type { Waiting } from "../core/waiting.ts";
import type { Firehose } from "../model/generated/firehose.d.ts";
import type { Logs } from "../model/generated/logs.d.ts";
import { modelOf } from "../model/handle.ts";

const logs = modelOf<Logs>("logs");
const firehose = modelOf<Firehose>("firehose");

export interface LogDestination extends Place {
  readonly kind: "logs" | "firehose";
  /** Of the group, or of the delivery stream. */
  readonly name: string;
  readonly stream: string;
  /** Whether API Gateway makes the group: execution logs, but not access logs. */
  readonly makesGroup?: boolean;
}

/** Where `arn:aws:logs:...:log-group:name` or a delivery stream's ARN leads. */
export function destinationOf(arn: string, stream: string): LogDestination {
  const [, , service, region = "", account = "", ...rest] = arn.split(":");
  const resource = rest.join(":");
  return service === "firehose"
    ? { kind: "firehose", region, account, name: resource.replace(/^deliverystream\//, ""), stream }
    : {
        kind: "logs",
        region,
        account,
        name: resource.replace(/^log-group:/, "").replace(/:\*$/, ""),
        stream,
      };
}

interface Line {
  readonly timestamp: number;
  readonly message: string;
}

interface Batch {
  readonly destination: LogDestination;
  lines: Line[];
}

const gatherMilliseconds = 100;
/** Beyond it lines are dropped: what takes them is not keeping up. */
const mostLines = 100_000;
const putLimits = { logs: { lines: 10_000, bytes: 1_000_000 }, firehose: { lines: 500, bytes: 4_000_000 } };
const lineOverhead = 26;

export class LogShipper {
  readonly #batches = new Map<string, Batch>();
  readonly #known = new Set<string>();
  #waiting = 0;
  #shipping = false;

  add(ctx: Waiting, destination: LogDestination, lines: readonly Line[]): void {
    if (lines.length === 0 || this.#waiting + lines.length > mostLines) return;
    const key = `${destination.kind}\n${destination.region}\n${destination.account}\n${destination.name}\n${destination.stream}`;
    const batch = this.#batches.get(key);
    if (batch === undefined) this.#batches.set(key, { destination, lines: [...lines] });
    else batch.lines.push(...lines);
    this.#waiting += lines.length;
    if (this.#shipping) return;
    this.#shipping = true;
    ctx.afterwards((after) => this.#ship(after));
  }

  async #ship(ctx: Waiting): Promise<void> {
    try {
      while (this.#waiting > 0) {
        await ctx.beside((waiting) => waiting.sleepUntil(ctx.now() + gatherMilliseconds));
        const batches = [...this.#batches.values()];
        this.#batches.clear();
        this.#waiting = 0;
        for (const batch of batches) await this.#put(ctx, batch);
      }
    } finally {
      // At once, and not after a turn of the event loop: whoever comes now ships its lines itself.
      this.#shipping = false;
    }
  }

  async #put(ctx: Waiting, { destination, lines }: Batch): Promise<void> {
    const { account, region, kind } = destination;
    const as = ctx.as(servicePrincipal("delivery.logs.amazonaws.com", account)).at({ account, region });
    try {
      for (const part of parts(lines, putLimits[kind])) {
        if (kind === "firehose") await putRecords(as, destination, part);
        else await this.#putEvents(as, destination, part);
      }
    } catch (error) {
      // Without the service, or without the group, the lines have nowhere to go, as on AWS.
      if (!(error instanceof Fault)) throw error;
    }
  }

  async #putEvents(as: Waiting, destination: LogDestination, lines: readonly Line[]): Promise<void> {
    const { account, region, name, stream } = destination;
    const key = `${region}\n${account}\n${name}\n${stream}`;
    const send = (): Promise<unknown> =>
      as.call(logs, "PutLogEvents", { logGroupName: name, logStreamName: stream, logEvents: lines });
    if (!this.#known.has(key)) {
      await createStream(as, destination);
      if (this.#known.size >= 1000) this.#known.clear();
      this.#known.add(key);
    }
    await send().catch(async (error) => {
      // Someone deleted the group or the stream meanwhile.
      if (!(error instanceof Fault) || error.code !== "ResourceNotFoundException") throw error;
      await createStream(as, destination);
      await send();
    });
  }
}

async function createStream(as: Waiting, { name, stream, makesGroup }: LogDestination): Promise<void> {
  const existing = (error: unknown): void => {
    if (!(error instanceof Fault) || error.code !== "ResourceAlreadyExistsException") throw error;
  };
  const create = () =>
    as.call(logs, "CreateLogStream", { logGroupName: name, logStreamName: stream }).catch(existing);
  await create().catch(async (error) => {
    if (makesGroup !== true) throw error;
    await as.call(logs, "CreateLogGroup", { logGroupName: name }).catch(existing);
    await create();
  });
}

async function putRecords(as: Waiting, { name }: LogDestination, lines: readonly Line[]): Promise<void> {
  await as.call(firehose, "PutRecordBatch", {
    DeliveryStreamName: name,
    Records: lines.map(({ message }) => ({ Data: Buffer.from(`${message}\n`) })),
  });
}

function* parts(
  lines: readonly Line[],
  limits: { readonly lines: number; readonly bytes: number },
): Generator<Line[]> {
  let part: Line[] = [];
  let bytes = 0;
  for (const line of lines.toSorted((a, b) => a.timestamp - b.timestamp)) {
    const size = Buffer.byteLength(line.message) + lineOverhead;
    if (part.length === limits.lines || (part.length > 0 && bytes + size > limits.bytes)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(line);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
