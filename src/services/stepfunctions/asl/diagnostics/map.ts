// The fields of a Map that are objects themselves: where its items come from,
// how they are batched, and where results go.

import { checkTemplate } from "./expression.ts";
import { type Check, number, oneOf, orExpression, referencePath, text, texts } from "./field.ts";
import { atMostOne, exactlyOne, structure } from "./structure.ts";

const mostItems = 100_000_000;
const positive = orExpression(number(1, mostItems));
const arguments_ = {
  Parameters: { check: checkTemplate, only: "JSONPath" },
  Arguments: { check: checkTemplate, only: "JSONata" },
} as const;

function resource(...allowed: readonly string[]): Check {
  const arns = allowed.map((name) => `arn:aws:states:::${name}`);
  return (value, at, report) => {
    if (typeof value !== "string") report.schema(at, "Expected value of type String");
    else if (!arns.includes(value)) {
      report.schema(
        at,
        `The resource provided ${value} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
      );
    }
  };
}

const readerConfig = structure(
  {
    InputType: { check: oneOf("CSV", "JSON", "JSONL", "MANIFEST", "PARQUET") },
    CSVHeaderLocation: { check: oneOf("FIRST_ROW", "GIVEN") },
    CSVHeaders: { check: texts },
    CSVDelimiter: { check: oneOf("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB") },
    MaxItems: { check: positive },
    MaxItemsPath: { check: referencePath, only: "JSONPath" },
    ItemsPointer: { check: text },
    ManifestType: { check: oneOf("ATHENA_DATA", "S3_INVENTORY") },
    Transformation: { check: oneOf("NONE", "LOAD_AND_FLATTEN") },
  },
  atMostOne("MaxItems", "MaxItemsPath"),
  (value, at, report) => {
    if (value.InputType === "CSV" && value.CSVHeaderLocation === undefined) {
      report.schema(at, "These fields are required: [CSVHeaderLocation]");
    }
    if (value.CSVHeaderLocation === "GIVEN" && value.CSVHeaders === undefined) {
      report.schema(at, "These fields are required: [CSVHeaders]");
    }
  },
);

export const itemReader = structure({
  Resource: { check: resource("s3:getObject", "s3:listObjectsV2"), required: true },
  ReaderConfig: { check: readerConfig },
  ...arguments_,
});

export const itemBatcher = structure(
  {
    MaxItemsPerBatch: { check: positive },
    MaxItemsPerBatchPath: { check: referencePath, only: "JSONPath" },
    MaxInputBytesPerBatch: { check: orExpression(number(1, 262_144)) },
    MaxInputBytesPerBatchPath: { check: referencePath, only: "JSONPath" },
    BatchInput: { check: checkTemplate },
  },
  atMostOne("MaxItemsPerBatch", "MaxItemsPerBatchPath"),
  atMostOne("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),
  (value, at, report, setting) => {
    const limits = Object.keys(value).filter((name) => name.startsWith("Max"));
    if (limits.length === 0)
      exactlyOne("MaxItemsPerBatch", "MaxInputBytesPerBatch")(value, at, report, setting);
  },
);

export const resultWriter = structure({
  Resource: { check: resource("s3:putObject") },
  WriterConfig: {
    check: structure({
      Transformation: { check: oneOf("NONE", "COMPACT", "FLATTEN") },
      OutputType: { check: oneOf("JSON", "JSONL") },
    }),
  },
  ...arguments_,
});
