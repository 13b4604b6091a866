// Format conversion: JSON records to Parquet, by a schema of the Glue Data
// Catalog.

import type { Waiting } from "../../../core/waiting.ts";
import type {
  DataFormatConversionConfiguration,
  ExtendedS3DestinationDescription,
} from "../../../model/generated/firehose.d.ts";
import { readSchema } from "../conversion/schema.ts";
import { invalidArgument, unsupported } from "../faults.ts";
import type { Destination } from "./destination.ts";

export function conversionOf({
  DataFormatConversionConfiguration: conversion,
}: ExtendedS3DestinationDescription): DataFormatConversionConfiguration | undefined {
  // Enabled unless it says otherwise.
  return conversion === undefined || conversion.Enabled === false ? undefined : conversion;
}

export function checkConversion(settings: ExtendedS3DestinationDescription): void {
  const conversion = conversionOf(settings);
  if (conversion === undefined) return;
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
  if (HiveJsonSerDe?.TimestampFormats?.some((format) => format !== "millis")) {
    throw unsupported("the parameter TimestampFormats with other formats than millis");
  }
}

/** The table of the schema must be there, and have columns that can be. */
export async function checkSchema(ctx: Waiting, destination: Destination): Promise<void> {
  if (destination.kind !== "s3") return;
  const conversion = conversionOf(destination.settings);
  if (conversion === undefined) return;
  const schema = await readSchema(ctx, conversion.SchemaConfiguration ?? {});
  if (!("code" in schema)) return;
  // That the catalog itself is not there is told as it is.
  if (schema.fault?.code === "NotImplemented") throw schema.fault;
  throw invalidArgument(schema.message);
}
