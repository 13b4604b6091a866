// What a pipe may read, and the settings that suit it. AWS fills in the size of
// batches; what else is not given it does not show either.

import { notImplemented } from "../../core/fault.ts";
import { EventPatternError } from "../../lang/event-pattern/pattern-error.ts";
import type {
  FilterCriteria,
  PipeSourceKinesisStreamParameters,
  PipeSourceParameters,
  PipeSourceSqsQueueParameters,
} from "../../model/generated/pipes.d.ts";
import { criteriaTest } from "../../sources/filter.ts";
import { streamSource } from "../../sources/stream-source.ts";
import { invalid } from "./model.ts";

export type SourceKind = "sqs" | "kinesis" | "dynamodb";

type ParametersName = Exclude<keyof PipeSourceParameters, "FilterCriteria">;

const parametersOf: Readonly<Record<SourceKind, ParametersName>> = {
  sqs: "SqsQueueParameters",
  kinesis: "KinesisStreamParameters",
  dynamodb: "DynamoDBStreamParameters",
};

/** Throws where the ARN is that of no source. */
export function sourceKind(arn: string): SourceKind {
  const service = arn.startsWith("smk://") ? "self-managed Kafka" : (arn.split(":")[2] ?? "");
  if (service === "sqs") return "sqs";
  const stream = streamSource(arn);
  if (stream !== undefined && !arn.includes("/consumer/")) return stream.kind;
  if (/^(self-managed Kafka|mq|kafka)$/.test(service)) {
    throw notImplemented("pipes", `the source ${service}`);
  }
  throw invalid(`The source ${arn} is not supported.`);
}

/** Throws where a source does not have such settings. `mostPerBatch`: what enrichment and target take. */
export function sourceSettings(
  arn: string,
  given: PipeSourceParameters = {},
  mostPerBatch: number = Number.MAX_SAFE_INTEGER,
): PipeSourceParameters {
  const kind = sourceKind(arn);
  const own = parametersOf[kind];
  const { FilterCriteria: criteria, ...parameters } = given;
  for (const name of Object.keys(parameters) as ParametersName[]) {
    if (name !== own && parameters[name] !== undefined) {
      throw invalid(`${name} is not supported for the source ${arn}.`);
    }
  }
  return {
    ...checkedFilters(criteria),
    [own]:
      kind === "sqs"
        ? queueSettings(arn, parameters.SqsQueueParameters, mostPerBatch)
        : streamSettings(arn, kind, parameters[own] as StreamSettings | undefined, mostPerBatch),
  };
}

/** Those of a pipe's stream; a DynamoDB stream's are the same, but for the time to start at. */
export type StreamSettings = PipeSourceKinesisStreamParameters;

export function streamSettingsOf(parameters: PipeSourceParameters): StreamSettings {
  return (parameters.KinesisStreamParameters ?? parameters.DynamoDBStreamParameters) as StreamSettings;
}

function checkedFilters(criteria: FilterCriteria | undefined): {
  readonly FilterCriteria?: FilterCriteria;
} {
  if ((criteria?.Filters?.length ?? 0) === 0) return {};
  try {
    criteriaTest(criteria);
  } catch (error) {
    if (!(error instanceof EventPatternError)) throw error;
    throw invalid(`Invalid filter pattern: ${error.message}`);
  }
  return { FilterCriteria: criteria! };
}

function queueSettings(
  arn: string,
  given: PipeSourceSqsQueueParameters = {},
  most: number,
): PipeSourceSqsQueueParameters {
  const { BatchSize = Math.min(10, most), MaximumBatchingWindowInSeconds = 0 } = given;
  checkBatchSize(BatchSize, most);
  if (arn.endsWith(".fifo") && (BatchSize > 10 || MaximumBatchingWindowInSeconds > 0)) {
    throw invalid("A FIFO queue has batches of at most 10 messages, and no batching window.");
  }
  if (BatchSize > 10 && MaximumBatchingWindowInSeconds === 0) {
    throw invalid(
      "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
    );
  }
  return { ...given, BatchSize };
}

function streamSettings(
  arn: string,
  kind: "kinesis" | "dynamodb",
  given: StreamSettings | undefined,
  most: number,
): StreamSettings {
  if (given === undefined) throw invalid(`${parametersOf[kind]} is required for the source ${arn}.`);
  const { StartingPosition, StartingPositionTimestamp, DeadLetterConfig } = given;
  const BatchSize = given.BatchSize ?? Math.min(100, most);
  checkBatchSize(BatchSize, most);
  if ((StartingPosition === "AT_TIMESTAMP") !== (StartingPositionTimestamp !== undefined)) {
    throw invalid(
      "StartingPositionTimestamp goes with the StartingPosition AT_TIMESTAMP, and with no other.",
    );
  }
  const { MaximumRecordAgeInSeconds: age = -1 } = given;
  if (age !== -1 && age < 60) {
    throw invalid("MaximumRecordAgeInSeconds must be -1 or between 60 and 604800.");
  }
  const letters = DeadLetterConfig?.Arn;
  if (letters !== undefined && !/^arn:[\w-]+:(sqs|sns):/.test(letters)) {
    throw invalid(`The dead-letter target ${letters} is neither an SQS queue nor an SNS topic.`);
  }
  return { ...given, BatchSize };
}

function checkBatchSize(size: number, most: number): void {
  if (size > most) throw invalid(`BatchSize must be at most ${most} for this source, enrichment and target.`);
}
