// The way of records through the processors, in AWS's order: decompression,
// messages of log data, deaggregation, the function, partition keys, delimiter.

import type { Waiting } from "../../../core/waiting.ts";
import type {
  ProcessingConfiguration,
  Processor,
  ProcessorType,
} from "../../../model/generated/firehose.d.ts";
import type { BufferedRecord } from "../buffer/entry.ts";
import { errorBucket, type Hints, processingOf } from "../destination/destination.ts";
import { parameterOf } from "../destination/processing-settings.ts";
import type { PartitionKeys } from "../naming/expression.ts";
import type { StreamState } from "../stream.ts";
import { deaggregate } from "./deaggregate.ts";
import type { Failure } from "./failure.ts";
import { lambdaHints, type Transformed, transform } from "./lambda.ts";
import { decompress, extractMessages } from "./log-records.ts";
import { partition } from "./partition.ts";

/** The records of one partition, or all. */
export interface Processed {
  readonly keys?: PartitionKeys | undefined;
  readonly records: readonly BufferedRecord[];
}

export interface Processing {
  readonly groups: readonly Processed[];
  readonly failures: readonly Failure[];
}

/** When there is enough to process: soon, but for functions, which have buffers of their own. */
export function processingHints(processing: ProcessingConfiguration | undefined, main: Hints): Hints {
  const lambda = find(processing, "Lambda");
  if (lambda !== undefined) return lambdaHints(lambda);
  return { bytes: 1_048_576, milliseconds: Math.min(main.milliseconds, 1000) };
}

function find(processing: ProcessingConfiguration | undefined, type: ProcessorType): Processor | undefined {
  return processing?.Processors?.find(({ Type }) => Type === type);
}

export async function processRecords(
  ctx: Waiting,
  stream: StreamState,
  given: readonly BufferedRecord[],
): Promise<Processing> {
  const processing = processingOf(stream.destination);
  const failures: Failure[] = [];
  const prepared = prepare(processing, given, failures);
  const lambda = find(processing, "Lambda");
  let records: readonly Transformed[] = prepared.map((record) => ({ record }));
  if (lambda !== undefined) {
    const role = errorBucket(stream.destination).RoleARN;
    const outcome = await transform(ctx, stream, lambda, role, prepared);
    records = outcome.records;
    for (const failure of outcome.failures) failures.push(failure);
  }
  const groups = partition(stream.destination, processing, records, failures, ctx.now());
  const delimiter = delimiterOf(find(processing, "AppendDelimiterToRecord"));
  return {
    groups: delimiter === undefined ? groups : groups.map((group) => delimited(group, delimiter)),
    failures,
  };
}

function prepare(
  processing: ProcessingConfiguration | undefined,
  given: readonly BufferedRecord[],
  failures: Failure[],
): readonly BufferedRecord[] {
  let records = given;
  if (find(processing, "Decompression") !== undefined) {
    records = each(records, failures, decompressionFailed, (record) => {
      const plain = decompress(record);
      return plain && [plain];
    });
  }
  const logs = find(processing, "CloudWatchLogProcessing");
  if (logs !== undefined && parameterOf(logs, "DataMessageExtraction") === "true") {
    records = each(records, failures, extractionFailed, extractMessages);
  }
  const aggregated = find(processing, "RecordDeAggregation");
  return aggregated === undefined ? records : records.flatMap((record) => deaggregate(record, aggregated));
}

const decompressionFailed = {
  code: "Decompression.Failed",
  message: "The record could not be decompressed. Ensure that it is compressed with GZIP.",
};
const extractionFailed = {
  code: "DataMessageExtraction.Failed",
  message: "The record is not in the format of CloudWatch Logs.",
};

function each(
  records: readonly BufferedRecord[],
  failures: Failure[],
  problem: { readonly code: string; readonly message: string },
  step: (record: BufferedRecord) => readonly BufferedRecord[] | undefined,
): readonly BufferedRecord[] {
  return records.flatMap((record) => {
    const outcome = step(record);
    if (outcome === undefined) failures.push({ type: "processing-failed", record, attempts: 1, ...problem });
    return outcome ?? [];
  });
}

/** A line feed, where none is named. */
function delimiterOf(processor: Processor | undefined): Buffer | undefined {
  if (processor === undefined) return undefined;
  const given = parameterOf(processor, "Delimiter") ?? "\\n";
  return Buffer.from(given.replaceAll("\\n", "\n").replaceAll("\\r", "\r").replaceAll("\\t", "\t"));
}

function delimited(group: Processed, delimiter: Buffer): Processed {
  const records = group.records.map((record) => ({
    ...record,
    data: Buffer.concat([record.data, delimiter]),
  }));
  return { ...group, records };
}
