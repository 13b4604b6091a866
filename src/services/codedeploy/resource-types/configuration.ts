// AWS::CodeDeploy::DeploymentConfig: every change makes another one.

import { defineResourceType, type Properties, unlessMissing } from "../../../core/resource-type.ts";
import { codedeploy } from "../model.ts";
import { memberNames } from "./properties.ts";

export const configurationType = defineResourceType<Properties & { readonly DeploymentConfigName: string }>({
  type: "AWS::CodeDeploy::DeploymentConfig",
  name: { property: "DeploymentConfigName", maximum: 100 },
  create: async (properties, at) => {
    await at.call(codedeploy, "CreateDeploymentConfig", memberNames(properties) as object);
    return { id: properties.DeploymentConfigName };
  },
  read: async (deploymentConfigName, at) => {
    const found = await unlessMissing(at.call(codedeploy, "GetDeploymentConfig", { deploymentConfigName }));
    const { computePlatform } = found?.deploymentConfigInfo ?? {};
    return found && { DeploymentConfigName: deploymentConfigName, ComputePlatform: computePlatform };
  },
  delete: async (deploymentConfigName, _properties, at) => {
    await at.call(codedeploy, "DeleteDeploymentConfig", { deploymentConfigName });
  },
});
