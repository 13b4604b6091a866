// What a pipe may hand events to, on the way and at its end: how many of them
// at once, and whether each alone or all in one list.

import { targetArn } from "../../core/target.ts";
import type { PipeTargetParameters } from "../../model/generated/pipes.d.ts";
import { invalid } from "./model.ts";

export interface TargetKind {
  /** By the ARN's service and resource. */
  readonly arns: RegExp;
  /** Events in one batch, at most. */
  readonly most: number;
  /** All go as one JSON list. */
  readonly listed?: true;
  /** Bytes of such a list, at most. */
  readonly mostBytes?: number;
  readonly parameters?: keyof PipeTargetParameters;
  /** May stand between source and target. */
  readonly enriches?: true;
}

const any = Number.MAX_SAFE_INTEGER;

const kinds: readonly TargetKind[] = [
  {
    arns: /^lambda:function:/,
    most: any,
    listed: true,
    mostBytes: 6_291_456,
    parameters: "LambdaFunctionParameters",
    enriches: true,
  },
  {
    arns: /^states:stateMachine:/,
    most: any,
    listed: true,
    mostBytes: 262_144,
    parameters: "StepFunctionStateMachineParameters",
    enriches: true,
  },
  { arns: /^events:api-destination\//, most: 1, parameters: "HttpParameters", enriches: true },
  { arns: /^execute-api:/, most: 1, parameters: "HttpParameters", enriches: true },
  { arns: /^events:event-bus\//, most: 10, parameters: "EventBridgeEventBusParameters" },
  { arns: /^sqs:/, most: 10, parameters: "SqsQueueParameters" },
  { arns: /^sns:/, most: 10 },
  { arns: /^kinesis:stream\//, most: 500, parameters: "KinesisStreamParameters" },
  { arns: /^firehose:deliverystream\//, most: 500 },
  { arns: /^logs:log-group:/, most: 10_000, parameters: "CloudWatchLogsParameters" },
  { arns: /^ecs:cluster\//, most: 1, parameters: "EcsTaskParameters" },
  { arns: /^batch:job-queue\//, most: 1, parameters: "BatchJobParameters" },
  { arns: /^redshift(-serverless)?:/, most: 1, parameters: "RedshiftDataParameters" },
  { arns: /^sagemaker:pipeline\//, most: 1, parameters: "SageMakerPipelineParameters" },
  { arns: /^timestream:database\//, most: 100, parameters: "TimestreamParameters" },
  { arns: /^inspector:/, most: 1 },
];

/** What such targets cannot do without. */
const required = new Set<keyof PipeTargetParameters>([
  "BatchJobParameters",
  "EcsTaskParameters",
  "KinesisStreamParameters",
  "RedshiftDataParameters",
  "TimestreamParameters",
]);

export function targetKind(arn: string): TargetKind {
  const { service, resource } = targetArn(arn);
  const kind = kinds.find(({ arns }) => arns.test(`${service}:${resource}`));
  if (kind === undefined) throw invalid(`The target ${arn} is not supported.`);
  return kind;
}

export function enrichmentKind(arn: string): TargetKind {
  const kind = targetKind(arn);
  if (kind.enriches !== true) throw invalid(`The enrichment ${arn} is not supported.`);
  return kind;
}

/** Throws where a target has no such parameters, or lacks what it needs. */
export function checkTarget(arn: string, given: PipeTargetParameters = {}): void {
  const { parameters } = targetKind(arn);
  for (const [name, value] of Object.entries(given)) {
    if (name !== "InputTemplate" && name !== parameters && value !== undefined) {
      throw invalid(`${name} is not supported for the target ${arn}.`);
    }
  }
  if (parameters === undefined || given[parameters] !== undefined) return;
  if (required.has(parameters)) throw invalid(`${parameters} is required for the target ${arn}.`);
  if (/:sqs:.*\.fifo$/.test(arn)) {
    throw invalid(`${parameters} with a MessageGroupId is required for the target ${arn}.`);
  }
}
