// What is written about a record that could not be processed or delivered: one
// line of JSON, in the folder of its kind of failure.

import type { BufferedRecord } from "../buffer/entry.ts";

export type ErrorType =
  | "processing-failed"
  | "format-conversion-failed"
  | "http-endpoint-failed"
  | "splunk-failed";

export interface Failure {
  readonly type: ErrorType;
  readonly record: BufferedRecord;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  /** Members that only this kind of failure has. */
  readonly more?: Readonly<Record<string, unknown>>;
}

function failureRecord(failure: Failure, now: number): BufferedRecord {
  const { record, code, message, attempts, type, more } = failure;
  // Conversion has names of its own for the two.
  const [codeName, messageName] =
    type === "format-conversion-failed"
      ? ["lastErrorCode", "lastErrorMessage"]
      : ["errorCode", "errorMessage"];
  const line = {
    attemptsMade: attempts,
    arrivalTimestamp: record.at,
    [codeName!]: code,
    [messageName!]: message,
    attemptEndingTimestamp: now,
    rawData: Buffer.from(record.data).toString("base64"),
    ...more,
  };
  return { data: Buffer.from(`${JSON.stringify(line)}\n`), at: record.at };
}

/** By the folder they go to. */
export function failureRecords(
  failures: readonly Failure[],
  now: number,
): ReadonlyMap<string, readonly BufferedRecord[]> {
  const records = new Map<string, BufferedRecord[]>();
  for (const failure of failures) {
    const of = records.get(failure.type);
    if (of === undefined) records.set(failure.type, [failureRecord(failure, now)]);
    else of.push(failureRecord(failure, now));
  }
  return records;
}
