// A deployed API as an OpenAPI document, with as many of AWS's extensions as
// are asked for: what `read.ts` reads.

import { modelReferred, parseSchema } from "../apis/model-schema.ts";
import type { AuthorizerState, DocumentationVersionState } from "../apis/parts.ts";
import type { MethodState, ResourceState } from "../apis/resource.ts";
import type { ApiSnapshot } from "../deployments/snapshot.ts";
import { defined, type Json, object } from "./document.ts";
import { documented } from "./documentation.ts";
import { exportedIntegration } from "./export-integration.ts";

export interface ExportOptions {
  readonly version: 2 | 3;
  readonly integrations: boolean;
  readonly authorizers: boolean;
  /** All of AWS's extensions. */
  readonly everything: boolean;
  /** `abc.execute-api.us-east-1.amazonaws.com` */
  readonly host: string;
  readonly stageName: string;
  readonly documentation?: DocumentationVersionState | undefined;
}

interface Writing extends ExportOptions {
  readonly snapshot: ApiSnapshot;
  readonly authorizerNames: ReadonlyMap<string, string>;
  readonly validatorNames: ReadonlyMap<string, string>;
  readonly said: ReturnType<typeof documented>;
}

export function exportApi(snapshot: ApiSnapshot, options: ExportOptions): Json {
  const writing: Writing = {
    ...options,
    snapshot,
    authorizerNames: new Map(snapshot.authorizers.map(({ id, name }) => [id, name])),
    said: documented(options.documentation),
    validatorNames: new Map(snapshot.requestValidators.map(({ id, name }) => [id, name ?? id])),
  };
  const { api } = snapshot;
  const info = defined({
    title: api.name,
    description: api.description,
    ...object(writing.said({ type: "API" }).info),
    version: api.version ?? new Date(api.createdDate).toISOString().replace(/\.\d+Z$/, "Z"),
  });
  const paths = pathsOf(writing);
  const schemas = schemasOf(writing);
  const security = securitySchemes(writing);
  const rest = options.everything ? extensions(writing) : {};
  if (options.version === 2) {
    return defined({
      swagger: "2.0",
      info,
      host: options.host,
      basePath: `/${options.stageName}`,
      schemes: ["https"],
      paths,
      securityDefinitions: security,
      definitions: schemas,
      ...rest,
    });
  }
  const components = defined({ schemas, securitySchemes: security });
  return {
    openapi: "3.0.1",
    info,
    servers: [
      { url: `https://${options.host}/{basePath}`, variables: { basePath: { default: options.stageName } } },
    ],
    paths,
    components,
    ...rest,
  };
}

function extensions({ snapshot, documentation }: Writing): Json {
  const { api, requestValidators, gatewayResponses } = snapshot;
  return defined({
    "x-amazon-apigateway-api-key-source": api.apiKeySource === "HEADER" ? undefined : api.apiKeySource,
    "x-amazon-apigateway-binary-media-types": api.binaryMediaTypes,
    "x-amazon-apigateway-minimum-compression-size": api.minimumCompressionSize,
    "x-amazon-apigateway-policy": api.policy === undefined ? undefined : JSON.parse(api.policy),
    "x-amazon-apigateway-request-validators":
      requestValidators.length === 0
        ? undefined
        : Object.fromEntries(
            requestValidators.map(({ id, name, validateRequestBody, validateRequestParameters }) => [
              name ?? id,
              { validateRequestParameters, validateRequestBody },
            ]),
          ),
    "x-amazon-apigateway-gateway-responses":
      gatewayResponses.length === 0
        ? undefined
        : Object.fromEntries(
            gatewayResponses.map(({ responseType, statusCode, responseParameters, responseTemplates }) => [
              responseType,
              defined({ statusCode, responseParameters, responseTemplates }),
            ]),
          ),
    "x-amazon-apigateway-documentation": documentation && {
      version: documentation.version,
      createdDate: new Date(documentation.createdDate).toISOString(),
      documentationParts: documentation.parts.map(({ location, properties }) => ({
        location,
        properties: JSON.parse(properties),
      })),
    },
  });
}

