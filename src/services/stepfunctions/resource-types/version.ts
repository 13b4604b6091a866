// AWS::StepFunctions::StateMachineVersion and StateMachineAlias.

import { defineResourceType, type Properties, unlessMissing } from "../../../core/resource-type.ts";
import { stepfunctions } from "../model.ts";
import { lowerCamel } from "./state-machine.ts";

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

interface AliasProperties {
  readonly Name: string;
  readonly Description?: string;
  readonly RoutingConfiguration?: readonly Properties[];
}

export const stateMachineAliasType = defineResourceType<AliasProperties>({
  type: "AWS::StepFunctions::StateMachineAlias",
  name: { property: "Name", maximum: 80 },
  unsupported: ["DeploymentPreference"],
  create: async ({ Name, Description, RoutingConfiguration }, at) => {
    const { stateMachineAliasArn } = await at.call(stepfunctions, "CreateStateMachineAlias", {
      name: Name,
      description: Description,
      routingConfiguration: lowerCamel(RoutingConfiguration),
    });
    return { id: stateMachineAliasArn, attributes: { Arn: stateMachineAliasArn } };
  },
  read: async (id, at) => {
    const found = await unlessMissing(
      at.call(stepfunctions, "DescribeStateMachineAlias", { stateMachineAliasArn: id }),
    );
    return found === undefined ? undefined : { Arn: id, Name: found.name, Description: found.description };
  },
  update: async (id, { Description, RoutingConfiguration }, _before, at) => {
    await at.call(stepfunctions, "UpdateStateMachineAlias", {
      stateMachineAliasArn: id,
      description: Description ?? "",
      routingConfiguration: lowerCamel(RoutingConfiguration),
    });
    return undefined;
  },
  delete: async (id, _properties, at) => {
    await at.call(stepfunctions, "DeleteStateMachineAlias", { stateMachineAliasArn: id });
  },
});
