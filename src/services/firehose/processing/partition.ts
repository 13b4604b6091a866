// Dynamic partitioning: records are parted by keys, which a query finds in them
// or the function has named.
// https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html

import type { ProcessingConfiguration } from "../../../model/generated/firehose.d.ts";
import type { BufferedRecord } from "../buffer/entry.ts";
import type { Destination } from "../destination/destination.ts";
import { parameterOf } from "../destination/processing-settings.ts";
import { type Part, type PartitionKeys, parsePrefix } from "../naming/expression.ts";
import type { Failure } from "./failure.ts";
import type { Transformed } from "./lambda.ts";
import { type MetadataQuery, openQuery } from "./metadata-query.ts";
import type { Processed } from "./process.ts";

export function partition(
  destination: Destination,
  processing: ProcessingConfiguration | undefined,
  records: readonly Transformed[],
  failures: Failure[],
  now: number,
): readonly Processed[] {
  const enabled =
    destination.kind === "s3" && destination.settings.DynamicPartitioningConfiguration?.Enabled === true;
  if (!enabled) return [{ records: records.map(({ record }) => record) }];
  const wanted = wantedKeys(destination.settings.Prefix ?? "");
  const extraction = processing?.Processors?.find(({ Type }) => Type === "MetadataExtraction");
  const text = extraction && parameterOf(extraction, "MetadataExtractionQuery");
  const query = text === undefined ? undefined : openQuery(text);
  const groups = new Map<string, { readonly keys: PartitionKeys; readonly records: BufferedRecord[] }>();
  for (const transformed of records) {
    const keys = keysOf(transformed, query, wanted, now);
    if (typeof keys === "string") {
      failures.push(failed(transformed.record, keys));
      continue;
    }
    const name = JSON.stringify(keys);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { keys, records: [transformed.record] });
    else group.records.push(transformed.record);
  }
  return [...groups.values()];
}

interface Wanted {
  readonly query: readonly string[];
  readonly lambda: readonly string[];
}

/** Only what the prefix names parts records. */
function wantedKeys(prefix: string): Wanted {
  const parts = parsePrefix(prefix);
  const named = (namespace: string): readonly string[] =>
    typeof parts === "string"
      ? []
      : [
          ...new Set(
            parts.flatMap((part: Part) =>
              "namespace" in part && part.namespace === namespace ? [part.value] : [],
            ),
          ),
        ].sort();
  return { query: named("partitionKeyFromQuery"), lambda: named("partitionKeyFromLambda") };
}

/** The keys, or what is wrong. */
function keysOf(
  { record, keys: told = {} }: Transformed,
  query: MetadataQuery | undefined,
  wanted: Wanted,
  now: number,
): PartitionKeys | string {
  let found: Readonly<Record<string, unknown>> = {};
  if (query !== undefined && wanted.query.length > 0) {
    const outcome = query(record.data, now);
    if (typeof outcome === "string") return outcome;
    found = outcome;
  }
  const fromQuery = chosen(found, wanted.query);
  const fromLambda = chosen(told, wanted.lambda);
  if (fromQuery === undefined || fromLambda === undefined) {
    return "partitionKeys values must not be null or empty";
  }
  return { query: fromQuery, lambda: fromLambda };
}

function chosen(
  values: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const keys: Record<string, string> = {};
  for (const name of names) {
    const value = values[name];
    if (value === undefined || value === null || value === "") return undefined;
    keys[name] = typeof value === "object" ? JSON.stringify(value) : String(value);
  }
  return keys;
}

function failed(record: BufferedRecord, message: string): Failure {
  return {
    type: "processing-failed",
    record,
    code: "DynamicPartitioning.MetadataExtractionFailed",
    message,
    attempts: 1,
  };
}
