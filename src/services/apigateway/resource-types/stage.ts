// AWS::ApiGateway::Deployment and Stage: what is served, and how.

import {
  defineResourceType,
  type Properties,
  pick,
  type ResourceContext,
  type Tag,
  tagMap,
  unlessMissing,
} from "../../../core/resource-type.ts";
import type { PatchOperation } from "../../../model/generated/apigateway.d.ts";
import { apigateway } from "../model.ts";
import { lowered, raised, replacements, retag, tagList } from "./patches.ts";
import { type StageSettings, shownMethodSettings, stagePatches } from "./stage-patches.ts";

interface StageProperties extends StageSettings {
  readonly RestApiId: string;
  readonly StageName: string;
  readonly DeploymentId?: string;
  readonly Tags?: readonly Tag[];
}

/** The stage with what its creation cannot say. */
async function patchStage(
  restApiId: string,
  stageName: string,
  patchOperations: readonly PatchOperation[],
  at: ResourceContext,
): Promise<void> {
  if (patchOperations.length === 0) return;
  await at.call(apigateway, "UpdateStage", { restApiId, stageName, patchOperations });
}

export const stageType = defineResourceType<StageProperties>({
  type: "AWS::ApiGateway::Stage",
  create: async (properties, at) => {
    const { RestApiId: restApiId, StageName: stageName = "default" } = properties;
    await at.call(apigateway, "CreateStage", {
      restApiId,
      stageName,
      deploymentId: properties.DeploymentId ?? "",
      description: properties.Description,
      variables: properties.Variables,
      cacheClusterEnabled: properties.CacheClusterEnabled,
      cacheClusterSize: properties.CacheClusterSize,
      documentationVersion: properties.DocumentationVersion,
      tracingEnabled: properties.TracingEnabled,
      canarySettings: canaryInput(properties.CanarySetting),
      tags: tagMap(properties.Tags),
    });
    at.made(stageName);
    const made = pick(
      properties,
      "Description",
      "Variables",
      "CacheClusterEnabled",
      "CacheClusterSize",
      "DocumentationVersion",
      "TracingEnabled",
      "CanarySetting",
    );
    await patchStage(restApiId, stageName, stagePatches(properties, made), at);
    return { id: stageName };
  },
  read: async (stageName, at, { RestApiId }) => {
    const found = await unlessMissing(at.call(apigateway, "GetStage", { restApiId: RestApiId, stageName }));
    if (found === undefined) return undefined;
    return {
      RestApiId,
      StageName: stageName,
      DeploymentId: found.deploymentId,
      Description: found.description,
      Variables: found.variables,
      CacheClusterEnabled: found.cacheClusterEnabled,
      CacheClusterSize: found.cacheClusterSize,
      ClientCertificateId: found.clientCertificateId,
      DocumentationVersion: found.documentationVersion,
      TracingEnabled: found.tracingEnabled,
      AccessLogSetting: found.accessLogSettings && raised(found.accessLogSettings),
      CanarySetting: found.canarySettings && raised(found.canarySettings),
      MethodSettings: shownMethodSettings(found.methodSettings),
      Tags: tagList(found.tags),
    };
  },
  update: async (stageName, after, before, at) => {
    const patches = stagePatches(after, before);
    const deployment = replacements(
      { DeploymentId: after.DeploymentId },
      { DeploymentId: before.DeploymentId },
      { DeploymentId: "/deploymentId" },
    );
    await patchStage(after.RestApiId, stageName, [...deployment, ...patches], at);
    await retag(at, `restapis/${after.RestApiId}/stages/${stageName}`, after.Tags, before.Tags);
    return undefined;
  },
  delete: async (stageName, { RestApiId }, at) => {
    await at.call(apigateway, "DeleteStage", { restApiId: RestApiId, stageName });
  },
  identifier: (id, { RestApiId }) => `${RestApiId}|${id}`,
});

function canaryInput(canary: StageSettings["CanarySetting"]): Properties | undefined {
  return (
    canary && {
      ...(lowered(pick(canary, "DeploymentId", "PercentTraffic", "UseStageCache")) as Properties),
      stageVariableOverrides: canary.StageVariableOverrides,
    }
  );
}

