// One operation of a document: parameters, bodies, responses, and the
// integration that its extension describes.

import type {
  Integration,
  IntegrationResponse,
  IntegrationType,
  MethodResponse,
} from "../../../model/generated/apigateway.d.ts";
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
import { methodParts } from "./documentation.ts";
import type { Schemas } from "./schemas.ts";
import { securityOf } from "./security.ts";

export interface Reading {
  readonly document: Document;
  readonly schemas: Schemas;
  readonly warnings: string[];
  /** What the document says of what was read, for people. */
  readonly documentation: ApiDescription["documentationParts"][number][];
}

export function readOperation(
  reading: Reading,
  path: string,
  httpMethod: string,
  shared: readonly unknown[],
  operation: Json,
): MethodDescription {
  const { document } = reading;
  reading.documentation.push(...methodParts(document, path, httpMethod, operation));
  const parameters = parametersOf(document, [...shared, ...list(operation.parameters)]);
  return defined({
    httpMethod,
    ...securityOf(document, operation),
    operationName: string(operation.operationId),
    requestParameters: requestParameters(parameters),
    requestModels: requestModels(reading, operation, parameters),
    requestValidator: string(
      operation["x-amazon-apigateway-request-validator"] ??
        document.root["x-amazon-apigateway-request-validator"],
    ),
    methodResponses: methodResponses(reading, path, httpMethod, operation),
    integration: integrationOf(document, operation["x-amazon-apigateway-integration"]),
  });
}

/** Those of the operation over those of its path. */
function parametersOf(document: Document, given: readonly unknown[]): readonly Json[] {
  const byName = new Map<string, Json>();
  for (const each of given) {
    const parameter = followed(document, each);
    byName.set(`${string(parameter.in)} ${string(parameter.name)}`, parameter);
  }
  return [...byName.values()];
}

const places: Readonly<Record<string, string>> = { path: "path", query: "querystring", header: "header" };

function requestParameters(parameters: readonly Json[]): Readonly<Record<string, boolean>> | undefined {
  const entries = parameters.flatMap((parameter) => {
    const place = places[string(parameter.in) ?? ""];
    return place === undefined
      ? []
      : [
          [
            `method.request.${place}.${string(parameter.name)}`,
            boolean(parameter.required) ?? false,
          ] as const,
        ];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function requestModels(
  { document, schemas }: Reading,
  operation: Json,
  parameters: readonly Json[],
): Readonly<Record<string, string>> | undefined {
  const contents: [string, unknown][] =
    document.version === 3
      ? Object.entries(object(followed(document, operation.requestBody).content)).map(([type, media]) => [
          type,
          object(media).schema,
        ])
      : mediaTypes(operation.consumes ?? document.root.consumes).map((type) => [
          type,
          parameters.find((parameter) => parameter.in === "body")?.schema,
        ]);
  return modelsOf(schemas, contents);
}

function modelsOf(
  schemas: Schemas,
  contents: readonly (readonly [string, unknown])[],
): Readonly<Record<string, string>> | undefined {
  const entries = contents.flatMap(([type, schema]) => {
    const model = schemas.modelOf(schema);
    return model === undefined ? [] : [[type, model] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function mediaTypes(given: unknown): readonly string[] {
  const types = list(given).map((each) => String(each));
  return types.length === 0 ? ["application/json"] : types;
}

function methodResponses(
  { document, schemas, warnings }: Reading,
  path: string,
  httpMethod: string,
  operation: Json,
): Readonly<Record<string, MethodResponse>> | undefined {
  const entries = Object.entries(object(operation.responses)).flatMap(([statusCode, given]) => {
    if (!/^[1-5]\d\d$/.test(statusCode)) {
      if (!statusCode.startsWith("x-")) {
        warnings.push(
          `Unable to create response '${statusCode}' for method '${httpMethod} ${path}': Invalid status code specified`,
        );
      }
      return [];
    }
    const response = followed(document, given);
    const headers = Object.keys(object(response.headers)).map((name) => [
      `method.response.header.${name}`,
      false,
    ]);
    const contents: [string, unknown][] =
      document.version === 3
        ? Object.entries(object(response.content)).map(([type, media]) => [type, object(media).schema])
        : mediaTypes(operation.produces ?? document.root.produces).map((type) => [type, response.schema]);
    const found: MethodResponse = defined({
      statusCode,
      responseParameters: headers.length === 0 ? undefined : Object.fromEntries(headers),
      responseModels: modelsOf(schemas, contents),
    });
    return [[statusCode, found] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function integrationOf(document: Document, given: unknown): Integration | undefined {
  // Integrations may be shared among operations by reference.
  const found = followed(document, given);
  if (Object.keys(found).length === 0) return undefined;
  const responses = Object.entries(object(found.responses)).map(([pattern, each]) =>
    integrationResponse(pattern, object(each)),
  );
  return defined({
    type: string(found.type)?.toUpperCase() as IntegrationType,
    httpMethod: string(found.httpMethod)?.toUpperCase(),
    uri: string(found.uri),
    credentials: string(found.credentials),
    connectionType: string(found.connectionType)?.toUpperCase() as Integration["connectionType"],
    connectionId: string(found.connectionId),
    requestParameters: strings(found.requestParameters),
    requestTemplates: strings(found.requestTemplates),
    passthroughBehavior: string(found.passthroughBehavior)?.toUpperCase(),
    contentHandling: string(found.contentHandling)?.toUpperCase() as Integration["contentHandling"],
    timeoutInMillis: number(found.timeoutInMillis),
    cacheNamespace: string(found.cacheNamespace),
    cacheKeyParameters:
      found.cacheKeyParameters === undefined
        ? undefined
        : list(found.cacheKeyParameters).map((each) => String(each)),
    tlsConfig: found.tlsConfig === undefined ? undefined : tlsOf(object(found.tlsConfig)),
    responseTransferMode: string(
      found.responseTransferMode,
    )?.toUpperCase() as Integration["responseTransferMode"],
    integrationTarget: string(found.integrationTarget),
    integrationResponses:
      responses.length === 0
        ? undefined
        : Object.fromEntries(responses.map((each) => [each.statusCode ?? "200", each])),
  });
}

function tlsOf(given: Json): Integration["tlsConfig"] {
  return { insecureSkipVerification: boolean(given.insecureSkipVerification) ?? false };
}

function integrationResponse(pattern: string, given: Json): IntegrationResponse {
  return defined({
    statusCode: string(given.statusCode) ?? "200",
    selectionPattern: pattern === "default" ? undefined : pattern,
    responseParameters: strings(given.responseParameters),
    responseTemplates: strings(given.responseTemplates),
    contentHandling: string(given.contentHandling)?.toUpperCase() as IntegrationResponse["contentHandling"],
  });
}
