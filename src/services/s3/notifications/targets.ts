// A notification configuration's targets, and which of them an event is for:
// by its type, and by the beginning and the end of the key.

import type { FilterRule, NotificationConfiguration } from "../../../model/generated/s3.d.ts";
import type { Happening } from "./happening.ts";

export interface Target {
  readonly id: string;
  readonly arn: string;
  readonly service: "sns" | "sqs" | "lambda";
  readonly events: readonly string[];
  readonly rules: readonly FilterRule[];
}

interface Given {
  readonly Id?: string | undefined;
  readonly Events: readonly string[];
  readonly Filter?:
    | { readonly Key?: { readonly FilterRules?: readonly FilterRule[] | undefined } | undefined }
    | undefined;
}

export function targetsOf(configuration: NotificationConfiguration): readonly Target[] {
  const target = (service: Target["service"], arn: string, given: Given): Target => ({
    id: given.Id ?? "",
    arn,
    service,
    events: given.Events,
    rules: given.Filter?.Key?.FilterRules ?? [],
  });
  return [
    ...(configuration.TopicConfigurations ?? []).map((each) => target("sns", each.TopicArn, each)),
    ...(configuration.QueueConfigurations ?? []).map((each) => target("sqs", each.QueueArn, each)),
    ...(configuration.LambdaFunctionConfigurations ?? []).map((each) =>
      target("lambda", each.LambdaFunctionArn, each),
    ),
  ];
}

export function matching(
  configuration: NotificationConfiguration,
  { name, version }: Happening,
): readonly Target[] {
  return targetsOf(configuration).filter(
    ({ events, rules }) =>
      events.some((event) => covers(event, `s3:${name}`)) &&
      version.key.startsWith(ruleOf(rules, "prefix")) &&
      version.key.endsWith(ruleOf(rules, "suffix")),
  );
}

/** `s3:ObjectCreated:*` stands for all that begin so. */
export function covers(event: string, name: string): boolean {
  return event === name || (event.endsWith(":*") && name.startsWith(event.slice(0, -1)));
}

export function ruleOf(rules: readonly FilterRule[], name: "prefix" | "suffix"): string {
  return rules.find((rule) => rule.Name?.toLowerCase() === name)?.Value ?? "";
}
