// What PutParameter is given, seen together with what is there already: checked,
// and made the next version.

import { fault } from "../../../core/fault.ts";
import type { PutParameterRequest } from "../../../model/generated/ssm.d.ts";
import { ssm, validation } from "../model.ts";
import { type PolicyState, readPolicies } from "../policies/policy.ts";
import type { ParameterState, VersionState } from "./parameter.ts";
import { defaultKey } from "./secure.ts";

const standardLength = 4096;
const advancedLength = 8192;

type Tier = VersionState["tier"];

/** The next version but for its number, its value as it is stored, and who made it. */
export type NextVersion = Omit<VersionState, "version" | "value" | "modifiedAt" | "modifiedBy">;

export function nextVersion(
  input: PutParameterRequest,
  name: string,
  existing: ParameterState | undefined,
  defaultTier: string,
  now: number,
): NextVersion {
  if (existing !== undefined && input.Overwrite !== true) {
    throw fault(
      ssm,
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    );
  }
  const type = input.Type ?? existing?.type;
  if (type === undefined) throw validation("A parameter type is required when you create a parameter.");
  if (existing !== undefined && existing.type !== type) {
    throw fault(
      ssm,
      "HierarchyTypeMismatchException",
      "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. You must create a new, unique parameter.",
    );
  }
  if (input.KeyId !== undefined && type !== "SecureString") {
    throw validation("KeyId is required for SecureString type parameter only.");
  }
  const dataType = checkDataType(input, type);
  const allowedPattern = input.AllowedPattern ?? existing?.allowedPattern;
  checkPattern(allowedPattern, input.Value);
  const policies =
    input.Policies === undefined ? renewed(existing?.policies ?? []) : readPolicies(input.Policies, now);
  return {
    name,
    type,
    tier: tierOf(input, existing, policies, defaultTier),
    policies,
    dataType,
    description: (input.Description ?? existing?.description) || undefined,
    allowedPattern: allowedPattern || undefined,
    ...(type === "SecureString" && { keyId: input.KeyId ?? defaultKey }),
  };
}

/** What had been told once is told again of the new version. */
const renewed = (policies: readonly PolicyState[]): readonly PolicyState[] =>
  policies.map((policy) => ({ ...policy, status: "Pending" }));

function tierOf(
  { Tier: wanted, Value }: PutParameterRequest,
  existing: ParameterState | undefined,
  policies: readonly PolicyState[],
  defaultTier: string,
): Tier {
  const needed: Tier =
    Value.length > standardLength || policies.length > 0 || existing?.tier === "Advanced"
      ? "Advanced"
      : "Standard";
  const asked = wanted ?? (existing?.tier === "Advanced" ? "Advanced" : defaultTier);
  const tier: Tier = asked === "Intelligent-Tiering" ? needed : (asked as Tier);
  if (Value.length > advancedLength) {
    throw validation(
      `Parameter value exceeds the maximum length of ${advancedLength} characters for advanced-tier parameters.`,
    );
  }
  if (tier === "Advanced" || needed === "Standard") return tier;
  if (existing?.tier === "Advanced") {
    throw validation(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
    );
  }
  if (Value.length > standardLength) {
    throw validation(
      `Standard tier parameters support a maximum parameter value of ${standardLength} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`,
    );
  }
  throw validation(
    "Parameter policies are supported for advanced-tier parameters only. To add a policy, upgrade the parameter to use the advanced-parameter tier.",
  );
}

function checkDataType({ DataType = "text", Value }: PutParameterRequest, type: string): string {
  if (DataType === "text") return DataType;
  if (DataType !== "aws:ec2:image" && DataType !== "aws:ssm:integration") {
    throw validation(
      `The following data type is not supported: ${DataType} (Data type names are all lowercase.)`,
    );
  }
  if (
    DataType === "aws:ec2:image" &&
    (type !== "String" || !/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(Value))
  ) {
    throw validation(
      "The parameter value isn't a valid Amazon Machine Image (AMI) ID: the data type aws:ec2:image takes a String such as ami-12345abcdeEXAMPLE.",
    );
  }
  return DataType;
}

function checkPattern(pattern: string | undefined, value: string): void {
  if (!pattern) return;
  let expression: RegExp;
  try {
    expression = new RegExp(`^(?:${pattern})$`, "s");
  } catch {
    throw fault(
      ssm,
      "InvalidAllowedPatternException",
      "The request doesn't meet the regular expression requirement.",
    );
  }
  if (expression.test(value)) return;
  throw fault(
    ssm,
    "ParameterPatternMismatchException",
    `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
  );
}
