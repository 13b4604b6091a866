// AWS::ApiGateway::Resource and Method: a path part, and what it answers to.

import {
  defineResourceType,
  type Properties,
  type ResourceContext,
  unlessMissing,
} from "../../../core/resource-type.ts";
import type { Integration } from "../../../model/generated/apigateway.d.ts";
import { apigateway } from "../model.ts";
import { lowered, raised, replacements } from "./patches.ts";

interface ResourceProperties {
  readonly RestApiId: string;
  readonly ParentId: string;
  readonly PathPart: string;
}

export const resourceType = defineResourceType<ResourceProperties>({
  type: "AWS::ApiGateway::Resource",
  create: async ({ RestApiId, ParentId, PathPart }, at) => {
    const { id = "" } = await at.call(apigateway, "CreateResource", {
      restApiId: RestApiId,
      parentId: ParentId,
      pathPart: PathPart,
    });
    return { id, attributes: { ResourceId: id } };
  },
  read: async (resourceId, at, { RestApiId }) => {
    const found = await unlessMissing(
      at.call(apigateway, "GetResource", { restApiId: RestApiId, resourceId }),
    );
    return found && { ResourceId: resourceId, RestApiId, ParentId: found.parentId, PathPart: found.pathPart };
  },
  delete: async (resourceId, { RestApiId }, at) => {
    await at.call(apigateway, "DeleteResource", { restApiId: RestApiId, resourceId });
  },
  identifier: (id, { RestApiId }) => `${RestApiId}|${id}`,
});

interface MethodProperties {
  readonly RestApiId: string;
  readonly ResourceId: string;
  readonly HttpMethod: string;
  readonly AuthorizationType?: string;
  readonly AuthorizationScopes?: readonly string[];
  readonly AuthorizerId?: string;
  readonly ApiKeyRequired?: boolean;
  readonly OperationName?: string;
  readonly RequestModels?: Readonly<Record<string, string>>;
  readonly RequestParameters?: Readonly<Record<string, boolean | string>>;
  readonly RequestValidatorId?: string;
  readonly MethodResponses?: readonly {
    readonly StatusCode: string;
    readonly ResponseModels?: Readonly<Record<string, string>>;
    readonly ResponseParameters?: Readonly<Record<string, boolean | string>>;
  }[];
  readonly Integration?: Properties & {
    readonly Type: string;
    readonly IntegrationResponses?: readonly Properties[];
  };
}

/** A template may write flags as text. */
function flags(given: Readonly<Record<string, boolean | string>> | undefined) {
  return (
    given && Object.fromEntries(Object.entries(given).map(([name, each]) => [name, String(each) === "true"]))
  );
}

/** The operations' own names for an integration's properties; maps are left as they are. */
function integrationInput(integration: NonNullable<MethodProperties["Integration"]>): Properties {
  const { IntegrationResponses: _responses, RequestParameters, RequestTemplates, ...rest } = integration;
  return {
    ...(lowered(rest) as Properties),
    requestParameters: RequestParameters,
    requestTemplates: RequestTemplates,
  };
}

/** An integration as a template writes it. */
function shownIntegration({ httpMethod, integrationResponses, ...rest }: Integration): Properties {
  return {
    ...raised(rest),
    IntegrationHttpMethod: httpMethod,
    IntegrationResponses: integrationResponses && Object.values(integrationResponses).map(raised),
  };
}

async function put(properties: MethodProperties, at: ResourceContext): Promise<void> {
  const { RestApiId: restApiId, ResourceId: resourceId, HttpMethod: httpMethod } = properties;
  const method = { restApiId, resourceId, httpMethod };
  await at.call(apigateway, "PutMethod", {
    ...method,
    authorizationType: properties.AuthorizationType ?? "NONE",
    authorizationScopes: properties.AuthorizationScopes,
    authorizerId: properties.AuthorizerId,
    apiKeyRequired: properties.ApiKeyRequired,
    operationName: properties.OperationName,
    requestModels: properties.RequestModels,
    requestParameters: flags(properties.RequestParameters),
    requestValidatorId: properties.RequestValidatorId,
  });
  at.made(idOf(properties));
  for (const { StatusCode, ResponseModels, ResponseParameters } of properties.MethodResponses ?? []) {
    await at.call(apigateway, "PutMethodResponse", {
      ...method,
      statusCode: StatusCode,
      responseModels: ResponseModels,
      responseParameters: flags(ResponseParameters),
    });
  }
  const { Integration } = properties;
  if (Integration === undefined) return;
  await at.call(apigateway, "PutIntegration", { ...method, ...integrationInput(Integration) });
  for (const response of Integration.IntegrationResponses ?? []) {
    await at.call(apigateway, "PutIntegrationResponse", {
      ...method,
      statusCode: response.StatusCode,
      selectionPattern: response.SelectionPattern,
      contentHandling: response.ContentHandling,
      responseParameters: response.ResponseParameters,
      responseTemplates: response.ResponseTemplates,
    });
  }
}

