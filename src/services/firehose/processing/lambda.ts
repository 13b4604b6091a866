// Transformation by a function: batches of records go to it, and come back
// changed, dropped or failed.
// https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Processor } from "../../../model/generated/firehose.d.ts";
import type { Lambda } from "../../../model/generated/lambda.d.ts";
import { modelOf } from "../../../model/handle.ts";
import type { BufferedRecord } from "../buffer/entry.ts";
import type { Hints } from "../destination/destination.ts";
import { parameterOf } from "../destination/processing-settings.ts";
import type { StreamState } from "../stream.ts";
import type { Failure } from "./failure.ts";

const lambda = modelOf<Lambda>("lambda");

export interface Transformed {
  readonly record: BufferedRecord;
  /** What the function says of the partition. */
  readonly keys?: Readonly<Record<string, string>> | undefined;
}

export interface Transformation {
  readonly records: readonly Transformed[];
  readonly failures: readonly Failure[];
}

export function lambdaHints(processor: Processor): Hints {
  return {
    bytes: Number(parameterOf(processor, "BufferSizeInMBs") ?? 1) * 1_048_576,
    milliseconds: Number(parameterOf(processor, "BufferIntervalInSeconds") ?? 60) * 1000,
  };
}

/** One batch after another, none larger than the function's buffer. */
export async function transform(
  ctx: Waiting,
  stream: StreamState,
  processor: Processor,
  roleArn: string | undefined,
  records: readonly BufferedRecord[],
): Promise<Transformation> {
  const done: Transformed[] = [];
  const failures: Failure[] = [];
  for (const batch of batches(records, lambdaHints(processor).bytes)) {
    const outcome = await transformBatch(ctx, stream, processor, roleArn, batch);
    // One by one: they may be more than a call takes parameters.
    for (const record of outcome.records) done.push(record);
    for (const failure of outcome.failures) failures.push(failure);
  }
  return { records: done, failures };
}

function* batches(records: readonly BufferedRecord[], bytes: number): Generator<readonly BufferedRecord[]> {
  let batch: BufferedRecord[] = [];
  let size = 0;
  for (const record of records) {
    if (batch.length > 0 && size + record.data.length > bytes) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(record);
    size += record.data.length;
  }
  if (batch.length > 0) yield batch;
}

async function transformBatch(
  ctx: Waiting,
  stream: StreamState,
  processor: Processor,
  roleArn: string | undefined,
  batch: readonly BufferedRecord[],
): Promise<Transformation> {
  const lambdaArn = parameterOf(processor, "LambdaArn")!;
  const role = parameterOf(processor, "RoleArn") ?? roleArn;
  const retries = Number(parameterOf(processor, "NumberOfRetries") ?? 3);
  const ids = batch.map(() => recordId(ctx));
  const payload = event(ctx, stream, batch, ids);
  let problem: Problem = { code: "Lambda.InvokeFailed", message: "" };
  let attempts = 0;
  while (attempts <= retries && !ctx.signal.aborted) {
    if (attempts > 0) await ctx.sleepUntil(ctx.now() + pause(attempts));
    attempts++;
    const answer = await invoke(ctx, role, lambdaArn, payload);
    if ("text" in answer) {
      const read = readAnswer(answer.text, batch, ids, { attempts, lambdaArn });
      if (!("code" in read)) return read;
      problem = read;
      // The function has answered: asking again would change nothing.
      break;
    }
    problem = answer;
    if (!answer.again) break;
  }
  if (ctx.signal.aborted) throw new Error("Stopped while a function was transforming records.");
  const { code, message } = problem;
  return { records: [], failures: batch.map((record) => failed(record, code, message, attempts, lambdaArn)) };
}

function pause(attempts: number): number {
  return Math.min(250 * 2 ** attempts, 10_000);
}

/** Digits, as long as AWS's. */
function recordId(ctx: Waiting): string {
  const digits = BigInt(`0x${ctx.ids.hex(40)}`)
    .toString()
    .padStart(49, "0")
    .slice(-47);
  return `4${digits}00000000`;
}

function event(
  ctx: Waiting,
  stream: StreamState,
  batch: readonly BufferedRecord[],
  ids: readonly string[],
): Uint8Array {
  const { source } = stream;
  return Buffer.from(
    JSON.stringify({
      invocationId: ctx.ids.uuid(),
      ...(source.type === "KinesisStreamAsSource" && { sourceKinesisStreamArn: source.streamArn }),
      deliveryStreamArn: stream.arn,
      region: ctx.region,
      records: batch.map(({ data, at, origin }, index) => ({
        recordId: ids[index],
        approximateArrivalTimestamp: at,
        data: Buffer.from(data).toString("base64"),
        ...(origin !== undefined && {
          kinesisRecordMetadata: { ...origin, approximateArrivalTimestamp: at },
        }),
      })),
    }),
  );
}

