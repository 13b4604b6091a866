// REST APIs: create (new or as a copy), get, list, update and delete.

import type { Part } from "../../../base/tuple.ts";
import { defineJob } from "../../../core/job.ts";
import type { Resource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { ApiHome } from "../../../gateway/api-home.ts";
import { isMapped } from "../../../gateway/domains/domain-name.ts";
import type { EndpointConfiguration, RestApi } from "../../../model/generated/apigateway.d.ts";
import { defaultModels } from "../apis/default-models.ts";
import {
  AuthorizerRecord,
  DocumentationPartRecord,
  DocumentationVersionRecord,
  GatewayResponseRecord,
  ModelRecord,
  RequestValidatorRecord,
} from "../apis/parts.ts";
import { ResourceRecord, type ResourceState } from "../apis/resource.ts";
import { openRestApi, RestApiRecord, type RestApiState } from "../apis/rest-api.ts";
import { SnapshotRecord, takeSnapshot } from "../deployments/snapshot.ts";
import { DeploymentRecord, StageRecord } from "../deployments/stage.ts";
import { badRequest, dateOf, type Input, type Output } from "../model.ts";
import { patched, patchTable } from "../patch/patch.ts";
import { hold, member, type PatchRule, replaceable } from "../patch/rule.ts";
import { flag, integer, oneOf, text } from "../patch/value.ts";
import { shownPage } from "./page.ts";

const largestCompressionSize = 10_485_760;

export async function createRestApi(
  input: Input<"CreateRestApi">,
  tx: Transaction,
): Promise<Output<"CreateRestApi">> {
  const { cloneFrom, tags, ...given } = input;
  const source = cloneFrom === undefined ? undefined : await openRestApi(tx, cloneFrom);
  const api = putApi(tx, newRestApi(tx, { ...source, ...given, tags }));
  if (source === undefined) startApi(tx, api);
  else await copyApi(tx, source, api);
  return shownRestApi(api);
}

/** An API of its own id, with the defaults for what is not given; nothing is stored. */
export function newRestApi(tx: Transaction, given: RestApi & Pick<RestApiState, "name">): RestApiState {
  if (given.name.trim() === "") throw badRequest("Name cannot be blank");
  return {
    ...given,
    id: tx.ids.lower(10),
    createdDate: dateOf(tx),
    apiKeySource: given.apiKeySource ?? "HEADER",
    endpointConfiguration: completeEndpoint(given.endpointConfiguration),
    disableExecuteApiEndpoint: given.disableExecuteApiEndpoint ?? false,
    rootResourceId: tx.ids.lower(10),
  };
}

/** What each API has from the start: its root resource, and two models. */
function startApi(tx: Transaction, api: RestApiState): void {
  tx.put(ResourceRecord, rootOf(api));
  for (const model of defaultModels) tx.put(ModelRecord, { ...model, apiId: api.id, id: tx.ids.lower(6) });
}

/** Stores a new API, and where it is. */
export function putApi(tx: Transaction, api: RestApiState): RestApiState {
  tx.put(ApiHome, { apiId: api.id, account: tx.account, region: tx.region });
  return storeRestApi(tx, api);
}

export const rootOf = (api: RestApiState): ResourceState => ({
  apiId: api.id,
  id: api.rootResourceId,
  path: "/",
  methods: {},
});

/** A copy has resources, methods and parts of their own under other ids. */
async function copyApi(tx: Transaction, source: RestApiState, api: RestApiState): Promise<void> {
  const { resources, authorizers, models, requestValidators, gatewayResponses } = await takeSnapshot(
    tx,
    source,
  );
  const ids = new Map<string, string>([[source.rootResourceId, api.rootResourceId]]);
  const renamed = (id: string): string => {
    if (!ids.has(id)) ids.set(id, tx.ids.lower(6));
    return ids.get(id)!;
  };
  const apiId = api.id;
  for (const each of authorizers) tx.put(AuthorizerRecord, { ...each, apiId, id: renamed(each.id) });
  for (const each of models) tx.put(ModelRecord, { ...each, apiId, id: tx.ids.lower(6) });
  for (const each of requestValidators) {
    tx.put(RequestValidatorRecord, { ...each, apiId, id: renamed(each.id) });
  }
  for (const each of gatewayResponses) tx.put(GatewayResponseRecord, { ...each, apiId });
  for (const each of resources) {
    const methods = Object.values(each.methods).map((method) => [
      method.httpMethod,
      {
        ...method,
        ...(method.authorizerId === undefined ? {} : { authorizerId: renamed(method.authorizerId) }),
        ...(method.requestValidatorId === undefined
          ? {}
          : { requestValidatorId: renamed(method.requestValidatorId) }),
      },
    ]);
    tx.put(ResourceRecord, {
      ...each,
      apiId,
      id: renamed(each.id),
      ...(each.parentId === undefined ? {} : { parentId: renamed(each.parentId) }),
      methods: Object.fromEntries(methods),
    });
  }
}

export async function getRestApi(
  { restApiId }: Input<"GetRestApi">,
  tx: Transaction,
): Promise<Output<"GetRestApi">> {
  return shownRestApi(await openRestApi(tx, restApiId));
}

export async function getRestApis(
  input: Input<"GetRestApis">,
  tx: Transaction,
): Promise<Output<"GetRestApis">> {
  return shownPage(tx, RestApiRecord, input, shownRestApi);
}

const endpointTypes = oneOf("REGIONAL", "EDGE", "PRIVATE");

/** The type of the endpoint, in place of the one that the pointer's index means. */
const endpointType: PatchRule = {
  path: "/endpointConfiguration/types/<type>",
  ops: ["replace"],
  edit: (draft, { value }) => {
    draft.endpointConfiguration = { ...draft.endpointConfiguration, types: [endpointTypes(value)] };
  },
};

const vpcEndpoints: PatchRule = {
  path: "/endpointConfiguration/vpcEndpointIds",
  ops: ["add", "remove"],
  edit: (draft, { op, value }) => {
    const holder = hold(draft, ["endpointConfiguration"]);
    const others = (holder.vpcEndpointIds ?? []).filter((each: string) => each !== value);
    holder.vpcEndpointIds = op === "add" ? [...others, value] : others;
  },
};

/** An empty value takes the limit away: nothing is compressed. */
const compression: PatchRule = {
  path: "/minimumCompressionSize",
  ops: ["replace", "remove"],
  edit: (draft, { op, value }) => {
    if (op === "remove" || value === "") delete draft.minimumCompressionSize;
    else draft.minimumCompressionSize = integer(0, largestCompressionSize)(value);
  },
};

const rules = patchTable([
  replaceable("/name", text),
  replaceable("/description", text),
  replaceable("/policy", text),
  replaceable("/apiKeySource", oneOf("HEADER", "AUTHORIZER")),
  replaceable("/disableExecuteApiEndpoint", flag),
  replaceable("/version", text),
  compression,
  member("/binaryMediaTypes/<binaryMediaType>"),
  endpointType,
  replaceable("/endpointConfiguration/ipAddressType", oneOf("ipv4", "dualstack")),
  vpcEndpoints,
  replaceable("/securityPolicy", text),
  replaceable("/endpointAccessMode", oneOf("BASIC", "STRICT")),
]);

/** Stores changed settings, checked and complete. */
export function storeRestApi(tx: Transaction, api: RestApiState): RestApiState {
  checkSettings(api);
  const stored: RestApiState = {
    ...api,
    policy: api.policy === "" ? undefined : api.policy,
    endpointConfiguration: completeEndpoint(api.endpointConfiguration),
  };
  tx.put(RestApiRecord, stored);
  return stored;
}

export async function updateRestApi(
  { restApiId, patchOperations }: Input<"UpdateRestApi">,
  tx: Transaction,
): Promise<Output<"UpdateRestApi">> {
  const before = await openRestApi(tx, restApiId);
  return shownRestApi(storeRestApi(tx, patched(before, patchOperations, rules)));
}

export async function deleteRestApi(
  { restApiId }: Input<"DeleteRestApi">,
  tx: Transaction,
): Promise<Output<"DeleteRestApi">> {
  await openRestApi(tx, restApiId);
  if (await isMapped(tx, restApiId)) {
    throw badRequest("Please remove all base path mappings related to the API in your account.");
  }
  tx.delete(RestApiRecord, restApiId);
  tx.delete(ApiHome, restApiId);
  tx.enqueue(emptyApi, { apiId: restApiId });
  return {};
}

const deletedAtOnce = 100;

/** Removes what an API that is gone consisted of, some at a time: nobody sees it any more. */
export const emptyApi = defineJob<{ readonly apiId: string }>({
  name: "apigateway.emptyApi",
  run: async ({ apiId }, tx) => {
    const counts = [
      await removeSome(tx, StageRecord, apiId),
      await removeSome(tx, ResourceRecord, apiId),
      await removeSome(tx, AuthorizerRecord, apiId),
      await removeSome(tx, ModelRecord, apiId),
      await removeSome(tx, RequestValidatorRecord, apiId),
      await removeSome(tx, GatewayResponseRecord, apiId),
      await removeSome(tx, DocumentationPartRecord, apiId),
      await removeSome(tx, DocumentationVersionRecord, apiId),
      await removeSome(tx, DeploymentRecord, apiId),
      await removeSome(tx, SnapshotRecord, apiId, 5),
    ];
    if (counts.some((count) => count > 0)) tx.enqueue(emptyApi, { apiId });
  },
});

async function removeSome<T extends object, K extends readonly Part[]>(
  tx: Transaction,
  record: Resource<T, K>,
  apiId: string,
  limit = deletedAtOnce,
): Promise<number> {
  const { values } = await tx.list(record, { prefix: [apiId], limit });
  for (const value of values) tx.delete(record, ...record.key(value));
  return values.length;
}

function checkSettings(api: RestApi): void {
  const size = api.minimumCompressionSize;
  if (size !== undefined && (size < 0 || size > largestCompressionSize)) {
    throw badRequest(`Invalid minimum compression size, must be between 0 and ${largestCompressionSize}`);
  }
  const types = api.endpointConfiguration?.types ?? [];
  if (types.length > 1) {
    throw badRequest("Cannot create an api with multiple Endpoint Types");
  }
  if (types.some((type) => !["EDGE", "REGIONAL", "PRIVATE"].includes(type))) {
    throw badRequest(`Invalid endpoint type specified: ${types.join(", ")}`);
  }
  if ((api.endpointConfiguration?.vpcEndpointIds?.length ?? 0) > 0 && types[0] !== "PRIVATE") {
    throw badRequest("VPC endpoint ids can only be specified for PRIVATE endpoint type");
  }
  if (api.policy !== undefined && api.policy !== "" && !isObject(api.policy)) {
    throw badRequest(
      "Invalid policy document. Please check the policy syntax and ensure that Principals are valid.",
    );
  }
}

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

export function completeEndpoint(given: EndpointConfiguration | undefined): EndpointConfiguration {
  const types = given?.types !== undefined && given.types.length > 0 ? given.types : (["EDGE"] as const);
  const ipAddressType = types[0] === "PRIVATE" ? "dualstack" : (given?.ipAddressType ?? "ipv4");
  return { ...given, types, ipAddressType };
}

/** The policy is shown as the inside of a JSON text: clients quote it and read it again. */
export function shownRestApi(api: RestApiState): RestApi {
  if (api.policy === undefined) return api;
  const policy = JSON.stringify(api.policy).slice(1, -1).replaceAll("/", "\\/");
  return { ...api, policy };
}