const idOf = ({ RestApiId, ResourceId, HttpMethod }: MethodProperties): string =>
  `${RestApiId}|${ResourceId}|${HttpMethod}`;

function placeOf(id: string) {
  const [restApiId = "", resourceId = "", httpMethod = ""] = id.split("|");
  return { restApiId, resourceId, httpMethod };
}

export const methodType = defineResourceType<MethodProperties>({
  type: "AWS::ApiGateway::Method",
  create: async (properties, at) => {
    await put(properties, at);
    return { id: idOf(properties) };
  },
  read: async (id, at) => {
    const place = placeOf(id);
    const found = await unlessMissing(at.call(apigateway, "GetMethod", place));
    if (found === undefined) return undefined;
    return {
      RestApiId: place.restApiId,
      ResourceId: place.resourceId,
      HttpMethod: place.httpMethod,
      AuthorizationType: found.authorizationType,
      AuthorizationScopes: found.authorizationScopes,
      AuthorizerId: found.authorizerId,
      ApiKeyRequired: found.apiKeyRequired,
      OperationName: found.operationName,
      RequestModels: found.requestModels,
      RequestParameters: found.requestParameters,
      RequestValidatorId: found.requestValidatorId,
      MethodResponses: found.methodResponses && Object.values(found.methodResponses).map(raised),
      Integration: found.methodIntegration && shownIntegration(found.methodIntegration),
    };
  },
  // A method is small, and nobody is served by it before the next deployment: it is made anew.
  update: async (id, after, _before, at) => {
    await unlessMissing(at.call(apigateway, "DeleteMethod", placeOf(id)));
    await put(after, at);
    return undefined;
  },
  delete: async (id, _properties, at) => {
    await at.call(apigateway, "DeleteMethod", placeOf(id));
  },
});

interface AuthorizerProperties {
  readonly RestApiId: string;
  readonly Name: string;
  readonly Type: string;
  readonly ProviderARNs?: readonly string[];
  readonly [name: string]: unknown;
}

const authorizerPaths = {
  Name: "/name",
  Type: "/type",
  AuthorizerUri: "/authorizerUri",
  AuthorizerCredentials: "/authorizerCredentials",
  AuthorizerResultTtlInSeconds: "/authorizerResultTtlInSeconds",
  AuthType: "/authType",
  IdentitySource: "/identitySource",
  IdentityValidationExpression: "/identityValidationExpression",
};

export const authorizerType = defineResourceType<AuthorizerProperties>({
  type: "AWS::ApiGateway::Authorizer",
  create: async ({ ProviderARNs, ...properties }, at) => {
    const { id = "" } = await at.call(apigateway, "CreateAuthorizer", {
      ...(lowered(properties) as Properties),
      providerARNs: ProviderARNs,
    });
    return { id, attributes: { AuthorizerId: id } };
  },
  read: async (authorizerId, at, { RestApiId }) => {
    const found = await unlessMissing(
      at.call(apigateway, "GetAuthorizer", { restApiId: RestApiId, authorizerId }),
    );
    return (
      found && {
        RestApiId,
        AuthorizerId: authorizerId,
        Name: found.name,
        Type: found.type,
        AuthType: found.authType,
        AuthorizerUri: found.authorizerUri,
        AuthorizerCredentials: found.authorizerCredentials,
        AuthorizerResultTtlInSeconds: found.authorizerResultTtlInSeconds,
        IdentitySource: found.identitySource,
        IdentityValidationExpression: found.identityValidationExpression,
        ProviderARNs: found.providerARNs,
      }
    );
  },
  update: async (authorizerId, after, before, at) => {
    const { ProviderARNs: wanted = [], RestApiId: restApiId } = after;
    const old = before.ProviderARNs ?? [];
    const path = "/providerARNs";
    const patchOperations = [
      ...wanted.filter((arn) => !old.includes(arn)).map((value) => ({ op: "add", path, value })),
      ...old.filter((arn) => !wanted.includes(arn)).map((value) => ({ op: "remove", path, value })),
      ...replacements(after, before, authorizerPaths, {
        AuthorizerResultTtlInSeconds: "300",
        AuthType: "custom",
      }),
    ];
    await at.call(apigateway, "UpdateAuthorizer", { restApiId, authorizerId, patchOperations });
    return undefined;
  },
  delete: async (authorizerId, { RestApiId }, at) => {
    await at.call(apigateway, "DeleteAuthorizer", { restApiId: RestApiId, authorizerId });
  },
  identifier: (id, { RestApiId }) => `${RestApiId}|${id}`,
});
