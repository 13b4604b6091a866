// AWS::SSM::Parameter. Templates make no SecureStrings, as on AWS.

import { defineResourceType, pick, tagChanges, unlessMissing } from "../../../core/resource-type.ts";
import { ssm } from "../model.ts";

interface ParameterProperties {
  readonly Name: string;
  readonly Type: string;
  readonly Value: string;
  readonly Description?: string;
  readonly AllowedPattern?: string;
  readonly DataType?: string;
  readonly Policies?: string;
  readonly Tier?: string;
  readonly Tags?: Readonly<Record<string, string>>;
}

const tagList = (tags: ParameterProperties["Tags"]) =>
  Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));

const given = (properties: ParameterProperties) =>
  pick(properties, "Name", "Type", "Value", "Description", "AllowedPattern", "DataType", "Policies", "Tier");

export const parameterType = defineResourceType<ParameterProperties>({
  type: "AWS::SSM::Parameter",
  name: { property: "Name", maximum: 255, prefix: "CFN-" },
  create: async (properties, at) => {
    const { Name, Type, Value } = properties;
    const Tags = tagList(properties.Tags);
    await at.call(ssm, "PutParameter", { ...given(properties), ...(Tags.length > 0 && { Tags }) });
    return { id: Name, attributes: { Type, Value } };
  },
  read: async (Name, at) => {
    const found = await unlessMissing(at.call(ssm, "GetParameter", { Name }));
    if (found === undefined) return undefined;
    const { Parameters = [] } = await at.call(ssm, "DescribeParameters", {
      ParameterFilters: [{ Key: "Name", Values: [Name] }],
    });
    const { TagList = [] } = await at.call(ssm, "ListTagsForResource", {
      ResourceType: "Parameter",
      ResourceId: Name,
    });
    const [metadata] = Parameters;
    const policies = (metadata?.Policies ?? []).map(({ PolicyText = "" }) => PolicyText);
    return {
      ...pick(found.Parameter ?? {}, "Name", "Type", "Value", "DataType"),
      ...pick(metadata ?? {}, "Description", "AllowedPattern", "Tier"),
      ...(policies.length > 0 && { Policies: `[${policies.join(",")}]` }),
      ...(TagList.length > 0 && { Tags: Object.fromEntries(TagList.map(({ Key, Value }) => [Key, Value])) }),
    };
  },
  update: async (Name, after, before, at) => {
    const cleared = {
      ...(before.Description !== undefined && { Description: "" }),
      ...(before.AllowedPattern !== undefined && { AllowedPattern: "" }),
      ...(before.Policies !== undefined && { Policies: "[]" }),
    };
    await at.call(ssm, "PutParameter", { ...cleared, ...given(after), Overwrite: true });
    const { set, remove } = tagChanges(tagList(before.Tags), tagList(after.Tags));
    const resource = { ResourceType: "Parameter", ResourceId: Name };
    if (remove.length > 0) await at.call(ssm, "RemoveTagsFromResource", { ...resource, TagKeys: remove });
    if (set.length > 0) await at.call(ssm, "AddTagsToResource", { ...resource, Tags: set });
    return { attributes: { Type: after.Type, Value: after.Value } };
  },
  delete: async (Name, _properties, at) => {
    await at.call(ssm, "DeleteParameter", { Name });
  },
  list: async (at) => {
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await at.call(ssm, "DescribeParameters", { NextToken });
      for (const { Name = "", Type } of page.Parameters ?? []) if (Type !== "SecureString") names.push(Name);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return names;
  },
});