interface Problem {
  readonly code: string;
  readonly message: string;
}

async function invoke(
  ctx: Waiting,
  role: string | undefined,
  FunctionName: string,
  Payload: Uint8Array,
): Promise<{ readonly text: string } | (Problem & { readonly again: boolean })> {
  const [, , , region = ctx.region] = FunctionName.split(":");
  const acting = (role === undefined ? ctx : ctx.asRole(role, "AWSFirehoseToLambda")).at({ region });
  try {
    const answer = await acting.call(lambda, "Invoke", { FunctionName, Payload });
    const text = Buffer.from(await bytesOf(answer.Payload)).toString();
    if (answer.FunctionError === undefined) return { text };
    return {
      code: "Lambda.FunctionError",
      message: "The Lambda function was successfully invoked but it returned an error result.",
      again: true,
    };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const denied = error.code.startsWith("AccessDenied");
    const code = denied ? "Lambda.InvokeAccessDenied" : `Lambda.${error.code.replace(/Exception$/, "")}`;
    return { code, message: error.message, again: !denied && error.code !== "ResourceNotFoundException" };
  }
}

async function bytesOf(payload: Uint8Array | AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array> {
  if (payload === undefined) return new Uint8Array();
  if (payload instanceof Uint8Array) return payload;
  const chunks: Uint8Array[] = [];
  for await (const chunk of payload) chunks.push(chunk);
  return Buffer.concat(chunks);
}

interface Answered {
  readonly recordId?: unknown;
  readonly result?: unknown;
  readonly data?: unknown;
  readonly metadata?: { readonly partitionKeys?: Readonly<Record<string, unknown>> };
}

function readAnswer(
  text: string,
  batch: readonly BufferedRecord[],
  ids: readonly string[],
  about: { readonly attempts: number; readonly lambdaArn: string },
): Transformation | Problem {
  const answered = recordsIn(text);
  if (answered === undefined) {
    return {
      code: "Lambda.JsonProcessingException",
      message:
        "There was an error parsing returned records from the Lambda function. Ensure that the returned records follow the status model required by Amazon Data Firehose.",
    };
  }
  const byId = new Map<unknown, Answered>();
  for (const each of answered) {
    if (byId.has(each.recordId)) {
      return {
        code: "Lambda.DuplicatedRecordId",
        message: "The Lambda function returned multiple records with the same record ID.",
      };
    }
    byId.set(each.recordId, each);
  }
  if (ids.some((id) => !byId.has(id))) {
    return {
      code: "Lambda.MissingRecordId",
      message:
        "One or more record Ids are missing. Ensure that the Lambda function returns all received record Ids.",
    };
  }
  const records: Transformed[] = [];
  const failures: Failure[] = [];
  for (const [index, record] of batch.entries()) {
    const { result, data, metadata } = byId.get(ids[index])!;
    if (result === "Dropped") continue;
    if (result === "Ok" && typeof data === "string") {
      records.push({
        record: { ...record, data: Buffer.from(data, "base64") },
        keys: textual(metadata?.partitionKeys),
      });
    } else {
      failures.push(
        failed(
          record,
          "Lambda.ProcessingFailedStatus",
          "ProcessingFailed status set for record",
          about.attempts,
          about.lambdaArn,
        ),
      );
    }
  }
  return { records, failures };
}

function recordsIn(text: string): readonly Answered[] | undefined {
  try {
    const parsed = JSON.parse(text) as { readonly records?: unknown } | null;
    const records = parsed?.records;
    if (!Array.isArray(records)) return undefined;
    return records.every((each) => typeof each === "object" && each !== null) ? records : undefined;
  } catch {
    return undefined;
  }
}

function textual(
  keys: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, string>> | undefined {
  if (keys === undefined || keys === null || typeof keys !== "object") return undefined;
  return Object.fromEntries(
    Object.entries(keys).map(([name, value]) => [name, value === null ? "" : String(value)]),
  );
}

function failed(
  record: BufferedRecord,
  code: string,
  message: string,
  attempts: number,
  lambdaArn: string,
): Failure {
  return { type: "processing-failed", record, code, message, attempts, more: { lambdaArn } };
}
