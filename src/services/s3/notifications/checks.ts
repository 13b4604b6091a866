// What a notification configuration may say, before anything is asked of the
// targets that it names.

import type { Transaction } from "../../../core/transaction.ts";
import type { FilterRule, NotificationConfiguration } from "../../../model/generated/s3.d.ts";
import type { BucketState } from "../buckets/bucket.ts";
import { s3Fault } from "../faults.ts";
import { covers, ruleOf, type Target, targetsOf } from "./targets.ts";

const longestRule = 1024;
const mostTargets = 100;

/** Checked, with an id for every target that has none. */
export function completed(
  tx: Transaction,
  bucket: BucketState,
  given: NotificationConfiguration,
): NotificationConfiguration {
  const withId = <T extends { readonly Id?: string | undefined }>(each: T): T => ({
    ...each,
    Id: each.Id === undefined || each.Id === "" ? tx.ids.uuid() : each.Id,
  });
  const configuration = {
    ...list("TopicConfigurations", given.TopicConfigurations?.map(withId)),
    ...list("QueueConfigurations", given.QueueConfigurations?.map(withId)),
    ...list("LambdaFunctionConfigurations", given.LambdaFunctionConfigurations?.map(withId)),
    ...(given.EventBridgeConfiguration === undefined ? {} : { EventBridgeConfiguration: {} }),
  };
  const targets = targetsOf(configuration);
  if (targets.length > mostTargets)
    throw invalid("Exceeded the maximum number of notification configurations");
  if (new Set(targets.map(({ id }) => id)).size < targets.length) {
    throw invalid("Same ID used for multiple configurations. IDs must be unique");
  }
  for (const target of targets) checkTarget(target, bucket);
  for (const [at, target] of targets.entries()) {
    for (const later of targets.slice(at + 1)) checkOverlap(target, later);
  }
  return configuration;
}

function list<K extends string, T>(
  name: K,
  values: readonly T[] | undefined,
): Partial<Record<K, readonly T[]>> {
  return values === undefined || values.length === 0
    ? {}
    : ({ [name]: values } as Partial<Record<K, readonly T[]>>);
}

function checkTarget({ arn, service, events, rules }: Target, bucket: BucketState): void {
  const form = /^arn:[^:]+:([^:]+):([^:]+):(\d{12}):(.+)$/.exec(arn);
  if (form === null || form[1] !== service)
    throw invalid("The ARN could not be parsed", { ArgumentName: "arn", ArgumentValue: arn });
  if (form[2] !== bucket.region) {
    throw invalid(
      "The notification destination service region is not valid for the bucket location constraint",
    );
  }
  if (service !== "lambda" && form[4]!.endsWith(".fifo")) {
    throw invalid("Unable to validate the following destination configurations", {
      ArgumentName: arn,
      ArgumentValue: "FIFO destinations are not supported",
    });
  }
  if (events.length === 0) throw s3Fault("MalformedXML");
  checkRules(rules);
}

function checkRules(rules: readonly FilterRule[]): void {
  const seen = new Set<string>();
  for (const { Name, Value } of rules) {
    const name = Name?.toLowerCase();
    if (name !== "prefix" && name !== "suffix")
      throw invalid("filter rule name must be either prefix or suffix");
    if (seen.has(name)) throw invalid(`Cannot specify more than one ${name} rule in a filter.`);
    if (Buffer.byteLength(Value ?? "") > longestRule)
      throw invalid("Size of filter rule value cannot exceed 1024 bytes");
    seen.add(name);
  }
}

/** An event must not be for two targets. */
function checkOverlap(one: Target, two: Target): void {
  const shared = one.events.some((event) =>
    two.events.some((other) => covers(event, other) || covers(other, event)),
  );
  if (!shared) return;
  const prefixes = [ruleOf(one.rules, "prefix"), ruleOf(two.rules, "prefix")] as const;
  const suffixes = [ruleOf(one.rules, "suffix"), ruleOf(two.rules, "suffix")] as const;
  if (!either(prefixes, (a, b) => a.startsWith(b)) || !either(suffixes, (a, b) => a.endsWith(b))) return;
  throw invalid(
    one.rules.length === 0 && two.rules.length === 0
      ? "Configurations overlap. Configurations on the same bucket cannot share a common event type."
      : "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.",
  );
}

function either([a, b]: readonly [string, string], holds: (a: string, b: string) => boolean): boolean {
  return holds(a, b) || holds(b, a);
}

function invalid(message: string, fields: Readonly<Record<string, unknown>> = {}): Error {
  return s3Fault("InvalidArgument", fields, message);
}
