// Parameters as answers show them.

import type { Waiting } from "../../../core/waiting.ts";
import type { ParameterMetadata, Parameter as Shown } from "../../../model/generated/ssm.d.ts";
import { showPolicies } from "../policies/policy.ts";
import { parameterArn } from "./name.ts";
import type { OpenParameter, ParameterState, VersionState } from "./parameter.ts";
import { open } from "./secure.ts";

export interface Found {
  readonly version: VersionState;
  readonly arn: string;
  readonly shared: boolean;
  readonly selector?: string;
}

export function foundIn({ parameter, selector, shared }: OpenParameter, version: VersionState): Found {
  return {
    version,
    arn: parameterArn(parameter.name, parameter),
    shared,
    ...(selector !== undefined && { selector }),
  };
}

/** With its value, decrypted where that is asked for. */
export async function showParameter(
  ctx: Waiting,
  { version, arn, shared, selector }: Found,
  decrypt: boolean,
): Promise<Shown> {
  return {
    Name: shared ? arn : version.name,
    Type: version.type,
    Value: await shownValue(ctx, arn, version, decrypt),
    Version: version.version,
    ...(selector !== undefined && { Selector: `:${selector}` }),
    LastModifiedDate: version.modifiedAt,
    ARN: arn,
    DataType: version.dataType,
  };
}

export async function shownValue(
  ctx: Waiting,
  arn: string,
  { type, value }: VersionState,
  decrypt: boolean,
): Promise<string> {
  return type === "SecureString" && decrypt ? open(ctx, arn, value) : value;
}

/** What is known of a version beside its value. */
export function showVersion(version: VersionState) {
  return {
    Name: version.name,
    Type: version.type,
    KeyId: version.keyId,
    LastModifiedDate: version.modifiedAt,
    LastModifiedUser: version.modifiedBy,
    Description: version.description,
    AllowedPattern: version.allowedPattern,
    Version: version.version,
    Tier: version.tier,
    Policies: showPolicies(version.policies),
    DataType: version.dataType,
  } satisfies ParameterMetadata;
}

export function showMetadata(parameter: ParameterState): ParameterMetadata {
  return { ...showVersion(parameter), ARN: parameterArn(parameter.name, parameter) };
}
