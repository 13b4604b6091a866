// What stands beside the resources of an API in a template: models, request
// validators, gateway responses and documentation.

import { physicalName } from "../../../core/provision.ts";
import { defineResourceType, unlessMissing } from "../../../core/resource-type.ts";
import { apigateway } from "../model.ts";
import { replacements, textOf } from "./patches.ts";

/** `<api>|<rest>`, in two. */
function split(id: string): readonly [string, string] {
  const at = id.indexOf("|");
  return [id.slice(0, at), id.slice(at + 1)];
}

interface ModelProperties {
  readonly RestApiId: string;
  readonly Name?: string;
  readonly ContentType?: string;
  readonly Description?: string;
  readonly Schema?: unknown;
}

export const modelType = defineResourceType<ModelProperties>({
  type: "AWS::ApiGateway::Model",
  create: async ({ RestApiId, Name, ContentType, Description, Schema }, at) => {
    const name = Name ?? physicalName(at, 64, false).replace(/[^a-zA-Z0-9]/g, "");
    await at.call(apigateway, "CreateModel", {
      restApiId: RestApiId,
      name,
      contentType: ContentType ?? "application/json",
      description: Description,
      schema: textOf(Schema ?? {}),
    });
    return { id: `${RestApiId}|${name}`, ref: name };
  },
  read: async (id, at) => {
    const [restApiId, modelName] = split(id);
    const found = await unlessMissing(at.call(apigateway, "GetModel", { restApiId, modelName }));
    return (
      found && {
        RestApiId: restApiId,
        Name: modelName,
        ContentType: found.contentType,
        Description: found.description,
        Schema: found.schema,
      }
    );
  },
  update: async (id, after, before, at) => {
    const [restApiId, modelName] = split(id);
    const patchOperations = replacements(
      { Description: after.Description, Schema: after.Schema ?? {} },
      { Description: before.Description, Schema: before.Schema ?? {} },
      { Description: "/description", Schema: "/schema" },
    );
    await at.call(apigateway, "UpdateModel", { restApiId, modelName, patchOperations });
    return undefined;
  },
  delete: async (id, _properties, at) => {
    const [restApiId, modelName] = split(id);
    await at.call(apigateway, "DeleteModel", { restApiId, modelName });
  },
});

interface ValidatorProperties {
  readonly RestApiId: string;
  readonly Name?: string;
  readonly ValidateRequestBody?: boolean;
  readonly ValidateRequestParameters?: boolean;
}

export const requestValidatorType = defineResourceType<ValidatorProperties>({
  type: "AWS::ApiGateway::RequestValidator",
  create: async ({ RestApiId, Name, ValidateRequestBody, ValidateRequestParameters }, at) => {
    const { id = "" } = await at.call(apigateway, "CreateRequestValidator", {
      restApiId: RestApiId,
      name: Name,
      validateRequestBody: ValidateRequestBody,
      validateRequestParameters: ValidateRequestParameters,
    });
    return { id: `${RestApiId}|${id}`, ref: id, attributes: { RequestValidatorId: id } };
  },
  read: async (id, at) => {
    const [restApiId, requestValidatorId] = split(id);
    const found = await unlessMissing(
      at.call(apigateway, "GetRequestValidator", { restApiId, requestValidatorId }),
    );
    return (
      found && {
        RestApiId: restApiId,
        RequestValidatorId: requestValidatorId,
        Name: found.name,
        ValidateRequestBody: found.validateRequestBody,
        ValidateRequestParameters: found.validateRequestParameters,
      }
    );
  },
  update: async (id, after, before, at) => {
    const [restApiId, requestValidatorId] = split(id);
    const patchOperations = replacements(
      { ...after },
      { ...before },
      {
        ValidateRequestBody: "/validateRequestBody",
        ValidateRequestParameters: "/validateRequestParameters",
      },
      { ValidateRequestBody: "false", ValidateRequestParameters: "false" },
    );
    await at.call(apigateway, "UpdateRequestValidator", { restApiId, requestValidatorId, patchOperations });
    return undefined;
  },
  delete: async (id, _properties, at) => {
    const [restApiId, requestValidatorId] = split(id);
    await at.call(apigateway, "DeleteRequestValidator", { restApiId, requestValidatorId });
  },
});

interface GatewayResponseProperties {
  readonly RestApiId: string;
  readonly ResponseType: string;
  readonly StatusCode?: string;
  readonly ResponseParameters?: Readonly<Record<string, string>>;
  readonly ResponseTemplates?: Readonly<Record<string, string>>;
}

const responseInput = (properties: GatewayResponseProperties) => ({
  restApiId: properties.RestApiId,
  responseType: properties.ResponseType,
  statusCode: properties.StatusCode,
  responseParameters: properties.ResponseParameters,
  responseTemplates: properties.ResponseTemplates,
});

