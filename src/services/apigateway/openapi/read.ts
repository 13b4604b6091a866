// Reads a document as the description of a REST API, with AWS's extensions
// (docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html).

import type {
  DocumentationPartLocation,
  DocumentationPartType,
} from "../../../model/generated/apigateway.d.ts";
import { gatewayResponseStatuses } from "../apis/gateway-response-defaults.ts";
import type { ApiDescription, MethodDescription } from "./description.ts";
import {
  boolean,
  type Document,
  defined,
  followed,
  type Json,
  list,
  number,
  object,
  string,
  strings,
} from "./document.ts";
import { generalParts, mergedParts } from "./documentation.ts";
import { type Reading, readOperation } from "./operation.ts";
import { Schemas } from "./schemas.ts";
import { authorizersOf } from "./security.ts";

type Parameters = Readonly<Record<string, string>>;

const methods = ["get", "put", "post", "delete", "options", "head", "patch"];
const anyMethod = "x-amazon-apigateway-any-method";

/** `parameters` are those of the request: `basepath`, `endpointConfigurationTypes`, `ignore`. */
export function readDescription(document: Document, parameters: Parameters = {}): ApiDescription {
  const { root } = document;
  const info = object(root.info);
  const reading: Reading = { document, schemas: new Schemas(document), warnings: [], documentation: [] };
  const paths = readPaths(reading, baseOf(document, parameters.basepath ?? parameters.basePath));
  const documentation =
    parameters.ignore === "documentation" ? {} : object(root["x-amazon-apigateway-documentation"]);
  const policy = root["x-amazon-apigateway-policy"];
  const binary = root["x-amazon-apigateway-binary-media-types"];
  const keySource = string(root["x-amazon-apigateway-api-key-source"])?.toUpperCase();
  return defined({
    name: string(info.title),
    description: string(info.description),
    version: string(info.version),
    binaryMediaTypes: binary === undefined ? undefined : list(binary).map((each) => String(each)),
    minimumCompressionSize: number(root["x-amazon-apigateway-minimum-compression-size"]),
    apiKeySource: keySource === "HEADER" || keySource === "AUTHORIZER" ? keySource : undefined,
    ...endpointOf(document, parameters),
    policy: policy === undefined ? undefined : typeof policy === "string" ? policy : JSON.stringify(policy),
    authorizers: authorizersOf(document),
    requestValidators: Object.entries(object(root["x-amazon-apigateway-request-validators"])).map(
      ([name, given]) => ({
        name,
        validateRequestBody: boolean(object(given).validateRequestBody) ?? false,
        validateRequestParameters: boolean(object(given).validateRequestParameters) ?? false,
      }),
    ),
    gatewayResponses: readGatewayResponses(reading),
    documentationParts:
      parameters.ignore === "documentation"
        ? []
        : mergedParts([
            ...generalParts(document),
            ...reading.documentation,
            ...list(documentation.documentationParts).map((part) => ({
              location: locationOf(object(object(part).location)),
              properties: propertiesText(object(part).properties),
            })),
          ]),
    documentationVersion: string(documentation.version),
    paths,
    models: [...reading.schemas.models.values()],
    warnings: reading.warnings,
  });
}

function locationOf(given: Json): DocumentationPartLocation {
  return defined({
    type: string(given.type) as DocumentationPartType,
    path: string(given.path),
    method: string(given.method),
    statusCode: string(given.statusCode),
    name: string(given.name),
  });
}

function propertiesText(properties: unknown): string {
  return typeof properties === "string" ? properties : JSON.stringify(properties ?? {});
}

function endpointOf(
  { version, root }: Document,
  parameters: Parameters,
): Pick<ApiDescription, "endpointConfiguration" | "disableExecuteApiEndpoint"> {
  const extension = "x-amazon-apigateway-endpoint-configuration";
  const server =
    version === 3
      ? list(root.servers)
          .map(object)
          .find((each) => each[extension] !== undefined)
      : undefined;
  const given = object(root[extension] ?? server?.[extension]);
  const types = parameters.endpointConfigurationTypes ?? parameters.EndpointConfigurationTypes;
  const endpoints = list(given.vpcEndpointIds).map((each) => String(each));
  const wantedTypes = types === undefined ? list(given.types).map((each) => String(each)) : [types];
  const ipAddressType = string(given.ipAddressType) as "ipv4" | "dualstack" | undefined;
  const configuration = defined({
    types: wantedTypes.length === 0 ? undefined : (wantedTypes as "EDGE"[]),
    vpcEndpointIds: endpoints.length === 0 ? undefined : endpoints,
    ipAddressType,
  });
  return defined({
    endpointConfiguration: Object.keys(configuration).length === 0 ? undefined : configuration,
    disableExecuteApiEndpoint: boolean(given.disableExecuteApiEndpoint),
  });
}

/** What is written before every path: by default nothing of the document's base path. */
function baseOf(document: Document, mode = "ignore"): string {
  const base = basePathOf(document).replace(/\/+$/, "");
  if (mode === "prepend") return base;
  // The first segment is the stage's.
  return mode === "split" ? base.replace(/^\/[^/]+/, "") : "";
}

function basePathOf({ version, root }: Document): string {
  if (version === 2) return string(root.basePath) ?? "";
  const server = object(list(root.servers)[0]);
  const variables = object(server.variables);
  const url = (string(server.url) ?? "").replace(/\{([^}]+)\}/g, (_match, name: string) => {
    const value = string(object(variables[name]).default) ?? "";
    return name === "basePath" ? value.replace(/^\//, "") : value;
  });
  return url.replace(/^[a-z]+:\/\/[^/]*/i, "");
}

function readPaths(reading: Reading, base: string): ReadonlyMap<string, readonly MethodDescription[]> {
  const paths = new Map<string, readonly MethodDescription[]>();
  for (const [key, given] of Object.entries(object(reading.document.root.paths))) {
    if (!key.startsWith("/")) continue;
    const item = followed(reading.document, given);
    const path = `${base}${key}`.replace(/(?<=.)\/+$/, "") || "/";
    paths.set(path, [...(paths.get(path) ?? []), ...readItem(reading, path, item)]);
  }
  return paths;
}

function readItem(reading: Reading, path: string, item: Json): readonly MethodDescription[] {
  const shared = list(item.parameters);
  return [...methods, anyMethod]
    .filter((name) => item[name] !== undefined)
    .map((name) =>
      readOperation(
        reading,
        path,
        name === anyMethod ? "ANY" : name.toUpperCase(),
        shared,
        object(item[name]),
      ),
    );
}

function readGatewayResponses({ document, warnings }: Reading): ApiDescription["gatewayResponses"] {
  const given = object(document.root["x-amazon-apigateway-gateway-responses"]);
  return Object.entries(given).flatMap(([type, each]) => {
    if (!(type in gatewayResponseStatuses)) {
      warnings.push(`Unable to create gateway response '${type}': Invalid response type specified`);
      return [];
    }
    const responseType = type as keyof typeof gatewayResponseStatuses;
    const response = object(each);
    return [
      {
        responseType,
        statusCode: string(response.statusCode) ?? gatewayResponseStatuses[responseType],
        responseParameters: strings(response.responseParameters) ?? {},
        responseTemplates: strings(response.responseTemplates) ?? {},
      },
    ];
  });
}
