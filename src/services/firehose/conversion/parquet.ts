// Rows as a Parquet file, laid out as Hive lays it out.

import { gzipSync } from "node:zlib";
import type { SchemaElement } from "hyparquet";
import type { HiveField, HiveType } from "./hive-type.ts";

export type ParquetCodec = "UNCOMPRESSED" | "GZIP" | "SNAPPY";

export type Row = Readonly<Record<string, unknown>>;

export async function writeParquet(
  fields: readonly HiveField[],
  rows: readonly Row[],
  codec: ParquetCodec,
): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const schema: SchemaElement[] = [
    { name: "hive_schema", num_children: fields.length },
    ...fields.flatMap(({ name, type }) => elements(name, type)),
  ];
  return new Uint8Array(
    parquetWriteBuffer({
      schema,
      columnData: fields.map(({ name }) => ({ name, data: rows.map((row) => row[name]) })),
      codec,
      compressors: { GZIP: (input) => gzipSync(input) },
      createdBy: "cumulet",
    }),
  );
}

const optional = { repetition_type: "OPTIONAL" as const };

/** The element and what is below it, in order. */
function elements(name: string, type: HiveType): readonly SchemaElement[] {
  switch (type.type) {
    case "boolean":
      return [{ name, ...optional, type: "BOOLEAN" }];
    case "tinyint":
      return [{ name, ...optional, type: "INT32", converted_type: "INT_8" }];
    case "smallint":
      return [{ name, ...optional, type: "INT32", converted_type: "INT_16" }];
    case "int":
      return [{ name, ...optional, type: "INT32" }];
    case "bigint":
      return [{ name, ...optional, type: "INT64" }];
    case "float":
      return [{ name, ...optional, type: "FLOAT" }];
    case "double":
      return [{ name, ...optional, type: "DOUBLE" }];
    case "string":
      return [{ name, ...optional, type: "BYTE_ARRAY", converted_type: "UTF8" }];
    case "binary":
      return [{ name, ...optional, type: "BYTE_ARRAY" }];
    case "timestamp":
      return [{ name, ...optional, type: "INT64", converted_type: "TIMESTAMP_MILLIS" }];
    case "date":
      return [{ name, ...optional, type: "INT32", converted_type: "DATE" }];
    case "decimal": {
      const { precision, scale } = type;
      const own = { name, ...optional, converted_type: "DECIMAL" as const, precision, scale };
      return [{ ...own, type: "FIXED_LEN_BYTE_ARRAY", type_length: bytesFor(precision) }];
    }
    case "array":
      return [
        { name, ...optional, converted_type: "LIST", num_children: 1 },
        { name: "bag", repetition_type: "REPEATED", num_children: 1 },
        ...elements("array_element", type.of),
      ];
    case "map": {
      const [key, ...rest] = elements("key", type.key);
      return [
        { name, ...optional, converted_type: "MAP", num_children: 1 },
        { name: "map", repetition_type: "REPEATED", num_children: 2 },
        { ...key!, repetition_type: "REQUIRED" },
        ...rest,
        ...elements("value", type.value),
      ];
    }
    case "struct":
      return [
        { name, ...optional, num_children: type.fields.length },
        ...type.fields.flatMap((field) => elements(field.name, field.type)),
      ];
  }
}

/** So many bytes hold any number of so many digits, and its sign. */
function bytesFor(precision: number): number {
  return Math.ceil((precision * Math.log2(10) + 1) / 8);
}
