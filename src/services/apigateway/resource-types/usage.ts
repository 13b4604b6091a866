// AWS::ApiGateway::ApiKey, UsagePlan and UsagePlanKey.

import {
  defineResourceType,
  type ResourceContext,
  type Tag,
  tagMap,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import type { PatchOperation } from "../../../model/generated/apigateway.d.ts";
import { apigateway } from "../model.ts";
import { escaped, listPatches, lowered, raised, replacements, retag, tagList } from "./patches.ts";

interface ApiKeyProperties {
  readonly Name: string;
  readonly Value?: string;
  readonly Description?: string;
  readonly Enabled?: boolean;
  readonly CustomerId?: string;
  readonly GenerateDistinctId?: boolean;
  readonly StageKeys?: readonly { readonly RestApiId?: string; readonly StageName?: string }[];
  readonly Tags?: readonly Tag[];
}

const stageKeys = (keys: ApiKeyProperties["StageKeys"]) =>
  keys?.map(({ RestApiId, StageName }) => `${RestApiId}/${StageName}`);

export const apiKeyType = defineResourceType<ApiKeyProperties>({
  type: "AWS::ApiGateway::ApiKey",
  name: { property: "Name", maximum: 128 },
  create: async (properties, at) => {
    const { id = "" } = await at.call(apigateway, "CreateApiKey", {
      name: properties.Name,
      value: properties.Value,
      description: properties.Description,
      enabled: properties.Enabled,
      customerId: properties.CustomerId,
      generateDistinctId: properties.GenerateDistinctId,
      stageKeys: lowered(properties.StageKeys),
      tags: tagMap(properties.Tags),
    });
    return { id, attributes: { APIKeyId: id } };
  },
  read: async (apiKey, at) => {
    const found = await unlessMissing(at.call(apigateway, "GetApiKey", { apiKey, includeValue: true }));
    return (
      found && {
        APIKeyId: apiKey,
        Name: found.name,
        Value: found.value,
        Description: found.description,
        Enabled: found.enabled,
        CustomerId: found.customerId,
        Tags: tagList(found.tags),
      }
    );
  },
  update: async (apiKey, after, before, at) => {
    const patchOperations = [
      ...replacements(
        { ...after },
        { ...before },
        { Description: "/description", Enabled: "/enabled", CustomerId: "/customerId" },
        { Enabled: "false" },
      ),
      ...listPatches(stageKeys(after.StageKeys), stageKeys(before.StageKeys), "/stages"),
    ];
    await at.call(apigateway, "UpdateApiKey", { apiKey, patchOperations });
    await retag(at, `apikeys/${apiKey}`, after.Tags, before.Tags);
    return undefined;
  },
  delete: async (apiKey, _properties, at) => {
    await at.call(apigateway, "DeleteApiKey", { apiKey });
  },
  list: async (at) => {
    const ids: string[] = [];
    let position: string | undefined;
    do {
      const page = await at.call(apigateway, "GetApiKeys", { limit: 500, position });
      ids.push(...(page.items ?? []).map(({ id = "" }) => id));
      position = page.position;
    } while (position !== undefined);
    return ids;
  },
});

interface Throttle {
  readonly BurstLimit?: number;
  readonly RateLimit?: number;
}

interface StageOfPlan {
  readonly ApiId?: string;
  readonly Stage?: string;
  readonly Throttle?: Readonly<Record<string, Throttle>>;
}

interface UsagePlanProperties {
  readonly UsagePlanName?: string;
  readonly Description?: string;
  readonly Quota?: { readonly Limit?: number; readonly Offset?: number; readonly Period?: string };
  readonly Throttle?: Throttle;
  readonly ApiStages?: readonly StageOfPlan[];
  readonly Tags?: readonly Tag[];
}

function stageInput({ ApiId, Stage, Throttle }: StageOfPlan) {
  const throttle =
    Throttle && Object.fromEntries(Object.entries(Throttle).map(([path, each]) => [path, lowered(each)]));
  return { apiId: ApiId, stage: Stage, throttle };
}

const nameOfStage = ({ ApiId, Stage }: StageOfPlan): string => `${ApiId}:${Stage}`;

/** Stages that go, come, or have other limits for their methods. */
function stagePatches(
  after: readonly StageOfPlan[] = [],
  before: readonly StageOfPlan[] = [],
): readonly PatchOperation[] {
  const old = new Map(before.map((each) => [nameOfStage(each), each]));
  const wanted = new Map(after.map((each) => [nameOfStage(each), each]));
  const limits = (stage: string, throttle: StageOfPlan["Throttle"] = {}): readonly PatchOperation[] =>
    Object.entries(throttle).flatMap(([path, each]) =>
      replacements(
        { ...each },
        {},
        {
          RateLimit: `/apiStages/${stage}/throttle/${escaped(path).replace(/~1(?=[^~]*$)/, "/")}/rateLimit`,
          BurstLimit: `/apiStages/${stage}/throttle/${escaped(path).replace(/~1(?=[^~]*$)/, "/")}/burstLimit`,
        },
      ),
    );
  return [
    ...[...old.keys()]
      .filter((value) => !wanted.has(value))
      .map((value) => ({ op: "remove" as const, path: "/apiStages", value })),
    ...[...wanted].flatMap(([value, stage]) => {
      if (same(stage, old.get(value))) return [];
      const start: PatchOperation[] = old.has(value)
        ? [{ op: "remove", path: `/apiStages/${value}/throttle` }]
        : [{ op: "add", path: "/apiStages", value }];
      return [...start, ...limits(value, stage.Throttle)];
    }),
  ];
}

async function removeStages(usagePlanId: string, at: ResourceContext): Promise<void> {
  const plan = await unlessMissing(at.call(apigateway, "GetUsagePlan", { usagePlanId }));
  const patchOperations = (plan?.apiStages ?? []).map(({ apiId, stage }) => ({
    op: "remove",
    path: "/apiStages",
    value: `${apiId}:${stage}`,
  }));
  if (patchOperations.length > 0)
    await at.call(apigateway, "UpdateUsagePlan", { usagePlanId, patchOperations });
}

function limitPatches(after: UsagePlanProperties, before: UsagePlanProperties): readonly PatchOperation[] {
  const one = (
    name: "Quota" | "Throttle",
    path: string,
    paths: Readonly<Record<string, string>>,
  ): readonly PatchOperation[] => {
    if (same(after[name], before[name])) return [];
    if (after[name] === undefined) return [{ op: "remove", path }];
    return replacements({ ...after[name] }, { ...before[name] }, paths, { Offset: "0" });
  };
  return [
    ...one("Quota", "/quota", { Limit: "/quota/limit", Offset: "/quota/offset", Period: "/quota/period" }),
    ...one("Throttle", "/throttle", { BurstLimit: "/throttle/burstLimit", RateLimit: "/throttle/rateLimit" }),
  ];
}

export const usagePlanType = defineResourceType<UsagePlanProperties>({
  type: "AWS::ApiGateway::UsagePlan",
  name: { property: "UsagePlanName", maximum: 128 },
  create: async (properties, at) => {
    const { id = "" } = await at.call(apigateway, "CreateUsagePlan", {
      name: properties.UsagePlanName,
      description: properties.Description,
      quota: lowered(properties.Quota),
      throttle: lowered(properties.Throttle),
      apiStages: properties.ApiStages?.map(stageInput),
      tags: tagMap(properties.Tags),
    });
    return { id, attributes: { Id: id } };
  },
  read: async (usagePlanId, at) => {
    const found = await unlessMissing(at.call(apigateway, "GetUsagePlan", { usagePlanId }));
    if (found === undefined) return undefined;
    const { quota, throttle } = found;
    return {
      Id: usagePlanId,
      UsagePlanName: found.name,
      Description: found.description,
      Quota: quota && { Limit: quota.limit, Offset: quota.offset, Period: quota.period },
      Throttle: throttle && { BurstLimit: throttle.burstLimit, RateLimit: throttle.rateLimit },
      ApiStages: found.apiStages?.map(({ apiId, stage, throttle: limits }) => ({
        ApiId: apiId,
        Stage: stage,
        Throttle:
          limits &&
          Object.fromEntries(Object.entries(limits).map(([method, each]) => [method, raised(each)])),
      })),
      Tags: tagList(found.tags),
    };
  },
  update: async (usagePlanId, after, before, at) => {
    const patchOperations = [
      ...replacements({ ...after }, { ...before }, { UsagePlanName: "/name", Description: "/description" }),
      ...limitPatches(after, before),
      ...stagePatches(after.ApiStages, before.ApiStages),
    ];
    if (patchOperations.length > 0)
      await at.call(apigateway, "UpdateUsagePlan", { usagePlanId, patchOperations });
    await retag(at, `usageplans/${usagePlanId}`, after.Tags, before.Tags);
    return undefined;
  },
  delete: async (usagePlanId, _properties, at) => {
    await removeStages(usagePlanId, at);
    await at.call(apigateway, "DeleteUsagePlan", { usagePlanId });
  },
});

interface UsagePlanKeyProperties {
  readonly UsagePlanId: string;
  readonly KeyId: string;
  readonly KeyType: string;
}

function placeOf(id: string) {
  const [keyId = "", usagePlanId = ""] = id.split(":");
  return { keyId, usagePlanId };
}

export const usagePlanKeyType = defineResourceType<UsagePlanKeyProperties>({
  type: "AWS::ApiGateway::UsagePlanKey",
  create: async ({ UsagePlanId, KeyId, KeyType }, at) => {
    await at.call(apigateway, "CreateUsagePlanKey", {
      usagePlanId: UsagePlanId,
      keyId: KeyId,
      keyType: KeyType,
    });
    const id = `${KeyId}:${UsagePlanId}`;
    return { id, attributes: { Id: id } };
  },
  read: async (id, at) => {
    const place = placeOf(id);
    const found = await unlessMissing(at.call(apigateway, "GetUsagePlanKey", place));
    return found && { Id: id, UsagePlanId: place.usagePlanId, KeyId: place.keyId, KeyType: found.type };
  },
  delete: async (id, _properties, at) => {
    await at.call(apigateway, "DeleteUsagePlanKey", placeOf(id));
  },
});
