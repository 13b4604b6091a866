// AWS::Logs::Destination, ResourcePolicy and QueryDefinition: what an account
// has beside its groups.

import {
  defineResourceType,
  policyText,
  type ResourceContext,
  type Tag,
  tagChanges,
  tagMap,
  unlessMissing,
} from "../../../core/resource-type.ts";
import type { QueryDefinition } from "../../../model/generated/logs.d.ts";
import { logs } from "../model.ts";

interface DestinationProperties {
  readonly DestinationName: string;
  readonly DestinationPolicy?: string;
  readonly RoleArn: string;
  readonly TargetArn: string;
  readonly Tags?: readonly Tag[];
}

async function findDestination(name: string, at: ResourceContext) {
  const { destinations = [] } = await at.ctx.call(logs, "DescribeDestinations", {
    DestinationNamePrefix: name,
  });
  return destinations.find(({ destinationName }) => destinationName === name);
}

function destinationInput({ DestinationName, RoleArn, TargetArn }: DestinationProperties) {
  return { destinationName: DestinationName, roleArn: RoleArn, targetArn: TargetArn };
}

export const destinationType = defineResourceType<DestinationProperties>({
  type: "AWS::Logs::Destination",
  existing: async ({ DestinationName }, at) => (await findDestination(DestinationName, at))?.destinationName,
  create: async (properties, at) => {
    const { DestinationName: id, DestinationPolicy, Tags } = properties;
    const { destination } = await at.call(logs, "PutDestination", {
      ...destinationInput(properties),
      ...(Tags === undefined ? {} : { tags: tagMap(Tags) }),
    });
    at.made(id);
    if (DestinationPolicy !== undefined)
      await at.call(logs, "PutDestinationPolicy", { destinationName: id, accessPolicy: DestinationPolicy });
    return { id, attributes: { Arn: destination?.arn } };
  },
  read: async (id, at) => {
    const found = await findDestination(id, at);
    return found === undefined
      ? undefined
      : {
          Arn: found.arn,
          DestinationName: id,
          RoleArn: found.roleArn,
          TargetArn: found.targetArn,
          ...(found.accessPolicy === undefined ? {} : { DestinationPolicy: found.accessPolicy }),
        };
  },
  update: async (destinationName, after, before, at) => {
    await at.call(logs, "PutDestination", destinationInput(after));
    const accessPolicy = after.DestinationPolicy;
    if (accessPolicy !== undefined && accessPolicy !== before.DestinationPolicy)
      await at.call(logs, "PutDestinationPolicy", { destinationName, accessPolicy });
    const { set, remove } = tagChanges(before.Tags, after.Tags);
    const resourceArn = `arn:aws:logs:${at.region}:${at.account}:destination:${destinationName}`;
    if (remove.length > 0) await at.call(logs, "UntagResource", { resourceArn, tagKeys: remove });
    if (set.length > 0) await at.call(logs, "TagResource", { resourceArn, tags: tagMap(set) });
    return undefined;
  },
  delete: async (destinationName, _properties, at) => {
    await at.call(logs, "DeleteDestination", { destinationName });
  },
});

interface PolicyProperties {
  readonly PolicyName: string;
  readonly PolicyDocument: unknown;
}

async function findPolicy(name: string, at: ResourceContext) {
  const { resourcePolicies = [] } = await at.ctx.call(logs, "DescribeResourcePolicies", {});
  return resourcePolicies.find(({ policyName }) => policyName === name);
}

async function putPolicy({ PolicyName, PolicyDocument }: PolicyProperties, at: ResourceContext) {
  const policyDocument = policyText(PolicyDocument);
  await at.call(logs, "PutResourcePolicy", { policyName: PolicyName, policyDocument });
}

export const resourcePolicyType = defineResourceType<PolicyProperties>({
  type: "AWS::Logs::ResourcePolicy",
  existing: async ({ PolicyName }, at) => (await findPolicy(PolicyName, at))?.policyName,
  create: async (properties, at) => {
    await putPolicy(properties, at);
    return { id: properties.PolicyName };
  },
  read: async (id, at) => {
    const found = await findPolicy(id, at);
    return found === undefined ? undefined : { PolicyName: id, PolicyDocument: found.policyDocument };
  },
  update: async (_id, after, _before, at) => {
    await putPolicy(after, at);
    return undefined;
  },
  delete: async (policyName, _properties, at) => {
    await at.call(logs, "DeleteResourcePolicy", { policyName });
  },
});

interface QueryProperties {
  readonly LogGroupNames?: readonly string[];
  readonly Name: string;
  readonly QueryLanguage?: string;
  readonly QueryString: string;
}

function queryInput({ LogGroupNames, Name, QueryLanguage, QueryString }: QueryProperties) {
  return {
    name: Name,
    queryString: QueryString,
    ...(LogGroupNames === undefined ? {} : { logGroupNames: LogGroupNames }),
    ...(QueryLanguage === undefined ? {} : { queryLanguage: QueryLanguage }),
  };
}

async function definitions(at: ResourceContext): Promise<readonly QueryDefinition[]> {
  const found: QueryDefinition[] = [];
  let nextToken: string | undefined;
  do {
    const page = await at.ctx.call(logs, "DescribeQueryDefinitions", { nextToken });
    found.push(...(page.queryDefinitions ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

export const queryDefinitionType = defineResourceType<QueryProperties>({
  type: "AWS::Logs::QueryDefinition",
  unsupported: ["Parameters"],
  create: async (properties, at) => {
    const { queryDefinitionId: id } = await at.call(logs, "PutQueryDefinition", {
      ...queryInput(properties),
      clientToken: `stack-${at.token}`,
    });
    return { id: id!, attributes: { QueryDefinitionId: id } };
  },
  read: async (id, at) => {
    const found = (await definitions(at)).find(({ queryDefinitionId }) => queryDefinitionId === id);
    return found === undefined
      ? undefined
      : {
          QueryDefinitionId: id,
          Name: found.name,
          QueryString: found.queryString,
          ...(found.logGroupNames === undefined ? {} : { LogGroupNames: found.logGroupNames }),
        };
  },
  update: async (queryDefinitionId, after, _before, at) => {
    await at.call(logs, "PutQueryDefinition", { queryDefinitionId, ...queryInput(after) });
    return undefined;
  },
  delete: async (queryDefinitionId, _properties, at) => {
    await unlessMissing(at.call(logs, "DeleteQueryDefinition", { queryDefinitionId }));
  },
  list: async (at) => (await definitions(at)).map(({ queryDefinitionId }) => queryDefinitionId!),
});
