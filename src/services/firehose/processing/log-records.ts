// Records from CloudWatch Logs subscriptions: compressed, each with many events.
// https://docs.aws.amazon.com/firehose/latest/dev/writing-with-cloudwatch-logs-decompression.html

import { gunzipSync } from "node:zlib";
import type { BufferedRecord } from "../buffer/entry.ts";

/** Decompressed, a record may be no larger. */
const largestBytes = 64 * 1_048_576;

/** Undefined where it is not what it should be. */
export function decompress(record: BufferedRecord): BufferedRecord | undefined {
  try {
    return { ...record, data: gunzipSync(record.data, { maxOutputLength: largestBytes }) };
  } catch {
    return undefined;
  }
}

/** The messages alone, a line each; undefined where the record is no log data. */
export function extractMessages(record: BufferedRecord): readonly BufferedRecord[] | undefined {
  let data: { readonly messageType?: unknown; readonly logEvents?: unknown };
  try {
    data = JSON.parse(Buffer.from(record.data).toString());
  } catch {
    return undefined;
  }
  // Sent now and then to see whether anyone is there.
  if (data?.messageType === "CONTROL_MESSAGE") return [];
  if (data?.messageType !== "DATA_MESSAGE" || !Array.isArray(data.logEvents)) return undefined;
  return data.logEvents.map((event: { readonly message?: unknown }) => ({
    ...record,
    data: Buffer.from(`${String(event.message ?? "")}\n`),
  }));
}