export const gatewayResponseType = defineResourceType<GatewayResponseProperties>({
  type: "AWS::ApiGateway::GatewayResponse",
  existing: async ({ RestApiId, ResponseType }, at) => {
    const found = await unlessMissing(
      at.call(apigateway, "GetGatewayResponse", {
        restApiId: RestApiId,
        responseType: ResponseType as "DEFAULT_4XX",
      }),
    );
    return found !== undefined && found.defaultResponse !== true ? `${RestApiId}|${ResponseType}` : undefined;
  },
  create: async (properties, at) => {
    await at.call(apigateway, "PutGatewayResponse", responseInput(properties));
    const id = `${properties.RestApiId}|${properties.ResponseType}`;
    return { id, attributes: { Id: id } };
  },
  read: async (id, at) => {
    const [restApiId, responseType] = split(id);
    const found = await unlessMissing(
      at.call(apigateway, "GetGatewayResponse", { restApiId, responseType: responseType as "DEFAULT_4XX" }),
    );
    if (found === undefined || found.defaultResponse === true) return undefined;
    return {
      Id: id,
      RestApiId: restApiId,
      ResponseType: responseType,
      StatusCode: found.statusCode,
      ResponseParameters: found.responseParameters,
      ResponseTemplates: found.responseTemplates,
    };
  },
  update: async (id, after, before, at) => {
    await at.call(apigateway, "PutGatewayResponse", responseInput(after));
    if (after.ResponseType === before.ResponseType) return undefined;
    const made = `${after.RestApiId}|${after.ResponseType}`;
    return made === id ? undefined : { id: made, attributes: { Id: made } };
  },
  delete: async (id, _properties, at) => {
    const [restApiId, responseType] = split(id);
    await at.call(apigateway, "DeleteGatewayResponse", { restApiId, responseType });
  },
});

interface PartProperties {
  readonly RestApiId: string;
  readonly Properties: string;
  readonly Location: {
    readonly Type?: string;
    readonly Path?: string;
    readonly Method?: string;
    readonly StatusCode?: string;
    readonly Name?: string;
  };
}

/** Cloud Control names these by their own id before the API's. */
function reversed(id: string): readonly [string, string] {
  const [own, api] = split(id);
  return [api, own];
}

export const documentationPartType = defineResourceType<PartProperties>({
  type: "AWS::ApiGateway::DocumentationPart",
  create: async ({ RestApiId, Properties, Location }, at) => {
    const { id = "" } = await at.call(apigateway, "CreateDocumentationPart", {
      restApiId: RestApiId,
      properties: Properties,
      location: {
        type: Location.Type,
        path: Location.Path,
        method: Location.Method,
        statusCode: Location.StatusCode,
        name: Location.Name,
      },
    });
    return { id: `${id}|${RestApiId}`, ref: id, attributes: { DocumentationPartId: id } };
  },
  read: async (id, at) => {
    const [restApiId, documentationPartId] = reversed(id);
    const found = await unlessMissing(
      at.call(apigateway, "GetDocumentationPart", { restApiId, documentationPartId }),
    );
    if (found === undefined) return undefined;
    const { type, path, method, statusCode, name } = found.location ?? {};
    return {
      RestApiId: restApiId,
      DocumentationPartId: documentationPartId,
      Properties: found.properties,
      Location: { Type: type, Path: path, Method: method, StatusCode: statusCode, Name: name },
    };
  },
  update: async (id, after, before, at) => {
    const [restApiId, documentationPartId] = reversed(id);
    const patchOperations = replacements({ ...after }, { ...before }, { Properties: "/properties" });
    await at.call(apigateway, "UpdateDocumentationPart", { restApiId, documentationPartId, patchOperations });
    return undefined;
  },
  delete: async (id, _properties, at) => {
    const [restApiId, documentationPartId] = reversed(id);
    await at.call(apigateway, "DeleteDocumentationPart", { restApiId, documentationPartId });
  },
});

interface VersionProperties {
  readonly RestApiId: string;
  readonly DocumentationVersion: string;
  readonly Description?: string;
}

export const documentationVersionType = defineResourceType<VersionProperties>({
  type: "AWS::ApiGateway::DocumentationVersion",
  create: async ({ RestApiId, DocumentationVersion, Description }, at) => {
    await at.call(apigateway, "CreateDocumentationVersion", {
      restApiId: RestApiId,
      documentationVersion: DocumentationVersion,
      description: Description,
    });
    return { id: `${DocumentationVersion}|${RestApiId}`, ref: DocumentationVersion };
  },
  read: async (id, at) => {
    const [restApiId, documentationVersion] = reversed(id);
    const found = await unlessMissing(
      at.call(apigateway, "GetDocumentationVersion", { restApiId, documentationVersion }),
    );
    return (
      found && {
        RestApiId: restApiId,
        DocumentationVersion: documentationVersion,
        Description: found.description,
      }
    );
  },
  update: async (id, after, before, at) => {
    const [restApiId, documentationVersion] = reversed(id);
    const patchOperations = replacements({ ...after }, { ...before }, { Description: "/description" });
    await at.call(apigateway, "UpdateDocumentationVersion", {
      restApiId,
      documentationVersion,
      patchOperations,
    });
    return undefined;
  },
  delete: async (id, _properties, at) => {
    const [restApiId, documentationVersion] = reversed(id);
    await at.call(apigateway, "DeleteDocumentationVersion", { restApiId, documentationVersion });
  },
});