function pathsOf(writing: Writing): Json {
  const resources = writing.snapshot.resources
    .filter(({ methods }) => Object.keys(methods).length > 0)
    .sort((one, other) => (one.path < other.path ? -1 : 1));
  return Object.fromEntries(
    resources.map((resource) => [
      resource.path,
      Object.fromEntries(
        Object.values(resource.methods).map((method) => [
          method.httpMethod === "ANY" ? "x-amazon-apigateway-any-method" : method.httpMethod.toLowerCase(),
          operationOf(writing, method, resource),
        ]),
      ),
    ]),
  );
}

function operationOf(writing: Writing, method: MethodState, resource: ResourceState): Json {
  const { version, validatorNames } = writing;
  const place = { path: resource.path, method: method.httpMethod };
  const bodySaid = writing.said({ type: "REQUEST_BODY", ...place });
  const models = Object.entries(method.requestModels ?? {});
  const responseTypes = Object.values(method.methodResponses ?? {}).flatMap((response) =>
    Object.keys(response.responseModels ?? {}),
  );
  const body = models[0]?.[1];
  const parameters = [
    ...parametersOf(writing, method, place),
    ...(version === 2 && body !== undefined
      ? [{ in: "body", name: body, ...bodySaid, required: true, schema: reference(writing, body) }]
      : []),
  ];
  const security = securityOf(writing, method);
  const validator = method.requestValidatorId && validatorNames.get(method.requestValidatorId);
  return defined({
    ...writing.said({ type: "METHOD", ...place }),
    operationId: method.operationName,
    ...(version === 2
      ? defined({
          consumes: models.length === 0 ? undefined : models.map(([type]) => type),
          produces: responseTypes.length === 0 ? undefined : [...new Set(responseTypes)],
        })
      : {}),
    parameters: parameters.length === 0 ? undefined : parameters,
    ...(version === 3 && models.length > 0
      ? { requestBody: { ...bodySaid, content: contentOf(writing, models), required: true } }
      : {}),
    responses: responsesOf(writing, method, place),
    security: security.length === 0 ? undefined : security,
    ...(writing.everything && validator ? { "x-amazon-apigateway-request-validator": validator } : {}),
    ...(writing.integrations && method.methodIntegration !== undefined
      ? { "x-amazon-apigateway-integration": exportedIntegration(method.methodIntegration, resource.id) }
      : {}),
  });
}

const places: Readonly<Record<string, string>> = { path: "path", querystring: "query", header: "header" };

interface Place {
  readonly path: string;
  readonly method: string;
}

const documentedAs = {
  path: "PATH_PARAMETER",
  querystring: "QUERY_PARAMETER",
  header: "REQUEST_HEADER",
} as const;

function parametersOf({ version, said }: Writing, method: MethodState, at: Place): readonly Json[] {
  return Object.entries(method.requestParameters ?? {}).flatMap(([expression, required]) => {
    const [, place = "", name = ""] =
      /^method\.request\.(?:multivalue)?([a-z]+)\.(.+)$/.exec(expression) ?? [];
    if (places[place] === undefined) return [];
    const type = version === 2 ? { type: "string" } : { schema: { type: "string" } };
    // A path's parameters are always there.
    const own = said({ type: documentedAs[place as keyof typeof documentedAs], ...at, name });
    return [{ name, in: places[place], ...own, required: required || place === "path", ...type }];
  });
}

function reference({ version }: Writing, model: string): Json {
  return { $ref: version === 2 ? `#/definitions/${model}` : `#/components/schemas/${model}` };
}

function contentOf(writing: Writing, models: readonly (readonly [string, string])[]): Json {
  return Object.fromEntries(models.map(([type, model]) => [type, { schema: reference(writing, model) }]));
}

