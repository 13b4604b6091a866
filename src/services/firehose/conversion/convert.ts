// Format conversion: the JSON records of one object become the rows of one
// Parquet file.

import type { Waiting } from "../../../core/waiting.ts";
import type {
  DataFormatConversionConfiguration,
  SchemaConfiguration,
} from "../../../model/generated/firehose.d.ts";
import type { BufferedRecord } from "../buffer/entry.ts";
import { jsonTexts } from "../processing/deaggregate.ts";
import type { Failure } from "../processing/failure.ts";
import { Mismatch, readingOf, readRow } from "./deserialize.ts";
import { type Row, writeParquet } from "./parquet.ts";
import { type Problem, readSchema } from "./schema.ts";

export interface Converted {
  /** Undefined where no record could be converted. */
  readonly data: Uint8Array | undefined;
  readonly failures: readonly Failure[];
}

export async function convert(
  ctx: Waiting,
  conversion: DataFormatConversionConfiguration,
  records: readonly BufferedRecord[],
): Promise<Converted | Problem> {
  const { SchemaConfiguration: configuration = {} } = conversion;
  const fields = await readSchema(ctx, configuration);
  if ("code" in fields) return fields;
  const reading = readingOf(conversion.InputFormatConfiguration?.Deserializer ?? {});
  const rows: Row[] = [];
  const failures: Failure[] = [];
  for (const record of records) {
    try {
      // Several may stand side by side in one record, and fail together.
      const own = valuesOf(record).map((value) => readRow(value, fields, reading));
      for (const row of own) rows.push(row);
    } catch (error) {
      failures.push(failed(record, error, configuration, ctx.region));
    }
  }
  if (rows.length === 0) return { data: undefined, failures };
  const codec = conversion.OutputFormatConfiguration?.Serializer?.ParquetSerDe?.Compression ?? "SNAPPY";
  try {
    return { data: await writeParquet(fields, rows, codec), failures };
  } catch (error) {
    // The writer's own: tried again, while other lanes go on.
    return { code: "DataFormatConversion.InternalServerError", message: (error as Error).message };
  }
}

function valuesOf({ data }: BufferedRecord): readonly unknown[] {
  const text = Buffer.from(data).toString();
  return (jsonTexts(text) ?? [text]).map((each) => JSON.parse(each) as unknown);
}

function failed(
  record: BufferedRecord,
  error: unknown,
  { CatalogId, DatabaseName, TableName, Region, VersionId }: SchemaConfiguration,
  region: string,
): Failure {
  if (!(error instanceof Mismatch) && !(error instanceof SyntaxError)) throw error;
  const [code, message] =
    error instanceof Mismatch
      ? ["DataFormatConversion.MalformedData", error.message]
      : ["DataFormatConversion.ParseError", `Encountered malformed JSON. ${error.message}`];
  return {
    type: "format-conversion-failed",
    record,
    code: code!,
    message: message!,
    attempts: 1,
    more: {
      sequenceNumber: record.origin?.sequenceNumber ?? null,
      subSequenceNumber: record.origin?.subsequenceNumber ?? null,
      dataCatalogTable: {
        catalogId: CatalogId ?? null,
        databaseName: DatabaseName,
        tableName: TableName,
        region: Region ?? region,
        versionId: VersionId ?? "LATEST",
        catalogArn: null,
      },
    },
  };
}