interface DeploymentProperties {
  readonly RestApiId: string;
  readonly Description?: string;
  readonly StageName?: string;
  readonly StageDescription?: StageSettings & Properties & { readonly Tags?: readonly Tag[] };
  readonly DeploymentCanarySettings?: StageSettings["CanarySetting"];
}

/** The settings of all methods stand beside those of the stage. */
const methodNames = [
  "CacheTtlInSeconds",
  "LoggingLevel",
  "ThrottlingRateLimit",
  "CacheDataEncrypted",
  "DataTraceEnabled",
  "ThrottlingBurstLimit",
  "CachingEnabled",
  "MetricsEnabled",
] as const;

function settingsOf(description: DeploymentProperties["StageDescription"]): StageSettings {
  if (description === undefined) return {};
  const all = pick(description, ...methodNames);
  const MethodSettings = [
    ...(Object.keys(all).length === 0 ? [] : [{ ...all, ResourcePath: "/*", HttpMethod: "*" }]),
    ...(description.MethodSettings ?? []),
  ];
  return { ...description, MethodSettings };
}

function placeOf(id: string) {
  const [deploymentId = "", restApiId = ""] = id.split("|");
  return { deploymentId, restApiId };
}

async function settleStage(
  after: DeploymentProperties,
  before: DeploymentProperties | undefined,
  at: ResourceContext,
): Promise<void> {
  if (after.StageName === undefined) return;
  const old = before?.StageName === after.StageName ? settingsOf(before.StageDescription) : {};
  const patches = stagePatches(settingsOf(after.StageDescription), old);
  await patchStage(after.RestApiId, after.StageName, patches, at);
  const tags = after.StageDescription?.Tags;
  await retag(
    at,
    `restapis/${after.RestApiId}/stages/${after.StageName}`,
    tags,
    before?.StageDescription?.Tags,
  );
}

export const deploymentType = defineResourceType<DeploymentProperties>({
  type: "AWS::ApiGateway::Deployment",
  create: async (properties, at) => {
    const { RestApiId, DeploymentCanarySettings: canary } = properties;
    const { id: deploymentId = "" } = await at.call(apigateway, "CreateDeployment", {
      restApiId: RestApiId,
      description: properties.Description,
      stageName: properties.StageName,
      canarySettings: canaryInput(canary),
    });
    const id = `${deploymentId}|${RestApiId}`;
    at.made(id);
    await settleStage(properties, undefined, at);
    return { id, ref: deploymentId, attributes: { DeploymentId: deploymentId } };
  },
  read: async (id, at) => {
    const place = placeOf(id);
    const found = await unlessMissing(at.call(apigateway, "GetDeployment", place));
    return (
      found && {
        DeploymentId: place.deploymentId,
        RestApiId: place.restApiId,
        Description: found.description,
      }
    );
  },
  update: async (id, after, before, at) => {
    const place = placeOf(id);
    const patchOperations = replacements(
      { Description: after.Description },
      { Description: before.Description },
      { Description: "/description" },
    );
    if (patchOperations.length > 0) {
      await at.call(apigateway, "UpdateDeployment", { ...place, patchOperations });
    }
    if (after.StageName !== undefined && after.StageName !== before.StageName) {
      const { restApiId, deploymentId } = place;
      const there = await unlessMissing(
        at.call(apigateway, "GetStage", { restApiId, stageName: after.StageName }),
      );
      if (there === undefined) {
        await at.call(apigateway, "CreateStage", { restApiId, deploymentId, stageName: after.StageName });
      }
    }
    await settleStage(after, before, at);
    return undefined;
  },
  /** The stage that it made goes with it, unless that serves another deployment by now. */
  delete: async (id, { StageName: stageName }, at) => {
    const place = placeOf(id);
    if (stageName !== undefined) {
      const { restApiId } = place;
      const stage = await unlessMissing(at.call(apigateway, "GetStage", { restApiId, stageName }));
      if (stage?.deploymentId === place.deploymentId) {
        await unlessMissing(at.call(apigateway, "DeleteStage", { restApiId, stageName }));
      }
    }
    await at.call(apigateway, "DeleteDeployment", place);
  },
});
