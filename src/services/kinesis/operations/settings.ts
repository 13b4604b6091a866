// What can be set on a stream: retention, encryption, monitoring, mode, the
// largest record, warm throughput.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  DecreaseStreamRetentionPeriodInput,
  DisableEnhancedMonitoringInput,
  EnableEnhancedMonitoringInput,
  EnhancedMonitoringOutput,
  IncreaseStreamRetentionPeriodInput,
  MetricsName,
  StartStreamEncryptionInput,
  StopStreamEncryptionInput,
  UpdateMaxRecordSizeInput,
  UpdateStreamModeInput,
  UpdateStreamWarmThroughputInput,
  UpdateStreamWarmThroughputOutput,
} from "../../../model/generated/kinesis.d.ts";
import { invalidArgument, kinesisFault } from "../faults.ts";
import { settleSoon } from "../jobs.ts";
import { type OpenStream, openActive, Stream, type StreamNamed, type StreamState } from "../stream.ts";
import { warmThroughput } from "./streams.ts";

type Nothing = Record<string, never>;

const shortestHours = 24;
const longestHours = 8760;

async function change(
  caller: Transaction,
  named: StreamNamed,
  changed: (open: OpenStream) => Partial<StreamState>,
): Promise<StreamState> {
  const open = await openActive(caller, named);
  const stream: StreamState = { ...open.stream, ...changed(open), status: "UPDATING" };
  open.tx.put(Stream, stream);
  settleSoon(open.tx, stream);
  return stream;
}

export async function increaseStreamRetentionPeriod(
  input: IncreaseStreamRetentionPeriodInput,
  caller: Transaction,
): Promise<Nothing> {
  await change(caller, input, ({ stream }) => {
    const hours = checkedHours(input.RetentionPeriodHours);
    if (hours < stream.retentionHours) {
      throw invalidArgument(
        `Requested retention period (${hours} hours) for stream ${stream.name} can not be shorter than existing retention period (${stream.retentionHours} hours). Use DecreaseRetentionPeriod API.`,
      );
    }
    return { retentionHours: hours };
  });
  return {};
}

export async function decreaseStreamRetentionPeriod(
  input: DecreaseStreamRetentionPeriodInput,
  caller: Transaction,
): Promise<Nothing> {
  await change(caller, input, ({ stream }) => {
    const hours = checkedHours(input.RetentionPeriodHours);
    if (hours > stream.retentionHours) {
      throw invalidArgument(
        `Requested retention period (${hours} hours) for stream ${stream.name} can not be longer than existing retention period (${stream.retentionHours} hours). Use IncreaseRetentionPeriod API.`,
      );
    }
    return { retentionHours: hours };
  });
  return {};
}

function checkedHours(hours: number): number {
  if (hours < shortestHours) {
    throw invalidArgument(
      `Minimum allowed retention period is ${shortestHours} hours. Requested retention period (${hours} hours) is too short.`,
    );
  }
  if (hours > longestHours) {
    throw invalidArgument(
      `Maximum allowed retention period is ${longestHours} hours. Requested retention period (${hours} hours) is too long.`,
    );
  }
  return hours;
}

const keyId =
  /^(arn:aws[\w-]*:kms:[\w-]+:\d{12}:(key\/[\w-]+|alias\/[\w/-]+)|alias\/[\w/-]+|(mrk-)?[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export async function startStreamEncryption(
  input: StartStreamEncryptionInput,
  caller: Transaction,
): Promise<Nothing> {
  if (input.EncryptionType !== "KMS") {
    throw invalidArgument("The encryption type NONE cannot be used with StartStreamEncryption.");
  }
  if (!keyId.test(input.KeyId)) {
    throw kinesisFault("KMSNotFoundException", `Invalid keyId ${input.KeyId}`);
  }
  await change(caller, input, () => ({ kmsKeyId: input.KeyId }));
  return {};
}

export async function stopStreamEncryption(
  input: StopStreamEncryptionInput,
  caller: Transaction,
): Promise<Nothing> {
  if (input.EncryptionType !== "KMS") {
    throw invalidArgument("The encryption type NONE cannot be used with StopStreamEncryption.");
  }
  await change(caller, input, () => ({ kmsKeyId: undefined }));
  return {};
}

const allMetrics: readonly MetricsName[] = [
  "IncomingBytes",
  "IncomingRecords",
  "OutgoingBytes",
  "OutgoingRecords",
  "WriteProvisionedThroughputExceeded",
  "ReadProvisionedThroughputExceeded",
  "IteratorAgeMilliseconds",
];

function spelledOut(metrics: readonly MetricsName[]): readonly MetricsName[] {
  return metrics.includes("ALL") ? allMetrics : metrics;
}

export function enableEnhancedMonitoring(
  input: EnableEnhancedMonitoringInput,
  caller: Transaction,
): Promise<EnhancedMonitoringOutput> {
  const given = spelledOut(input.ShardLevelMetrics);
  return monitor(caller, input, (current) => [...new Set([...current, ...given])]);
}

export function disableEnhancedMonitoring(
  input: DisableEnhancedMonitoringInput,
  caller: Transaction,
): Promise<EnhancedMonitoringOutput> {
  const given = spelledOut(input.ShardLevelMetrics);
  return monitor(caller, input, (current) => current.filter((metric) => !given.includes(metric)));
}

async function monitor(
  caller: Transaction,
  named: StreamNamed,
  desired: (current: readonly MetricsName[]) => readonly MetricsName[],
): Promise<EnhancedMonitoringOutput> {
  let current: readonly MetricsName[] = [];
  const { name, arn, metrics } = await change(caller, named, ({ stream }) => {
    current = stream.metrics;
    return { metrics: desired(stream.metrics) };
  });
  return {
    StreamName: name,
    StreamARN: arn,
    CurrentShardLevelMetrics: current,
    DesiredShardLevelMetrics: metrics,
  };
}

export async function updateStreamMode(input: UpdateStreamModeInput, caller: Transaction): Promise<Nothing> {
  await change(caller, input, () => ({
    mode: input.StreamModeDetails.StreamMode,
    warmThroughputMiBps: input.WarmThroughputMiBps,
  }));
  return {};
}

export async function updateMaxRecordSize(
  input: UpdateMaxRecordSizeInput,
  caller: Transaction,
): Promise<Nothing> {
  await change(caller, input, () => ({ maxRecordKiB: input.MaxRecordSizeInKiB }));
  return {};
}

export async function updateStreamWarmThroughput(
  input: UpdateStreamWarmThroughputInput,
  caller: Transaction,
): Promise<UpdateStreamWarmThroughputOutput> {
  const stream = await change(caller, input, ({ stream: { mode } }) => {
    if (mode !== "ON_DEMAND") {
      throw invalidArgument("Warm throughput can only be set for streams in ON_DEMAND mode.");
    }
    return { warmThroughputMiBps: input.WarmThroughputMiBps };
  });
  return { StreamName: stream.name, StreamARN: stream.arn, WarmThroughput: warmThroughput(stream) };
}
