// AWS::ApiGatewayV2::Route, Integration, Authorizer, Model, RouteResponse,
// IntegrationResponse and Deployment: what an API is made of.

import { defineResourceType, type Properties, unlessMissing } from "../../../core/resource-type.ts";
import { apigatewayv2, type Input } from "../model.ts";
import { changesOf, type Emptied } from "./change.ts";

interface PartProperties {
  readonly ApiId: string;
  readonly RouteId?: string;
  readonly IntegrationId?: string;
  readonly [name: string]: unknown;
}

type Part =
  | "Route"
  | "Integration"
  | "Authorizer"
  | "Model"
  | "RouteResponse"
  | "IntegrationResponse"
  | "Deployment";

interface PartOptions {
  /** A parent beside the API: `RouteId`. */
  readonly parent?: "RouteId" | "IntegrationId";
  /** From the template's shape to the operation's. */
  readonly input?: (properties: PartProperties) => PartProperties;
  readonly emptied?: Emptied;
}

function partType(part: Part, options: PartOptions = {}) {
  const { parent, input = (properties) => properties, emptied = {} } = options;
  const idName = `${part}Id`;
  const address = (id: string, properties: PartProperties): Properties => ({
    ApiId: properties.ApiId,
    ...(parent === undefined ? {} : { [parent]: properties[parent] }),
    [idName]: id,
  });
  return defineResourceType<PartProperties>({
    type: `AWS::ApiGatewayV2::${part}`,
    create: async (properties, at) => {
      const made = (await at.call(apigatewayv2, `Create${part}`, input(properties))) as Properties;
      const id = String(made[idName]);
      return { id, attributes: { [idName]: id } };
    },
    read: async (id, at, properties) => {
      const read = at.call(apigatewayv2, `Get${part}`, address(id, properties));
      const found = await unlessMissing(read);
      return found === undefined ? undefined : { ...found, ...address(id, properties) };
    },
    update: async (id, after, before, at) => {
      const { ApiId: _api, ...changes } = changesOf(input(after), input(before), emptied);
      await at.call(apigatewayv2, `Update${part}`, { ...changes, ...address(id, after) });
      return undefined;
    },
    delete: async (id, properties, at) => {
      await at.call(apigatewayv2, `Delete${part}`, address(id, properties));
    },
    identifier: (id, { ApiId, RouteId, IntegrationId }) => {
      if (part === "Authorizer") return `${id}|${ApiId}`;
      const parentId = parent === undefined ? "" : `|${parent === "RouteId" ? RouteId : IntegrationId}`;
      return `${ApiId}${parentId}|${id}`;
    },
  });
}

export const routeType = partType("Route", { emptied: { AuthorizationType: "NONE" } });

interface SourceAndDestination {
  readonly Destination: string;
  readonly Source: string;
}

/** Templates write the response's mapping as a list of pairs. */
function integrationInput(properties: PartProperties): PartProperties {
  const { ResponseParameters } = properties as {
    readonly ResponseParameters?: Readonly<
      Record<string, { readonly ResponseParameters?: readonly SourceAndDestination[] }>
    >;
  };
  if (ResponseParameters === undefined) return properties;
  return {
    ...properties,
    ResponseParameters: Object.fromEntries(
      Object.entries(ResponseParameters).map(([status, { ResponseParameters: pairs = [] }]) => [
        status,
        Object.fromEntries(pairs.map(({ Destination, Source }) => [Destination, Source])),
      ]),
    ),
  };
}

export const integrationType = partType("Integration", {
  input: integrationInput,
  emptied: { ConnectionType: "INTERNET", TimeoutInMillis: 30_000 },
});

export const authorizerType = partType("Authorizer", {
  input: (properties) => ({ ...properties, IdentitySource: properties.IdentitySource ?? [] }),
  emptied: { AuthorizerResultTtlInSeconds: 300 },
});

export const modelType = partType("Model", {
  input: (properties) => {
    const { Schema } = properties;
    return { ...properties, Schema: typeof Schema === "string" ? Schema : JSON.stringify(Schema) };
  },
});

export const routeResponseType = partType("RouteResponse", { parent: "RouteId" });
export const integrationResponseType = partType("IntegrationResponse", { parent: "IntegrationId" });

export const deploymentType = defineResourceType<PartProperties & { readonly StageName?: string }>({
  ...partType("Deployment"),
  update: async (DeploymentId, { ApiId, Description, StageName }, before, at) => {
    await at.call(apigatewayv2, "UpdateDeployment", { ApiId, DeploymentId, Description: Description ?? "" });
    if (StageName !== undefined && StageName !== before.StageName) {
      await at.call(apigatewayv2, "UpdateStage", { ApiId, StageName, DeploymentId });
    }
    return undefined;
  },
  delete: async (DeploymentId, { ApiId, StageName }, at) => {
    // A stage that the deployment was made for is served by another by now, or goes with the API.
    const input: Input<"GetStage"> = { ApiId, StageName: StageName ?? "" };
    const stage = StageName && (await unlessMissing(at.ctx.call(apigatewayv2, "GetStage", input)));
    if (stage && stage.DeploymentId === DeploymentId) {
      await at.call(apigatewayv2, "UpdateStage", { ...input, DeploymentId: "" });
    }
    await at.call(apigatewayv2, "DeleteDeployment", { ApiId, DeploymentId });
  },
});
