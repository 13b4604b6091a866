// Makes an API what a description says: into what is there, or in its place.

import type { Part } from "../../../base/tuple.ts";
import { Fault } from "../../../core/fault.ts";
import type { Resource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { checkIntegration, completeIntegration } from "../apis/integration.ts";
import { checkRequestMappings, checkResponseMappings } from "../apis/mapping.ts";
import {
  AuthorizerRecord,
  DocumentationPartRecord,
  DocumentationVersionRecord,
  GatewayResponseRecord,
  type GatewayResponseState,
  ModelRecord,
  type ModelState,
  RequestValidatorRecord,
} from "../apis/parts.ts";
import { type MethodState, ResourceRecord, type ResourceState } from "../apis/resource.ts";
import type { RestApiState } from "../apis/rest-api.ts";
import { badRequest, dateOf } from "../model.ts";
import { newAuthorizer } from "../operations/authorizers.ts";
import { newPart, sameLocation } from "../operations/documentation.ts";
import { checkResponse } from "../operations/gateway-responses.ts";
import { checkSelectionPattern } from "../operations/integrations.ts";
import { checkModel } from "../operations/models.ts";
import { checkPathPart } from "../operations/resources.ts";
import type { ApiDescription, MethodDescription } from "./description.ts";
import { defined } from "./document.ts";
import { schemaWithin } from "./schemas.ts";

export type Mode = "merge" | "overwrite";

/** Collects what could not be done, so that all of it is told at once. */
class Errors {
  readonly #found: string[] = [];

  attempt(what: string, body: () => void): void {
    try {
      body();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#found.push(`${what}: ${error.message}`);
    }
  }

  raise(): void {
    if (this.#found.length === 0) return;
    throw badRequest(`Errors found during import:\n\t${this.#found.join("\n\t")}`);
  }
}

/** The API's own settings as the description has them; in `overwrite`, what it leaves out goes back to the default. */
export function describedSettings(api: RestApiState, description: ApiDescription, mode: Mode): RestApiState {
  const { binaryMediaTypes: _b, minimumCompressionSize: _m, policy: _p, ...kept } = api;
  const base: RestApiState =
    mode === "merge" ? api : { ...kept, apiKeySource: "HEADER", disableExecuteApiEndpoint: false };
  return {
    ...base,
    name: description.name ?? api.name,
    description: description.description ?? base.description,
    version: description.version ?? base.version,
    binaryMediaTypes: description.binaryMediaTypes ?? base.binaryMediaTypes,
    minimumCompressionSize: description.minimumCompressionSize ?? base.minimumCompressionSize,
    apiKeySource: description.apiKeySource ?? base.apiKeySource,
    disableExecuteApiEndpoint: description.disableExecuteApiEndpoint ?? base.disableExecuteApiEndpoint,
    policy: description.policy ?? base.policy,
    endpointConfiguration: { ...api.endpointConfiguration, ...description.endpointConfiguration },
  };
}

export async function applyDescription(
  tx: Transaction,
  api: RestApiState,
  description: ApiDescription,
  mode: Mode,
): Promise<void> {
  const errors = new Errors();
  if (mode === "overwrite") {
    await clear(tx, ModelRecord, api.id);
    await clear(tx, GatewayResponseRecord, api.id);
  }
  applyModels(tx, api, description, errors);
  applyGatewayResponses(tx, api, description, errors);
  const names = {
    authorizers: await applyAuthorizers(tx, api, description, mode, errors),
    validators: await applyValidators(tx, api, description, mode),
  };
  await applyPaths(tx, api, description, mode, names, errors);
  await applyDocumentation(tx, api.id, description, mode);
  errors.raise();
}

async function clear<T extends object, K extends readonly Part[]>(
  tx: Transaction,
  record: Resource<T, K>,
  apiId: string,
): Promise<void> {
  for (const each of await tx.all(record, [apiId])) tx.delete(record, ...record.key(each));
}

function applyModels(tx: Transaction, api: RestApiState, { models }: ApiDescription, errors: Errors): void {
  for (const each of models) {
    const model: ModelState = {
      ...each,
      apiId: api.id,
      id: tx.ids.lower(6),
      contentType: each.contentType ?? "application/json",
      schema: schemaWithin(api.id, each.schema),
    };
    errors.attempt(`Unable to create model '${each.name}'`, () => {
      checkModel(model);
      tx.put(ModelRecord, model);
    });
  }
}

function applyGatewayResponses(
  tx: Transaction,
  api: RestApiState,
  { gatewayResponses }: ApiDescription,
  errors: Errors,
): void {
  for (const each of gatewayResponses) {
    const response: GatewayResponseState = { ...each, apiId: api.id };
    errors.attempt(`Unable to create gateway response '${each.responseType}'`, () => {
      checkResponse(response);
      tx.put(GatewayResponseRecord, response);
    });
  }
}

/** Ids by name; what has the same name keeps its id. */
async function applyAuthorizers(
  tx: Transaction,
  api: RestApiState,
  { authorizers }: ApiDescription,
  mode: Mode,
  errors: Errors,
): Promise<ReadonlyMap<string, string>> {
  const before = await tx.all(AuthorizerRecord, [api.id]);
  const ids = new Map(mode === "merge" ? before.map((each) => [each.name, each.id]) : []);
  for (const each of authorizers) {
    errors.attempt(`Unable to create authorizer '${each.name}'`, () => {
      const id = before.find(({ name }) => name === each.name)?.id;
      const made = newAuthorizer(tx, api.id, each);
      const authorizer = id === undefined ? made : { ...made, id };
      tx.put(AuthorizerRecord, authorizer);
      ids.set(authorizer.name, authorizer.id);
    });
  }
  if (mode === "overwrite") {
    const kept = new Set(ids.values());
    for (const { id } of before) if (!kept.has(id)) tx.delete(AuthorizerRecord, api.id, id);
  }
  return ids;
}

async function applyValidators(
  tx: Transaction,
  api: RestApiState,
  { requestValidators }: ApiDescription,
  mode: Mode,
): Promise<ReadonlyMap<string, string>> {
  const before = await tx.all(RequestValidatorRecord, [api.id]);
  const ids = new Map<string, string>();
  if (mode === "merge") for (const each of before) if (each.name !== undefined) ids.set(each.name, each.id);
  for (const each of requestValidators) {
    const id = before.find(({ name }) => name === each.name)?.id ?? tx.ids.lower(6);
    ids.set(each.name, id);
    tx.put(RequestValidatorRecord, {
      apiId: api.id,
      id,
      name: each.name,
      validateRequestBody: each.validateRequestBody ?? false,
      validateRequestParameters: each.validateRequestParameters ?? false,
    });
  }
  if (mode === "overwrite") {
    const kept = new Set(ids.values());
    for (const { id } of before) if (!kept.has(id)) tx.delete(RequestValidatorRecord, api.id, id);
  }
  return ids;
}

interface Names {
  readonly authorizers: ReadonlyMap<string, string>;
  readonly validators: ReadonlyMap<string, string>;
}

async function applyPaths(
  tx: Transaction,
  api: RestApiState,
  { paths }: ApiDescription,
  mode: Mode,
  names: Names,
  errors: Errors,
): Promise<void> {
  const before = new Map((await tx.all(ResourceRecord, [api.id])).map((each) => [each.path, each]));
  const after = new Map<string, ResourceState>();
  const root: ResourceState = { apiId: api.id, id: api.rootResourceId, path: "/", methods: {} };
  if (mode === "merge") for (const [path, each] of before) after.set(path, each);
  else after.set("/", root);
  const childrenOf = new Map<string, ResourceState[]>();
  const adopt = (child: ResourceState): void => {
    const siblings = childrenOf.get(child.parentId ?? "");
    if (siblings === undefined) childrenOf.set(child.parentId ?? "", [child]);
    else siblings.push(child);
  };
  for (const each of after.values()) adopt(each);
  const open = (path: string): ResourceState => {
    const found = after.get(path);
    if (found !== undefined) return found;
    const cut = path.lastIndexOf("/");
    const parent = open(cut <= 0 ? "/" : path.slice(0, cut));
    const pathPart = path.slice(cut + 1);
    errors.attempt(`Unable to create resource at path '${path}'`, () =>
      checkPathPart(parent, pathPart, childrenOf.get(parent.id) ?? []),
    );
    const made: ResourceState = {
      apiId: api.id,
      id: before.get(path)?.id ?? tx.ids.lower(6),
      parentId: parent.id,
      pathPart,
      path,
      methods: {},
    };
    after.set(path, made);
    adopt(made);
    return made;
  };
  for (const [path, methods] of paths) {
    const resource = open(path);
    const made = methods.map((method) => [method.httpMethod, methodState(resource, method, names, errors)]);
    after.set(path, { ...resource, methods: { ...resource.methods, ...Object.fromEntries(made) } });
  }
  for (const resource of after.values()) tx.put(ResourceRecord, resource);
  for (const [path, { id }] of before) if (!after.has(path)) tx.delete(ResourceRecord, api.id, id);
}

function methodState(
  resource: ResourceState,
  described: MethodDescription,
  names: Names,
  errors: Errors,
): MethodState {
  const { authorizer, requestValidator, integration, ...method } = described;
  const at = `on '${method.httpMethod}' for resource at path '${resource.path}'`;
  const authorizerId = authorizer === undefined ? undefined : names.authorizers.get(authorizer);
  const requestValidatorId =
    requestValidator === undefined ? undefined : names.validators.get(requestValidator);
  errors.attempt(`Unable to put method ${at}`, () => {
    if (requestValidator !== undefined && requestValidatorId === undefined) {
      throw badRequest("Invalid Request Validator identifier specified");
    }
  });
  const methodIntegration = integration && completeIntegration(integration, resource.id);
  if (methodIntegration !== undefined) {
    errors.attempt(`Unable to put integration ${at}`, () => {
      checkIntegration(methodIntegration);
      checkRequestMappings(methodIntegration.requestParameters, method);
    });
    for (const response of Object.values(methodIntegration.integrationResponses ?? {})) {
      errors.attempt(`Unable to put integration response ${at}`, () => {
        checkSelectionPattern(response);
        checkResponseMappings(
          response.responseParameters,
          method.methodResponses?.[response.statusCode ?? ""],
        );
      });
    }
  }
  return defined({ ...method, authorizerId, requestValidatorId, methodIntegration });
}

async function applyDocumentation(
  tx: Transaction,
  apiId: string,
  { documentationParts, documentationVersion }: ApiDescription,
  mode: Mode,
): Promise<void> {
  if (documentationParts.length === 0) return;
  await applyParts(tx, apiId, documentationParts, mode);
  if (documentationVersion === undefined) return;
  if ((await tx.get(DocumentationVersionRecord, apiId, documentationVersion)) !== undefined) return;
  tx.put(DocumentationVersionRecord, {
    apiId,
    version: documentationVersion,
    createdDate: dateOf(tx),
    parts: await tx.all(DocumentationPartRecord, [apiId]),
  });
}

/** The ids of what was put: a part for a location takes the place of the one that is there. */
export async function applyParts(
  tx: Transaction,
  apiId: string,
  parts: ApiDescription["documentationParts"],
  mode: Mode,
): Promise<readonly string[]> {
  const before = await tx.all(DocumentationPartRecord, [apiId]);
  const made = parts.map(({ location, properties }) => {
    const part = newPart(tx, apiId, location, properties);
    const same = before.find((each) => sameLocation(each.location, part.location));
    if (same === undefined) return part;
    const merged = { ...JSON.parse(same.properties), ...JSON.parse(properties) };
    return { ...part, id: same.id, properties: mode === "merge" ? JSON.stringify(merged) : properties };
  });
  for (const part of made) tx.put(DocumentationPartRecord, part);
  const kept = new Set(made.map(({ id }) => id));
  if (mode === "overwrite") {
    for (const { id } of before) if (!kept.has(id)) tx.delete(DocumentationPartRecord, apiId, id);
  }
  return [...kept];
}
