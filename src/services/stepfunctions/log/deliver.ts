// Puts lines into a log group, in batches as CloudWatch Logs takes them.

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { LogLine } from "./event.ts";

const maximumBatchBytes = 1_000_000;
const maximumBatchLines = 10_000;
const bytesPerLine = 26;

/** A group that is not there takes nothing, as on AWS. */
export async function deliverLines(
  ctx: Waiting,
  group: string,
  stream: string,
  lines: readonly LogLine[],
): Promise<void> {
  const ordered = [...lines].sort((a, b) => a.timestamp - b.timestamp);
  for (const batch of batches(ordered)) {
    const put = (): Promise<object> =>
      ctx.callByName("logs", "PutLogEvents", {
        logGroupName: group,
        logStreamName: stream,
        logEvents: batch,
      });
    try {
      await put();
    } catch (error) {
      if (!isMissing(error)) throw error;
      try {
        await ctx.callByName("logs", "CreateLogStream", { logGroupName: group, logStreamName: stream });
      } catch (failure) {
        if (isMissing(failure)) return;
        if (!(failure instanceof Fault && failure.code === "ResourceAlreadyExistsException")) throw failure;
      }
      await put();
    }
  }
}

/** `states/machine/2024-01-01-00-00/1a2b3c4d`. */
export function streamName(machine: string, at: number, suffix: string): string {
  const minute = new Date(at).toISOString().slice(0, 16).replaceAll(/[T:]/g, "-");
  return `states/${machine.split("/")[0]}/${minute}/${suffix.slice(0, 8)}`;
}

function isMissing(error: unknown): boolean {
  return error instanceof Fault && error.code === "ResourceNotFoundException";
}

function* batches(lines: readonly LogLine[]): Generator<readonly LogLine[]> {
  let batch: LogLine[] = [];
  let bytes = 0;
  for (const line of lines) {
    const size = Buffer.byteLength(line.message) + bytesPerLine;
    if (batch.length === maximumBatchLines || (batch.length > 0 && bytes + size > maximumBatchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
