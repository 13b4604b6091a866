// What a schedule's target must be, beyond the model.

import type { Target } from "../../model/generated/scheduler.d.ts";
import { invalid } from "./model.ts";
import { universalOperation } from "./universal.ts";

/** The parameters that a kind of target cannot do without. */
const required: readonly { readonly arn: RegExp; readonly member: keyof Target }[] = [
  { arn: /^arn:[^:]+:sqs:[^:]*:[^:]*:.*\.fifo$/, member: "SqsParameters" },
  { arn: /^arn:[^:]+:kinesis:/, member: "KinesisParameters" },
  { arn: /^arn:[^:]+:ecs:/, member: "EcsParameters" },
  { arn: /^arn:[^:]+:events:/, member: "EventBridgeParameters" },
];

export function checkTarget(target: Target): void {
  const { Arn, RoleArn, DeadLetterConfig, Input } = target;
  if (!/^arn:[\w-]+:[\w-]+:[\w-]*:\d{0,12}:.+/.test(Arn))
    throw invalid("Provided Arn is not in correct format.");
  if (!/^arn:[\w-]+:iam::\d{12}:role\/.+/.test(RoleArn)) {
    throw invalid("Provided RoleArn is not in correct format.");
  }
  if (/^arn:[^:]+:scheduler:::/.test(Arn)) {
    if (universalOperation(Arn) === undefined) throw invalid(`${Arn} is not a supported API for a target.`);
    if (Input !== undefined) checkJson(Input);
  }
  for (const { arn, member } of required) {
    if (arn.test(Arn) && target[member] === undefined) {
      throw invalid(`${member} must be specified for target ${Arn}.`);
    }
  }
  if (target.EventBridgeParameters !== undefined) checkJson(Input ?? "{}");
  if (DeadLetterConfig?.Arn !== undefined && !/^arn:[\w-]+:sqs:/.test(DeadLetterConfig.Arn)) {
    throw invalid("Provided DeadLetterConfig Arn is not in correct format.");
  }
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw invalid("Invalid RequestJson provided. Reason Failed to parse the input as JSON.");
  }
}
