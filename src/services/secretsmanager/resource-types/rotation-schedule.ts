// AWS::SecretsManager::RotationSchedule: the rotation of a secret by a function;
// its id is the secret's ARN.

import { defineResourceType, unlessMissing } from "../../../core/resource-type.ts";
import type { RotationRulesType } from "../../../model/generated/secretsmanager.d.ts";
import { secretsmanager } from "../model.ts";

interface ScheduleProperties {
  readonly SecretId: string;
  readonly RotationLambdaARN?: string;
  readonly RotationRules?: RotationRulesType;
  readonly RotateImmediatelyOnUpdate?: boolean;
}

const inputOf = (properties: ScheduleProperties) => ({
  SecretId: properties.SecretId,
  RotationLambdaARN: properties.RotationLambdaARN,
  RotationRules: properties.RotationRules,
  RotateImmediately: properties.RotateImmediatelyOnUpdate,
});

export const rotationScheduleType = defineResourceType<ScheduleProperties>({
  type: "AWS::SecretsManager::RotationSchedule",
  unsupported: ["HostedRotationLambda", "ExternalSecretRotationMetadata", "ExternalSecretRotationRoleArn"],
  create: async (properties, at) => {
    const { ARN } = await at.call(secretsmanager, "RotateSecret", {
      ...inputOf(properties),
      ClientRequestToken: at.token,
    });
    return { id: ARN!, attributes: { Id: ARN } };
  },
  read: async (SecretId, at) => {
    const found = await unlessMissing(at.call(secretsmanager, "DescribeSecret", { SecretId }));
    if (found?.RotationEnabled !== true) return undefined;
    const { ARN, RotationLambdaARN, RotationRules } = found;
    return { Id: ARN, SecretId, RotationLambdaARN, RotationRules };
  },
  update: async (_id, after, _before, at) => {
    await at.call(secretsmanager, "RotateSecret", inputOf(after));
    return undefined;
  },
  delete: async (SecretId, _properties, at) => {
    const found = await at.call(secretsmanager, "DescribeSecret", { SecretId });
    if (found.RotationEnabled === true) await at.call(secretsmanager, "CancelRotateSecret", { SecretId });
  },
});
