// AWS::StepFunctions::StateMachineVersion.

import { defineResourceType, unlessMissing } from "../../../core/resource-type.ts";
import { stepfunctions } from "../model.ts";

interface VersionProperties {
  readonly StateMachineArn: string;
  readonly Description?: string;
  readonly StateMachineRevisionId?: string;
}

export const stateMachineVersionType = defineResourceType<VersionProperties>({
  type: "AWS::StepFunctions::StateMachineVersion",
  create: async ({ StateMachineArn, Description, StateMachineRevisionId }, at) => {
    const { stateMachineVersionArn } = await at.call(stepfunctions, "PublishStateMachineVersion", {
      stateMachineArn: StateMachineArn,
      description: Description,
      revisionId: StateMachineRevisionId,
    });
    return { id: stateMachineVersionArn, attributes: { Arn: stateMachineVersionArn } };
  },
  read: async (id, at) => {
    const found = await unlessMissing(
      at.call(stepfunctions, "DescribeStateMachine", { stateMachineArn: id }),
    );
    return found === undefined ? undefined : { Arn: id, StateMachineArn: id.slice(0, id.lastIndexOf(":")) };
  },
  delete: async (id, _properties, at) => {
    await at.call(stepfunctions, "DeleteStateMachineVersion", { stateMachineVersionArn: id });
  },
});
