// Processors: which there are, which parameters each takes, and which go
// together. https://docs.aws.amazon.com/firehose/latest/APIReference/API_ProcessorParameter.html

import type {
  ProcessingConfiguration,
  Processor,
  ProcessorParameterName,
  ProcessorType,
} from "../../../model/generated/firehose.d.ts";
import { invalidArgument } from "../faults.ts";
import { checkQuery } from "../processing/metadata-query.ts";

const parameters: Readonly<Record<ProcessorType, readonly ProcessorParameterName[]>> = {
  Lambda: ["LambdaArn", "NumberOfRetries", "RoleArn", "BufferSizeInMBs", "BufferIntervalInSeconds"],
  MetadataExtraction: ["MetadataExtractionQuery", "JsonParsingEngine"],
  RecordDeAggregation: ["SubRecordType", "Delimiter"],
  AppendDelimiterToRecord: ["Delimiter"],
  Decompression: ["CompressionFormat"],
  CloudWatchLogProcessing: ["DataMessageExtraction"],
};

export function hasProcessor(processing: ProcessingConfiguration | undefined, type: ProcessorType): boolean {
  return processing?.Enabled === true && (processing.Processors ?? []).some((each) => each.Type === type);
}

export function parameterOf(processor: Processor, name: ProcessorParameterName): string | undefined {
  return processor.Parameters?.find(({ ParameterName }) => ParameterName === name)?.ParameterValue;
}

export function checkProcessing(processing: ProcessingConfiguration | undefined): void {
  if (processing?.Enabled !== true) return;
  const seen = new Set<ProcessorType>();
  for (const processor of processing.Processors ?? []) {
    const { Type } = processor;
    if (seen.has(Type)) throw invalidArgument(`Only one processor of type ${Type} can be specified.`);
    seen.add(Type);
    for (const { ParameterName } of processor.Parameters ?? []) {
      if (!parameters[Type].includes(ParameterName)) {
        throw invalidArgument(`Parameter ${ParameterName} is not valid for processor type ${Type}.`);
      }
    }
    checkProcessor(processor);
  }
  if (seen.has("CloudWatchLogProcessing") && !seen.has("Decompression")) {
    throw invalidArgument("CloudWatchLogProcessing processor requires the Decompression processor.");
  }
}

function checkProcessor(processor: Processor): void {
  const { Type } = processor;
  if (Type === "Lambda") checkLambda(processor);
  else if (Type === "MetadataExtraction") checkExtraction(processor);
  else if (Type === "RecordDeAggregation") checkDeaggregation(processor);
  mustBe(processor, "CompressionFormat", ["GZIP"]);
  mustBe(processor, "DataMessageExtraction", ["true", "false"]);
}

function checkLambda(processor: Processor): void {
  const arn = required(processor, "LambdaArn");
  if (!/^arn:[^:]+:lambda:[^:]+:\d{12}:function:[a-zA-Z0-9_-]+(:.+)?$/.test(arn)) {
    throw invalidArgument(`LambdaArn ${arn} is not a valid Lambda function ARN.`);
  }
  mustBeWithin(processor, "NumberOfRetries", 0, 300);
  mustBeWithin(processor, "BufferSizeInMBs", 0.2, 3);
  mustBeWithin(processor, "BufferIntervalInSeconds", 0, 900);
}

function checkExtraction(processor: Processor): void {
  checkQuery(required(processor, "MetadataExtractionQuery"));
  required(processor, "JsonParsingEngine");
  mustBe(processor, "JsonParsingEngine", ["JQ-1.6"]);
}

function checkDeaggregation(processor: Processor): void {
  required(processor, "SubRecordType");
  mustBe(processor, "SubRecordType", ["JSON", "DELIMITED"]);
  if (parameterOf(processor, "SubRecordType") === "DELIMITED") required(processor, "Delimiter");
}

function required(processor: Processor, name: ProcessorParameterName): string {
  const value = parameterOf(processor, name);
  if (value !== undefined) return value;
  throw invalidArgument(`Processor of type ${processor.Type} must have the parameter ${name}.`);
}

function mustBe(processor: Processor, name: ProcessorParameterName, values: readonly string[]): void {
  const value = parameterOf(processor, name);
  if (value === undefined || values.includes(value)) return;
  throw invalidArgument(`Value ${value} of parameter ${name} must be one of: ${values.join(", ")}.`);
}

function mustBeWithin(processor: Processor, name: ProcessorParameterName, least: number, most: number): void {
  const value = parameterOf(processor, name);
  if (value === undefined) return;
  const number = Number(value);
  if (value.trim() !== "" && number >= least && number <= most) return;
  throw invalidArgument(`Value ${value} of parameter ${name} must be between ${least} and ${most}.`);
}
