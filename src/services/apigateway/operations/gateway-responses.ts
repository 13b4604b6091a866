// Gateway responses: what API Gateway answers itself where a request does not
// get through. All types are there from the start; a changed one is a record.

import type { Transaction } from "../../../core/transaction.ts";
import type { GatewayResponse, GatewayResponseType } from "../../../model/generated/apigateway.d.ts";
import { defaultResponseTemplates, gatewayResponseStatuses } from "../apis/gateway-response-defaults.ts";
import { checkGatewayMappings } from "../apis/mapping.ts";
import { GatewayResponseRecord, type GatewayResponseState } from "../apis/parts.ts";
import { openRestApi } from "../apis/rest-api.ts";
import { badRequest, type Input, notFound, type Output } from "../model.ts";
import { patched, patchTable } from "../patch/patch.ts";
import { entry, replaceable } from "../patch/rule.ts";
import { text } from "../patch/value.ts";

export async function putGatewayResponse(
  input: Input<"PutGatewayResponse">,
  tx: Transaction,
): Promise<Output<"PutGatewayResponse">> {
  await openRestApi(tx, input.restApiId);
  const response: GatewayResponseState = {
    apiId: input.restApiId,
    responseType: input.responseType,
    statusCode: input.statusCode ?? gatewayResponseStatuses[input.responseType],
    responseParameters: input.responseParameters ?? {},
    responseTemplates: input.responseTemplates ?? {},
  };
  checkResponse(response);
  tx.put(GatewayResponseRecord, response);
  return shown(response);
}

export function checkResponse({ statusCode, responseParameters }: GatewayResponseState): void {
  if (statusCode !== undefined && !/^[1-5]\d\d$/.test(statusCode)) {
    throw badRequest("Invalid status code specified");
  }
  checkGatewayMappings(responseParameters);
}

async function find(tx: Transaction, apiId: string, type: GatewayResponseType): Promise<GatewayResponse> {
  const changed = await tx.get(GatewayResponseRecord, apiId, type);
  return changed === undefined ? byDefault(type) : shown(changed);
}

function byDefault(responseType: GatewayResponseType): GatewayResponse {
  const statusCode = gatewayResponseStatuses[responseType];
  return {
    responseType,
    ...(statusCode === undefined ? {} : { statusCode }),
    responseParameters: {},
    responseTemplates: defaultResponseTemplates,
    defaultResponse: true,
  };
}

export async function getGatewayResponse(
  { restApiId, responseType }: Input<"GetGatewayResponse">,
  tx: Transaction,
): Promise<Output<"GetGatewayResponse">> {
  await openRestApi(tx, restApiId);
  return find(tx, restApiId, responseType);
}

/** All types, in order; a position is the last type of the page before. */
export async function getGatewayResponses(
  { restApiId, position, limit = 500 }: Input<"GetGatewayResponses">,
  tx: Transaction,
): Promise<Output<"GetGatewayResponses">> {
  await openRestApi(tx, restApiId);
  const types = (Object.keys(gatewayResponseStatuses) as GatewayResponseType[]).sort();
  const start = position === undefined ? 0 : types.indexOf(position as GatewayResponseType) + 1;
  if (position !== undefined && start === 0) throw badRequest("Invalid position parameter specified");
  const shownTypes = types.slice(start, start + Math.max(limit, 1));
  const items = await Promise.all(shownTypes.map((type) => find(tx, restApiId, type)));
  const more = start + shownTypes.length < types.length;
  return { items, ...(more ? { position: shownTypes.at(-1)! } : {}) };
}

const rules = patchTable([
  replaceable("/statusCode", text),
  entry("/responseParameters/<name>", text),
  entry("/responseTemplates/<content_type>", text),
]);

/** A default that is changed becomes the API's own. */
export async function updateGatewayResponse(
  { restApiId, responseType, patchOperations }: Input<"UpdateGatewayResponse">,
  tx: Transaction,
): Promise<Output<"UpdateGatewayResponse">> {
  await openRestApi(tx, restApiId);
  const { defaultResponse: _default, ...before } = await find(tx, restApiId, responseType);
  const response = patched({ ...before, apiId: restApiId, responseType }, patchOperations, rules);
  checkResponse(response);
  tx.put(GatewayResponseRecord, response);
  return shown(response);
}

export async function deleteGatewayResponse(
  { restApiId, responseType }: Input<"DeleteGatewayResponse">,
  tx: Transaction,
): Promise<Output<"DeleteGatewayResponse">> {
  await openRestApi(tx, restApiId);
  if ((await tx.get(GatewayResponseRecord, restApiId, responseType)) === undefined) {
    throw notFound("Gateway response type not defined on api");
  }
  tx.delete(GatewayResponseRecord, restApiId, responseType);
  return {};
}

function shown({ apiId: _apiId, ...response }: GatewayResponseState): GatewayResponse {
  return { ...response, defaultResponse: false };
}
