// AWS::CodeDeploy::Application.

import { defineResourceType, type Tag, unlessMissing } from "../../../core/resource-type.ts";
import { codedeploy } from "../model.ts";
import { setTags } from "./properties.ts";

interface ApplicationProperties {
  readonly ApplicationName: string;
  readonly ComputePlatform?: string;
  readonly Tags?: readonly Tag[];
}

export const applicationType = defineResourceType<ApplicationProperties>({
  type: "AWS::CodeDeploy::Application",
  name: { property: "ApplicationName", maximum: 100 },
  create: async ({ ApplicationName, ComputePlatform, Tags }, at) => {
    await at.call(codedeploy, "CreateApplication", {
      applicationName: ApplicationName,
      computePlatform: ComputePlatform,
      tags: Tags,
    });
    return { id: ApplicationName };
  },
  read: async (applicationName, at) => {
    const found = await unlessMissing(at.call(codedeploy, "GetApplication", { applicationName }));
    const { computePlatform } = found?.application ?? {};
    return found && { ApplicationName: applicationName, ComputePlatform: computePlatform };
  },
  update: async (id, after, before, at) => {
    const arn = `arn:aws:codedeploy:${at.region}:${at.account}:application:${id}`;
    await setTags(arn, after.Tags, before.Tags, at);
    return undefined;
  },
  delete: async (applicationName, _properties, at) => {
    await at.call(codedeploy, "DeleteApplication", { applicationName });
  },
  list: async (at) => {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await at.call(codedeploy, "ListApplications", { nextToken });
      names.push(...(page.applications ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return names;
  },
});
