// What a prefix and an error prefix may hold, and together.

import { invalidArgument } from "../faults.ts";
import { hasExpressions, type Part, parsePrefix, uses } from "./expression.ts";

/** Where partition keys come from, if from anywhere. */
export interface Namespaces {
  readonly query: boolean;
  readonly lambda: boolean;
  /** Dynamic partitioning is on. */
  readonly enabled: boolean;
}

interface Prefixes {
  readonly Prefix?: string | undefined;
  readonly ErrorOutputPrefix?: string | undefined;
}

export function checkPrefixes({ Prefix = "", ErrorOutputPrefix }: Prefixes, from: Namespaces): void {
  const parts = parsed(Prefix);
  if (uses(parts, "firehose", "error-output-type")) {
    throw invalidArgument("Prefix cannot contain the expression !{firehose:error-output-type}.");
  }
  checkPartitioning(parts, from);
  if (ErrorOutputPrefix === undefined || ErrorOutputPrefix === "") {
    if (!hasExpressions(parts)) return;
    throw invalidArgument("ErrorOutputPrefix cannot be null or empty when Prefix contains expressions.");
  }
  const errors = parsed(ErrorOutputPrefix);
  if (hasExpressions(errors) && !uses(errors, "firehose", "error-output-type")) {
    throw invalidArgument(
      "ErrorOutputPrefix must contain the expression !{firehose:error-output-type} when it contains expressions.",
    );
  }
  if (isPartitioned(errors)) {
    throw invalidArgument("ErrorOutputPrefix cannot contain dynamic partitioning namespaces.");
  }
}

function checkPartitioning(parts: readonly Part[], from: Namespaces): void {
  if (!from.enabled) {
    if (!isPartitioned(parts)) return;
    throw invalidArgument(
      "Dynamic Partitioning Namespaces can only be part of a prefix expression when Dynamic Partitioning is enabled.",
    );
  }
  if (!isPartitioned(parts)) {
    throw invalidArgument(
      "Dynamic Partitioning Namespaces must be part of a prefix expression when Dynamic Partitioning is enabled.",
    );
  }
  if (uses(parts, "partitionKeyFromQuery") && !from.query) {
    throw invalidArgument(
      "MetadataExtraction processor should be present when S3 Prefix has partitionKeyFromQuery namespace.",
    );
  }
  if (uses(parts, "partitionKeyFromLambda") && !from.lambda) {
    throw invalidArgument(
      "Lambda processor should be present when S3 Prefix has partitionKeyFromLambda namespace.",
    );
  }
}

function isPartitioned(parts: readonly Part[]): boolean {
  return uses(parts, "partitionKeyFromQuery") || uses(parts, "partitionKeyFromLambda");
}

function parsed(prefix: string): readonly Part[] {
  const parts = parsePrefix(prefix);
  if (typeof parts === "string") throw invalidArgument(parts);
  return parts;
}
