// Export tasks: the events of a group and a time, as compressed files in a
// bucket.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3Export.html

import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { Fault, fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import { servicePrincipal } from "../../../core/principal.ts";
import { defineResource } from "../../../core/resource.ts";
import type { WaitingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { ExportTaskStatusCode } from "../../../model/generated/logs.d.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { eventRange, type LogEvent, readEvent } from "../log-event.ts";
import { existingGroup, groupArn, LogGroup } from "../log-group.ts";
import { LogStream } from "../log-stream.ts";
import { type Input, invalid, logs, type Output } from "../model.ts";

const s3 = modelOf<S3>("s3");
const gzipped = promisify(gzip);

export interface ExportTaskState {
  readonly taskId: string;
  readonly taskName?: string | undefined;
  readonly logGroupName: string;
  readonly logStreamNamePrefix?: string | undefined;
  /** Epoch milliseconds; `to` is not included. */
  readonly from: number;
  readonly to: number;
  readonly destination: string;
  readonly destinationPrefix: string;
  readonly status: { readonly code: ExportTaskStatusCode; readonly message: string };
  readonly creationTime: number;
  readonly completionTime?: number;
}

export const ExportTask = defineResource<ExportTaskState>()({
  service: "logs",
  type: "export-task",
  key: (task) => [task.taskId],
  indexes: { newest: (task) => [-task.creationTime] },
});

const running: readonly ExportTaskStatusCode[] = ["PENDING", "RUNNING", "PENDING_CANCEL"];

export const createExportTask: WaitingHandler<Input<"CreateExportTask">, Output<"CreateExportTask">> = {
  waits: async (input, ctx) => {
    const task = await ctx.atomically((tx) => newTask(tx, input));
    await checkBucket(ctx, task);
    await ctx.atomically(async (tx) => {
      await refuseSecond(tx);
      tx.put(ExportTask, task);
      tx.enqueue(runExport, { taskId: task.taskId });
    });
    return { taskId: task.taskId };
  },
};

async function newTask(tx: Transaction, input: Input<"CreateExportTask">): Promise<ExportTaskState> {
  await existingGroup(tx, input.logGroupName);
  await refuseSecond(tx);
  if (input.from > input.to) throw invalid("Export start time should not be after its end time.");
  return {
    taskId: tx.ids.uuid(),
    taskName: input.taskName,
    logGroupName: input.logGroupName,
    logStreamNamePrefix: input.logStreamNamePrefix,
    from: input.from,
    to: input.to,
    destination: input.destination,
    destinationPrefix: input.destinationPrefix ?? "exportedlogs",
    status: { code: "PENDING", message: "Task is pending" },
    creationTime: tx.now,
  };
}

/** An account has one at a time. */
async function refuseSecond(tx: Transaction): Promise<void> {
  const { values } = await tx.list(ExportTask, { index: "newest", limit: 1 });
  if (!running.includes(values[0]?.status.code ?? "COMPLETED")) return;
  throw fault(logs, "LimitExceededException", "Resource limit exceeded.");
}

function onBehalf(ctx: Waiting, { logGroupName }: ExportTaskState): Waiting {
  const source = `${groupArn(logGroupName, ctx)}:*`;
  return ctx.as(servicePrincipal(`logs.${ctx.region}.amazonaws.com`, ctx.account, source));
}

/** A file is written first, to see whether the bucket takes any. */
async function checkBucket(ctx: Waiting, task: ExportTaskState): Promise<void> {
  try {
    await put(ctx, task, "aws-logs-write-test", Buffer.from("Permission Check Successful"));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw invalid(
      error.code === "NoSuchBucket"
        ? "The given bucket does not exist. Please retry with a valid bucket."
        : "PutObject call on the given bucket failed. Please check if CloudWatch Logs has been granted permission to perform this operation.",
    );
  }
}

async function put(ctx: Waiting, task: ExportTaskState, name: string, bytes: Uint8Array): Promise<void> {
  await onBehalf(ctx, task).call(s3, "PutObject", {
    Bucket: task.destination,
    Key: `${task.destinationPrefix}/${name}`,
    Body: streamOf(bytes),
    ContentLength: bytes.length,
  });
}

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export const runExport = defineJob<{ readonly taskId: string }>({
  name: "logs.runExport",
  run: {
    waits: async ({ taskId }, ctx) => {
      const task = await change(ctx, taskId, { status: { code: "RUNNING", message: "Running" } });
      if (task === undefined) return;
      try {
        const streams = await ctx.atomically(async (tx) => {
          const group = await tx.get(LogGroup, task.logGroupName);
          return group === undefined ? [] : tx.all(LogStream, [group.id]);
        });
        for (const { groupId, name } of streams) {
          if (name.startsWith(task.logStreamNamePrefix ?? "")) await exportStream(ctx, task, groupId, name);
        }
        const status = { code: "COMPLETED" as const, message: "Completed successfully" };
        await change(ctx, taskId, { status, completionTime: ctx.now() });
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        await change(ctx, taskId, {
          status: { code: "FAILED", message: error.message },
          completionTime: ctx.now(),
        });
      }
    },
  },
});

/** Undefined where it is over, or was cancelled. */
function change(
  ctx: Waiting,
  taskId: string,
  change: Partial<ExportTaskState>,
): Promise<ExportTaskState | undefined> {
  return ctx.atomically(async (tx) => {
    const task = await tx.get(ExportTask, taskId);
    if (task === undefined || !running.includes(task.status.code)) return undefined;
    const changed = { ...task, ...change };
    tx.put(ExportTask, changed);
    return changed;
  });
}

const chunk = 1000;
const fileBytes = 32 * 1_048_576;

/** One file, or several where there is much. */
async function exportStream(
  ctx: Waiting,
  task: ExportTaskState,
  groupId: string,
  name: string,
): Promise<void> {
  let start: string | undefined;
  let lines: string[] = [];
  let bytes = 0;
  let files = 0;
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    const file = `${task.taskId}/${name.replaceAll("/", "-")}/${String(files++).padStart(6, "0")}.gz`;
    await put(ctx, task, file, await gzipped(lines.join("")));
    lines = [];
    bytes = 0;
  };
  for (;;) {
    const entries = await ctx.atomically(async (tx) => {
      const range = eventRange(tx, groupId, name, { startTime: task.from, endTime: task.to });
      return tx.raw.scan({ start: start ?? range.start, end: range.end }, { limit: chunk });
    });
    for (const entry of entries) {
      const line = lineOf(readEvent(entry));
      lines.push(line);
      bytes += line.length;
    }
    if (bytes >= fileBytes) await flush();
    if (entries.length < chunk || ctx.signal.aborted) break;
    start = `${entries.at(-1)!.key}\x00`;
  }
  await flush();
}

function lineOf({ timestamp, message }: LogEvent): string {
  return `${new Date(timestamp).toISOString()} ${message}\n`;
}

export async function cancelExportTask(
  { taskId }: Input<"CancelExportTask">,
  tx: Transaction,
): Promise<Output<"CancelExportTask">> {
  const task = await tx.get(ExportTask, taskId);
  if (task === undefined) {
    throw fault(logs, "ResourceNotFoundException", "The specified export task does not exist.");
  }
  if (!running.includes(task.status.code)) {
    throw fault(logs, "InvalidOperationException", "The specified export task has already finished");
  }
  const status = { code: "CANCELLED" as const, message: "Cancelled" };
  tx.put(ExportTask, { ...task, status, completionTime: tx.now });
  return {};
}

export async function describeExportTasks(
  input: Input<"DescribeExportTasks">,
  tx: Transaction,
): Promise<Output<"DescribeExportTasks">> {
  const one = input.taskId === undefined ? undefined : await tx.get(ExportTask, input.taskId);
  const page =
    input.taskId === undefined
      ? await tx.list(ExportTask, { index: "newest", limit: input.limit ?? 50, cursor: input.nextToken })
      : { values: one === undefined ? [] : [one] };
  const { statusCode } = input;
  return {
    exportTasks: page.values
      .filter(({ status }) => statusCode === undefined || status.code === statusCode)
      .map(({ creationTime, completionTime, logStreamNamePrefix: _prefix, ...task }) => ({
        ...task,
        executionInfo: { creationTime, ...(completionTime !== undefined && { completionTime }) },
      })),
    ...("cursor" in page && page.cursor !== undefined && { nextToken: page.cursor }),
  };
}
