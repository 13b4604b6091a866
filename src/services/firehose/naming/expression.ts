// Prefixes with expressions: `logs/!{timestamp:yyyy/MM/dd}/!{partitionKeyFromQuery:customer}/`.
// https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html

import { type LocalTime, parsePattern, writeTime } from "./timestamp.ts";

export type Namespace = "firehose" | "timestamp" | "partitionKeyFromQuery" | "partitionKeyFromLambda";

export type Part = { readonly text: string } | { readonly namespace: Namespace; readonly value: string };

export interface Evaluation {
  readonly time: LocalTime;
  readonly randomString: () => string;
  readonly errorType?: string | undefined;
  readonly keys?: PartitionKeys | undefined;
}

/** What a record belongs to: keys by name, from the query and from the function. */
export interface PartitionKeys {
  readonly query: Readonly<Record<string, string>>;
  readonly lambda: Readonly<Record<string, string>>;
}

const namespaces: readonly string[] = [
  "firehose",
  "timestamp",
  "partitionKeyFromQuery",
  "partitionKeyFromLambda",
] satisfies Namespace[];

/** The parts of a prefix; a text that says what is wrong with it. */
export function parsePrefix(prefix: string): readonly Part[] | string {
  const parts: Part[] = [];
  let at = 0;
  while (at < prefix.length) {
    const start = prefix.indexOf("!{", at);
    if (start < 0) {
      parts.push({ text: prefix.slice(at) });
      break;
    }
    if (start > at) parts.push({ text: prefix.slice(at, start) });
    const end = prefix.indexOf("}", start);
    const inside = end < 0 ? "" : prefix.slice(start + 2, end);
    const colon = inside.indexOf(":");
    const namespace = inside.slice(0, colon);
    const value = inside.slice(colon + 1);
    if (colon < 0 || !namespaces.includes(namespace)) {
      return `The expression ${prefix.slice(start, end < 0 ? undefined : end + 1)} is not valid in an S3 prefix.`;
    }
    if (namespace === "timestamp" && parsePattern(value) === undefined) {
      return `The timestamp pattern ${value} is not valid.`;
    }
    if (namespace === "firehose" && value !== "random-string" && value !== "error-output-type") {
      return `The value ${value} is not valid in the namespace firehose.`;
    }
    if (value === "") return `The namespace ${namespace} needs a value.`;
    parts.push({ namespace: namespace as Namespace, value });
    at = end + 1;
  }
  return parts;
}

export function uses(parts: readonly Part[], namespace: Namespace, value?: string): boolean {
  return parts.some(
    (part) =>
      "namespace" in part && part.namespace === namespace && (value === undefined || part.value === value),
  );
}

export function hasExpressions(parts: readonly Part[]): boolean {
  return parts.some((part) => "namespace" in part);
}

/** Where a value occurs twice it is the same: one random text for each evaluation. */
export function evaluate(
  parts: readonly Part[],
  { time, randomString, errorType, keys }: Evaluation,
): string {
  let random: string | undefined;
  const value = (part: Part): string => {
    if ("text" in part) return part.text;
    switch (part.namespace) {
      case "timestamp":
        return writeTime(parsePattern(part.value) ?? [], time);
      case "partitionKeyFromQuery":
        return keys?.query[part.value] ?? "";
      case "partitionKeyFromLambda":
        return keys?.lambda[part.value] ?? "";
      case "firehose":
        if (part.value === "error-output-type") return errorType ?? "";
        random ??= randomString();
        return random;
    }
  };
  return parts.map(value).join("");
}
