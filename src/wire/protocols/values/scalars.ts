// Scalars as bare text: in XML elements, form parameters, headers, query
// strings and path labels. All of them agree but for the timestamp's format.

import type { Member, Shape, TimestampFormat } from "../../../model/shapes.ts";
import { mismatch, Unreadable } from "../unreadable.ts";
import { base64OfBytes, bytesOfBase64 } from "./base64.ts";
import { formatOf, readTimestamp, timestampText } from "./timestamps.ts";

export interface TextForm {
  readonly timestamp: TimestampFormat;
  /** ISO 8601 with milliseconds even where they are zero, as S3 and EC2 print it. */
  readonly alwaysMillis: boolean;
}

export type ReadText = (text: string) => unknown;
export type WriteText = (value: unknown) => string;

const integer = /^[+-]?\d+$/;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Reads the text of a scalar shape. Throws `Unreadable`. */
export function textReader(shape: Shape): ReadText {
  switch (shape.kind) {
    case "string":
      return (text) => text;
    case "integer":
    case "long": {
      const expected = shape.kind === "integer" ? "Integer" : "Long";
      return (text) => {
        const trimmed = text.trim();
        if (!integer.test(trimmed)) throw mismatch(text, expected);
        return Number(trimmed);
      };
    }
    case "float":
    case "double": {
      const expected = shape.kind === "float" ? "Float" : "Double";
      return (text) => {
        const trimmed = text.trim();
        if (decimal.test(trimmed) || trimmed === "NaN" || /^-?Infinity$/.test(trimmed))
          return Number(trimmed);
        throw mismatch(text, expected);
      };
    }
    case "boolean":
      return readBoolean;
    case "blob":
      return bytesOfBase64;
    case "timestamp":
      return (text) => {
        const milliseconds = readTimestamp(text);
        if (milliseconds === undefined) throw mismatch(text, "Timestamp");
        return milliseconds;
      };
    case "document":
      return readDocument;
    default:
      return () => {
        throw new Unreadable("Expected null");
      };
  }
}

function readBoolean(text: string): boolean {
  switch (text.trim().toLowerCase()) {
    case "true":
      return true;
    case "false":
      return false;
    default:
      throw mismatch(text, "Boolean");
  }
}

function readDocument(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable("Could not parse request body into json");
  }
}

/** Writes a scalar shape as text, unescaped. */
export function textWriter(shape: Shape, member: Member | undefined, form: TextForm): WriteText {
  switch (shape.kind) {
    case "blob":
      return (value) => (value instanceof Uint8Array ? base64OfBytes(value) : String(value));
    case "timestamp": {
      const format = formatOf(shape, member, form.timestamp);
      return (value) => timestampText(value as number, format, form.alwaysMillis);
    }
    case "document":
      return (value) => JSON.stringify(value);
    default:
      return String;
  }
}
