// What PutTargets asks of a target beyond the model.

import { afterSpace, lineAndColumn, valueEnd } from "../../../base/json-span.ts";
import { compileJsonPath } from "../../../lang/json-path/compile.ts";
import { JsonPathError } from "../../../lang/json-path/path-error.ts";
import type { Target } from "../../../model/generated/events.d.ts";
import { compileTemplate, reservedVariables, variablesOf } from "../delivery/template.ts";
import { invalid } from "../model.ts";

/** The parameters that a kind of target cannot do without. */
const required: readonly { readonly arn: RegExp; readonly member: keyof Target }[] = [
  { arn: /^arn:[^:]+:sqs:[^:]*:[^:]*:.*\.fifo$/, member: "SqsParameters" },
  { arn: /^arn:[^:]+:ecs:/, member: "EcsParameters" },
  { arn: /^arn:[^:]+:batch:/, member: "BatchParameters" },
  { arn: /^arn:[^:]+:redshift/, member: "RedshiftDataParameters" },
  {
    arn: /^arn:[^:]+:(kinesis|firehose|states|ecs|batch|codebuild|codepipeline|redshift|sagemaker)/,
    member: "RoleArn",
  },
  { arn: /^arn:[^:]+:events:[^:]*:[^:]*:api-destination\//, member: "RoleArn" },
];

export function checkTarget(target: Target): void {
  const { Id, Arn } = target;
  if (!/^arn:[\w-]+:[\w-]+:[\w-]*:\d{0,12}:.+/.test(Arn)) {
    throw invalid(`Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`);
  }
  for (const { arn, member } of required) {
    if (!arn.test(Arn) || target[member] !== undefined) continue;
    if (member === "RoleArn") throw invalid(`RoleArn is required for target ${Arn}.`);
    throw invalid(`Parameter(s) ${member} must be specified for target: ${Id}.`);
  }
  if (target.SqsParameters?.MessageGroupId !== undefined && !/:sqs:.*\.fifo$/.test(Arn)) {
    throw invalid(`Parameter(s) SqsParameters not supported for target: ${Id}.`);
  }
  checkDeadLetters(target);
  checkInput(target);
}

function checkDeadLetters({ Id, DeadLetterConfig }: Target): void {
  const arn = DeadLetterConfig?.Arn;
  if (arn !== undefined && !/^arn:[\w-]+:sqs:[\w-]+:\d{12}:[\w-]+$/.test(arn)) {
    throw invalid(
      `Parameter DeadLetterConfig is not valid for target ${Id}. Reason: Provided Arn is not a standard SQS queue.`,
    );
  }
}

function checkInput({ Id, Input, InputPath, InputTransformer, KinesisParameters }: Target): void {
  if ([Input, InputPath, InputTransformer].filter((each) => each !== undefined).length > 1) {
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  }
  if (Input !== undefined) checkJson(Input, Id);
  if (InputPath !== undefined) checkPath(InputPath, Id);
  if (KinesisParameters !== undefined) checkPath(KinesisParameters.PartitionKeyPath, Id);
  if (InputTransformer === undefined) return;
  const { InputPathsMap = {}, InputTemplate } = InputTransformer;
  for (const [name, path] of Object.entries(InputPathsMap)) {
    if (/^aws\./i.test(name)) {
      throw invalid(`InputPathsMap for target ${Id} contains reserved key ${name}.`);
    }
    checkPath(path, Id);
  }
  const known = new Set<string>([...reservedVariables, ...Object.keys(InputPathsMap)]);
  const unknown = variablesOf(InputTemplate).find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw invalid(`InputTemplate for target ${Id} contains invalid placeholder ${unknown}.`);
  }
  checkTemplate(InputTemplate, Id);
}

/** Whatever the variables will be, one JSON value must follow another: texts want their quotation marks. */
function checkTemplate(template: string, id: string): void {
  const text = compileTemplate(template)(() => "null");
  for (let at = afterSpace(text, 0); at < text.length; ) {
    const end = valueEnd(text, at);
    if (!isJson(text.slice(at, end))) {
      const place = `[Source: (String)"${text}"; ${lineAndColumn(text, end)}]`;
      throw invalid(`Invalid InputTemplate for target ${id} : ${place}.`);
    }
    at = afterSpace(text, end);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function checkJson(text: string, id: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw invalid(`JSON syntax error in input for target ${id} : ${(error as Error).message}`);
  }
}

function checkPath(path: string, id: string): void {
  try {
    compileJsonPath(path);
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw invalid(`Invalid JsonPath ${path} for target ${id}: ${error.message}`);
  }
}
