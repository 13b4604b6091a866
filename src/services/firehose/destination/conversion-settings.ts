// Format conversion: JSON records to Parquet, by a schema of the Glue Data
// Catalog.

import type {
  DataFormatConversionConfiguration,
  ExtendedS3DestinationDescription,
} from "../../../model/generated/firehose.d.ts";
import { invalidArgument, unsupported } from "../faults.ts";

export function conversionOf({
  DataFormatConversionConfiguration: conversion,
}: ExtendedS3DestinationDescription): DataFormatConversionConfiguration | undefined {
  // Enabled unless it says otherwise.
  return conversion === undefined || conversion.Enabled === false ? undefined : conversion;
}

export function checkConversion(settings: ExtendedS3DestinationDescription): void {
  const conversion = conversionOf(settings);
  if (conversion === undefined) return;
  if (notYet) throw unsupported("the parameter DataFormatConversionConfiguration");
  const { SchemaConfiguration, InputFormatConfiguration, OutputFormatConfiguration } = conversion;
  if (
    SchemaConfiguration === undefined ||
    InputFormatConfiguration === undefined ||
    OutputFormatConfiguration === undefined
  ) {
    throw invalidArgument(
      "SchemaConfiguration, InputFormatConfiguration and OutputFormatConfiguration are required when data format conversion is enabled.",
    );
  }
  for (const member of ["RoleARN", "DatabaseName", "TableName"] as const) {
    if (SchemaConfiguration[member] === undefined) {
      throw invalidArgument(`SchemaConfiguration.${member} must be specified.`);
    }
  }
  if (settings.CompressionFormat !== "UNCOMPRESSED") {
    throw invalidArgument("CompressionFormat must be UNCOMPRESSED when data format conversion is enabled.");
  }
  if ((settings.BufferingHints.SizeInMBs ?? 0) < 64) {
    throw invalidArgument(
      "BufferingHints.SizeInMBs must be at least 64 when data format conversion is enabled.",
    );
  }
  const { ParquetSerDe, OrcSerDe } = OutputFormatConfiguration.Serializer ?? {};
  if ((ParquetSerDe === undefined) === (OrcSerDe === undefined)) {
    throw invalidArgument("Exactly one serializer must be specified in OutputFormatConfiguration.");
  }
  if (OrcSerDe !== undefined) throw unsupported("the parameter OrcSerDe");
  const { HiveJsonSerDe, OpenXJsonSerDe } = InputFormatConfiguration.Deserializer ?? {};
  if ((HiveJsonSerDe === undefined) === (OpenXJsonSerDe === undefined)) {
    throw invalidArgument("Exactly one deserializer must be specified in InputFormatConfiguration.");
  }
}

const notYet = true as boolean;
