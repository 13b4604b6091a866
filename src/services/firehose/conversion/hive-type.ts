// Column types as the Glue Data Catalog writes them, in Hive's words:
// `struct<id:int,tags:array<string>>`, `decimal(10,2)`.

export type HiveType =
  | { readonly type: PrimitiveName }
  | { readonly type: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly type: "array"; readonly of: HiveType }
  | { readonly type: "map"; readonly key: HiveType; readonly value: HiveType }
  | { readonly type: "struct"; readonly fields: readonly HiveField[] };

export interface HiveField {
  readonly name: string;
  readonly type: HiveType;
}

export type PrimitiveName =
  | "boolean"
  | "tinyint"
  | "smallint"
  | "int"
  | "bigint"
  | "float"
  | "double"
  | "string"
  | "binary"
  | "timestamp"
  | "date";

const primitives: Readonly<Record<string, PrimitiveName>> = {
  boolean: "boolean",
  tinyint: "tinyint",
  smallint: "smallint",
  int: "int",
  integer: "int",
  bigint: "bigint",
  float: "float",
  double: "double",
  string: "string",
  binary: "binary",
  timestamp: "timestamp",
  date: "date",
};

/** Undefined where it is no such type. */
export function parseHiveType(text: string): HiveType | undefined {
  const reader = { text: text.replace(/\s+/g, "").toLowerCase(), at: 0, depth: 0 };
  const type = readType(reader);
  return type !== undefined && reader.at === reader.text.length ? type : undefined;
}

interface Reader {
  readonly text: string;
  at: number;
  depth: number;
}

const deepest = 32;

function readType(reader: Reader): HiveType | undefined {
  if (++reader.depth > deepest) return undefined;
  const word = read(reader, /[a-z]+/y) ?? "";
  const found = readRest(reader, word);
  reader.depth--;
  return found;
}

function readRest(reader: Reader, word: string): HiveType | undefined {
  switch (word) {
    case "char":
    case "varchar":
      read(reader, /\(\d+\)/y);
      return { type: "string" };
    case "decimal": {
      const [precision = 10, scale = 0] = (read(reader, /\(\d+(?:,\d+)?\)/y) ?? "(10,0)")
        .match(/\d+/g)!
        .map(Number);
      return precision >= 1 && precision <= 38 && scale <= precision
        ? { type: "decimal", precision, scale }
        : undefined;
    }
    case "array": {
      const of = bracketed(reader, () => readType(reader));
      return of && { type: "array", of };
    }
    case "map":
      return bracketed(reader, () => {
        const key = readType(reader);
        if (key === undefined || read(reader, /,/y) === undefined) return undefined;
        const value = readType(reader);
        return value && { type: "map", key, value };
      });
    case "struct":
      return bracketed(reader, () => readFields(reader));
    default: {
      const type = Object.hasOwn(primitives, word) ? primitives[word] : undefined;
      return type && { type };
    }
  }
}

function readFields(reader: Reader): HiveType | undefined {
  const fields: HiveField[] = [];
  do {
    const name = read(reader, /[^:,<>]+(?=:)/y);
    if (name === undefined || read(reader, /:/y) === undefined) return undefined;
    const type = readType(reader);
    if (type === undefined) return undefined;
    fields.push({ name, type });
  } while (read(reader, /,/y) !== undefined);
  return { type: "struct", fields };
}

function bracketed<T>(reader: Reader, inside: () => T | undefined): T | undefined {
  if (read(reader, /</y) === undefined) return undefined;
  const found = inside();
  return read(reader, />/y) === undefined ? undefined : found;
}

function read(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  if (found !== undefined) reader.at += found.length;
  return found;
}
