// What a nested stack's properties are as the input of operations on stacks.

import type { Tag } from "../../../core/resource-type.ts";

export const nestedStack = "AWS::CloudFormation::Stack";

export interface NestedProperties {
  readonly TemplateURL: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly NotificationARNs?: readonly string[];
  readonly Tags?: readonly Tag[];
  readonly TimeoutInMinutes?: number;
}

export function nestedInput({ TemplateURL, Parameters, NotificationARNs, Tags }: NestedProperties) {
  return {
    TemplateURL,
    Parameters: Object.entries(Parameters ?? {}).map(([ParameterKey, value]) => ({
      ParameterKey,
      ParameterValue: Array.isArray(value) ? value.join(",") : String(value),
    })),
    NotificationARNs,
    Tags,
  };
}