function responsesOf(writing: Writing, { methodResponses = {} }: MethodState, at: Place): Json {
  return Object.fromEntries(
    Object.entries(methodResponses).map(([status, { responseModels = {}, responseParameters = {} }]) => {
      const models = Object.entries(responseModels);
      const place = { ...at, statusCode: status };
      const headers = Object.keys(responseParameters).map((expression) => {
        const name = expression.replace(/^method\.response\.header\./, "");
        const said = writing.said({ type: "RESPONSE_HEADER", ...place, name });
        const type = writing.version === 2 ? { type: "string" } : { schema: { type: "string" } };
        return [name, { ...said, ...type }];
      });
      const content =
        models.length === 0
          ? {}
          : writing.version === 2
            ? { schema: reference(writing, models[0]![1]) }
            : { content: contentOf(writing, models) };
      return [
        status,
        {
          description: `${status} response`,
          ...writing.said({ type: "RESPONSE", ...place }),
          ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
          ...content,
        },
      ];
    }),
  );
}

function securityOf({ authorizerNames }: Writing, method: MethodState): readonly Json[] {
  const { authorizationType, authorizerId, authorizationScopes, apiKeyRequired } = method;
  const authorizer = authorizerId === undefined ? undefined : authorizerNames.get(authorizerId);
  return [
    ...(authorizationType === "AWS_IAM" ? [{ sigv4: [] }] : []),
    ...(authorizer === undefined ? [] : [{ [authorizer]: authorizationScopes ?? [] }]),
    ...(apiKeyRequired ? [{ api_key: [] }] : []),
  ];
}

/** Those that some method asks for. */
function securitySchemes({ snapshot, authorizers }: Writing): Json | undefined {
  const methods = snapshot.resources.flatMap(({ methods }) => Object.values(methods));
  const used = new Set(methods.map(({ authorizerId }) => authorizerId));
  const schemes = [
    ...(methods.some(({ apiKeyRequired }) => apiKeyRequired)
      ? [["api_key", { type: "apiKey", name: "x-api-key", in: "header" }] as const]
      : []),
    ...(methods.some(({ authorizationType }) => authorizationType === "AWS_IAM")
      ? [
          [
            "sigv4",
            {
              type: "apiKey",
              name: "Authorization",
              in: "header",
              "x-amazon-apigateway-authtype": "awsSigv4",
            },
          ] as const,
        ]
      : []),
    ...snapshot.authorizers
      .filter(({ id }) => used.has(id))
      .map((each) => [each.name, schemeOf(each, authorizers)] as const),
  ];
  return schemes.length === 0 ? undefined : Object.fromEntries(schemes);
}

function schemeOf(authorizer: AuthorizerState, extended: boolean): Json {
  const { identitySource, type } = authorizer;
  const [, header] = /^method\.request\.header\.([^,\s]+)$/.exec(identitySource ?? "") ?? [];
  const scheme = { type: "apiKey", name: header ?? "Unused", in: "header" };
  if (!extended) return scheme;
  return {
    ...scheme,
    "x-amazon-apigateway-authtype": authorizer.authType,
    "x-amazon-apigateway-authorizer": defined({
      type: type.toLowerCase(),
      authorizerUri: authorizer.authorizerUri,
      authorizerCredentials: authorizer.authorizerCredentials,
      authorizerResultTtlInSeconds: authorizer.authorizerResultTtlInSeconds,
      identityValidationExpression: authorizer.identityValidationExpression,
      identitySource: type === "REQUEST" ? identitySource : undefined,
      providerARNs: authorizer.providerARNs,
    }),
  };
}

function schemasOf(writing: Writing): Json | undefined {
  const rewritten = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rewritten);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => {
        const model = key === "$ref" ? modelReferred(each) : undefined;
        return [key, model === undefined ? rewritten(each) : reference(writing, model).$ref];
      }),
    );
  };
  const schemas = writing.snapshot.models
    .filter(({ contentType }) => contentType.includes("json"))
    .map(({ name, schema = "{}" }) => {
      const { $schema: _dialect, ...own } = parseSchema(schema);
      return [name, rewritten(own)];
    });
  return schemas.length === 0 ? undefined : Object.fromEntries(schemas);
}
