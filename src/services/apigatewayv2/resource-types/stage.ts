// AWS::ApiGatewayV2::Stage, and the overrides of what quick create made.

import {
  defineResourceType,
  type Properties,
  type ResourceContext,
  ResourceFailure,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { apigatewayv2 } from "../model.ts";
import { defaultStage, stageArn } from "../records/stage.ts";
import { changesOf } from "./change.ts";
import { applyTags, type TagMap } from "./tags.ts";

interface StageProperties {
  readonly ApiId: string;
  readonly StageName: string;
  readonly AccessLogSettings?: Properties;
  readonly DefaultRouteSettings?: Properties;
  readonly RouteSettings?: Readonly<Record<string, Properties>>;
  readonly Tags?: TagMap;
  readonly [name: string]: unknown;
}

export const stageType = defineResourceType<StageProperties>({
  type: "AWS::ApiGatewayV2::Stage",
  unsupported: ["AccessPolicyId"],
  create: async (properties, at) => {
    await at.call(apigatewayv2, "CreateStage", properties);
    return { id: properties.StageName };
  },
  read: async (StageName, at, { ApiId }) => {
    const found = await unlessMissing(at.call(apigatewayv2, "GetStage", { ApiId, StageName }));
    return found === undefined ? undefined : { ...found, ApiId };
  },
  update: async (StageName, after, before, at) => {
    const { ApiId } = after;
    await updateStage({ ApiId, StageName }, after, before, at);
    await applyTags(at, stageArn(at, ApiId, StageName), after.Tags, before.Tags);
    return undefined;
  },
  delete: async (StageName, { ApiId }, at) => {
    await at.call(apigatewayv2, "DeleteStage", { ApiId, StageName });
  },
  identifier: (StageName, { ApiId }) => `${ApiId}|${StageName}`,
});

type StageAddress = Pick<StageProperties, "ApiId" | "StageName">;

async function updateStage(
  address: StageAddress,
  after: Properties,
  before: Properties,
  at: ResourceContext,
): Promise<void> {
  const { AccessLogSettings, Tags: _tags, ...settings } = after;
  const { AccessLogSettings: logsBefore, Tags: _tagsBefore, ...settingsBefore } = before;
  const changes = changesOf(settings, settingsBefore);
  await at.call(apigatewayv2, "UpdateStage", {
    ...changes,
    ...(AccessLogSettings === undefined ? {} : { AccessLogSettings }),
    ...address,
  });
  if (AccessLogSettings === undefined && logsBefore !== undefined) {
    await at.call(apigatewayv2, "DeleteAccessLogSettings", address);
  }
}

interface OverrideProperties {
  readonly ApiId: string;
  readonly Integration?: Properties;
  readonly Route?: Properties;
  readonly Stage?: Properties;
}

/** The parts of an API that quick create made. */
async function managedParts(ApiId: string, at: ResourceContext) {
  const { Items: routes = [] } = await at.ctx.call(apigatewayv2, "GetRoutes", { ApiId });
  const { Items: integrations = [] } = await at.ctx.call(apigatewayv2, "GetIntegrations", { ApiId });
  const route = routes.find(({ ApiGatewayManaged }) => ApiGatewayManaged === true);
  const integration = integrations.find(({ ApiGatewayManaged }) => ApiGatewayManaged === true);
  if (route === undefined || integration === undefined) {
    throw new ResourceFailure(`The API ${ApiId} was not made by quick create: there is nothing to override.`);
  }
  return { RouteId: route.RouteId, IntegrationId: integration.IntegrationId };
}

async function override(after: OverrideProperties, before: OverrideProperties, at: ResourceContext) {
  const { ApiId } = after;
  const { RouteId, IntegrationId } = await managedParts(ApiId, at);
  const integration = changesOf(after.Integration ?? {}, before.Integration ?? {}, {
    TimeoutInMillis: 30_000,
  });
  const route = changesOf(after.Route ?? {}, before.Route ?? {}, { AuthorizationType: "NONE" });
  await at.call(apigatewayv2, "UpdateIntegration", { ...integration, ApiId, IntegrationId });
  const { Target, ...routeChanges } = route;
  // The target may be a bare id.
  const target = typeof Target === "string" && Target !== "" ? { Target } : {};
  await at.call(apigatewayv2, "UpdateRoute", { ...routeChanges, ...target, ApiId, RouteId });
  await updateStage({ ApiId, StageName: defaultStage }, after.Stage ?? {}, before.Stage ?? {}, at);
}

export const overridesType = defineResourceType<OverrideProperties>({
  type: "AWS::ApiGatewayV2::ApiGatewayManagedOverrides",
  create: async (properties, at) => {
    await override(properties, { ApiId: properties.ApiId }, at);
    return { id: properties.ApiId, attributes: { Id: properties.ApiId } };
  },
  read: async (ApiId, at) => {
    const found = await unlessMissing(at.call(apigatewayv2, "GetApi", { ApiId }));
    return found === undefined ? undefined : { ApiId, Id: ApiId };
  },
  update: async (_id, after, before, at) => {
    await override(after, before, at);
    return undefined;
  },
  // AWS leaves what was overridden as it is.
  delete: async () => undefined,
});
