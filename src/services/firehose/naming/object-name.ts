// The key of a delivered object: the prefix, evaluated, and
// `<stream>-<version>-<year>-<month>-<day>-<hour>-<minute>-<second>-<uuid><extension>`.
// https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html

import {
  type Evaluation,
  evaluate,
  hasExpressions,
  type PartitionKeys,
  parsePrefix,
  uses,
} from "./expression.ts";
import { localTime, parsePattern, writeTime } from "./timestamp.ts";

export interface Naming {
  readonly streamName: string;
  readonly version: number;
  readonly prefix: string;
  readonly errorPrefix?: string | undefined;
  readonly zone: string;
  readonly extension: string;
}

export interface ObjectOf {
  /** When the oldest record in it arrived, epoch milliseconds. */
  readonly oldest: number;
  /** Stays the same when the delivery is tried again. */
  readonly id: string;
  readonly keys?: PartitionKeys | undefined;
  /** `processing-failed`, where it holds records that failed. */
  readonly errorType?: string | undefined;
}

const hourly = "!{timestamp:yyyy/MM/dd/HH/}";
const stamp = parsePattern("yyyy-MM-dd-HH-mm-ss") ?? [];
const longestPrefix = 1024;

export function objectName(naming: Naming, object: ObjectOf): string {
  const time = localTime(object.oldest, naming.zone);
  const parts = parsePrefix(object.errorType === undefined ? dataPrefix(naming) : failurePrefix(naming));
  const evaluation: Evaluation = {
    time,
    // Taken from the id, so that a second try leads to the same place.
    randomString: () => object.id.replaceAll("-", "").slice(-11),
    errorType: object.errorType,
    keys: object.keys,
  };
  const prefix = typeof parts === "string" ? "" : evaluate(parts, evaluation);
  const { streamName, version, extension } = naming;
  return `${prefix.slice(0, longestPrefix)}${streamName}-${version}-${writeTime(stamp, time)}-${object.id}${extension}`;
}

/** Without a time in it the time is added. */
function dataPrefix({ prefix }: Naming): string {
  const parts = parsePrefix(prefix);
  if (typeof parts === "string") return prefix;
  const named =
    uses(parts, "timestamp") || uses(parts, "partitionKeyFromQuery") || uses(parts, "partitionKeyFromLambda");
  return named ? prefix : `${prefix}${hourly}`;
}

function failurePrefix({ prefix, errorPrefix }: Naming): string {
  const failures = `!{firehose:error-output-type}/${hourly}`;
  if (errorPrefix === undefined || errorPrefix === "") return `${prefix}${failures}`;
  const parts = parsePrefix(errorPrefix);
  return typeof parts !== "string" && hasExpressions(parts) ? errorPrefix : `${errorPrefix}${failures}`;
}
