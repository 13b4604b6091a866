// From the JSON of a record to the values of a row, as the Hive and OpenX
// deserializers read it. What does not fit its column fails the record.
// https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html

import type { Deserializer } from "../../../model/generated/firehose.d.ts";
import type { HiveField, HiveType } from "./hive-type.ts";
import type { Row } from "./parquet.ts";

export class Mismatch extends Error {
  override readonly name = "Mismatch";
}

export interface Reading {
  /** Keys are compared without case. */
  readonly ignoreCase: boolean;
  readonly dotsToUnderscores: boolean;
  /** Keys by columns, where they differ. */
  readonly keys: Readonly<Record<string, string>>;
  /** Numbers are milliseconds, not seconds. */
  readonly millis: boolean;
}

export function readingOf({ OpenXJsonSerDe: openX, HiveJsonSerDe: hive }: Deserializer): Reading {
  return {
    ignoreCase: openX?.CaseInsensitive !== false,
    dotsToUnderscores: openX?.ConvertDotsInJsonKeysToUnderscores === true,
    keys: openX?.ColumnToJsonKeyMappings ?? {},
    millis: hive?.TimestampFormats?.includes("millis") === true,
  };
}

type JsonObject = Readonly<Record<string, unknown>>;

export function readRow(value: unknown, fields: readonly HiveField[], reading: Reading): Row {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Mismatch("The record is not a JSON object.");
  }
  return readFields(value as JsonObject, fields, reading);
}

function readFields(value: JsonObject, fields: readonly HiveField[], reading: Reading): Row {
  const named = normalized(value, reading);
  return Object.fromEntries(
    fields.map(({ name, type }) => {
      const key = reading.keys[name] ?? name;
      const found = Object.hasOwn(value, key)
        ? value[key]
        : named.get(reading.ignoreCase ? key.toLowerCase() : key);
      return [name, read(found, type, reading)];
    }),
  );
}

function normalized(value: JsonObject, reading: Reading): ReadonlyMap<string, unknown> {
  return new Map(
    Object.entries(value).map(([key, own]) => {
      const dotless = reading.dotsToUnderscores ? key.replaceAll(".", "_") : key;
      return [reading.ignoreCase ? dotless.toLowerCase() : dotless, own];
    }),
  );
}

const bounds = { tinyint: 2 ** 7, smallint: 2 ** 15, int: 2 ** 31 } as const;

function read(value: unknown, type: HiveType, reading: Reading): unknown {
  if (value === undefined || value === null) return undefined;
  switch (type.type) {
    case "boolean":
      if (typeof value === "boolean") return value;
      if (value === "true" || value === "false") return value === "true";
      throw mismatch(value, type);
    case "tinyint":
    case "smallint":
    case "int": {
      const whole = numeric(value, type);
      const bound = bounds[type.type];
      if (!Number.isInteger(whole) || whole < -bound || whole >= bound) throw mismatch(value, type);
      return whole;
    }
    case "bigint":
      return bigintOf(value, type);
    case "float":
    case "double":
      return numeric(value, type);
    case "decimal":
      return decimalOf(value, type);
    case "string":
      return typeof value === "string" ? value : JSON.stringify(value);
    case "binary":
      if (typeof value !== "string") throw mismatch(value, type);
      return Buffer.from(value, "base64");
    case "timestamp":
      return timeOf(value, type, reading);
    case "date": {
      if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(value)) throw mismatch(value, type);
      return Math.floor(Date.parse(`${value}T00:00:00Z`) / 86_400_000);
    }
    case "array":
      if (!Array.isArray(value)) throw mismatch(value, type);
      return value.map((each) => read(each, type.of, reading));
    case "map":
      if (typeof value !== "object" || Array.isArray(value)) throw mismatch(value, type);
      return Object.entries(value).map(([key, own]) => ({
        key: read(key, type.key, reading),
        value: read(own, type.value, reading),
      }));
    case "struct":
      if (typeof value !== "object" || Array.isArray(value)) throw mismatch(value, type);
      return readFields(value as JsonObject, type.fields, { ...reading, keys: {} });
  }
}

function numeric(value: unknown, type: HiveType): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) throw mismatch(value, type);
  return number;
}

function bigintOf(value: unknown, type: HiveType): bigint {
  const whole =
    typeof value === "number" && Number.isInteger(value)
      ? BigInt(value)
      : typeof value === "string" && /^[-+]?\d+$/.test(value)
        ? BigInt(value)
        : undefined;
  if (whole === undefined || whole < -(2n ** 63n) || whole >= 2n ** 63n) throw mismatch(value, type);
  return whole;
}

/** Scaled, so that no digit is lost. */
function decimalOf(value: unknown, type: HiveType & { readonly type: "decimal" }): bigint {
  const text = typeof value === "number" ? String(value) : value;
  const match = typeof text === "string" ? /^([-+]?)(\d+)(?:\.(\d*))?$/.exec(text) : null;
  if (match === null) throw mismatch(value, type);
  const [, sign, whole = "", fraction = ""] = match;
  const digits = whole + fraction.slice(0, type.scale).padEnd(type.scale, "0");
  if (digits.replace(/^0+/, "").length > type.precision) throw mismatch(value, type);
  const scaled = BigInt(digits);
  return sign === "-" ? -scaled : scaled;
}

function timeOf(value: unknown, type: HiveType, reading: Reading): Date {
  let at = Number.NaN;
  if (typeof value === "number") {
    // Numbers so large cannot be seconds.
    at = reading.millis || Math.abs(value) >= 1e11 ? value : value * 1000;
  } else if (typeof value === "string") {
    const iso = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/.exec(value);
    if (iso !== null) at = Date.parse(`${value.replace(" ", "T")}${iso[1] === undefined ? "Z" : ""}`);
    else if (/^\d+(?:\.\d+)?$/.test(value)) return timeOf(Number(value), type, reading);
  }
  if (Number.isNaN(at)) throw mismatch(value, type);
  return new Date(Math.floor(at));
}

function mismatch(value: unknown, { type }: HiveType): Mismatch {
  return new Mismatch(
    `Data does not match the schema: ${JSON.stringify(value)?.slice(0, 100)} is not a ${type}.`,
  );
}
