// AWS::CodeDeploy::DeploymentGroup. Its id is its name; that of its application
// is among its properties.

import { defineResourceType, type Tag, unlessMissing } from "../../../core/resource-type.ts";
import { codedeploy } from "../model.ts";
import { memberNames, setTags } from "./properties.ts";

interface GroupProperties {
  readonly ApplicationName: string;
  readonly DeploymentGroupName: string;
  readonly ServiceRoleArn: string;
  readonly Tags?: readonly Tag[];
}

export const groupType = defineResourceType<GroupProperties>({
  type: "AWS::CodeDeploy::DeploymentGroup",
  name: { property: "DeploymentGroupName", maximum: 100 },
  create: async (properties, at) => {
    await at.call(codedeploy, "CreateDeploymentGroup", memberNames(properties) as object);
    return { id: properties.DeploymentGroupName };
  },
  read: async (deploymentGroupName, at, { ApplicationName }) => {
    const input = { applicationName: ApplicationName, deploymentGroupName };
    const found = await unlessMissing(at.call(codedeploy, "GetDeploymentGroup", input));
    const info = found?.deploymentGroupInfo;
    return (
      info && {
        ApplicationName,
        DeploymentGroupName: deploymentGroupName,
        DeploymentConfigName: info.deploymentConfigName,
        ServiceRoleArn: info.serviceRoleArn,
      }
    );
  },
  update: async (id, after, before, at) => {
    const { Tags, DeploymentGroupName, ...settings } = after;
    await at.call(codedeploy, "UpdateDeploymentGroup", {
      ...(memberNames(settings) as object),
      currentDeploymentGroupName: id,
    });
    const arn = `arn:aws:codedeploy:${at.region}:${at.account}:deploymentgroup:${after.ApplicationName}/${id}`;
    await setTags(arn, Tags, before.Tags, at);
    return undefined;
  },
  delete: async (deploymentGroupName, { ApplicationName }, at) => {
    await at.call(codedeploy, "DeleteDeploymentGroup", {
      applicationName: ApplicationName,
      deploymentGroupName,
    });
  },
  identifier: (id, { ApplicationName }) => `${ApplicationName}|${id}`,
  // Tag sets and deployments of a group's first revision are for instances.
  unsupported: ["Deployment", "Ec2TagSet", "OnPremisesTagSet"],
});
