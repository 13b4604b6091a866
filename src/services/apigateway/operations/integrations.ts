// Integrations and their responses: what stands behind a method.

import type { Transaction } from "../../../core/transaction.ts";
import type { Integration, IntegrationResponse } from "../../../model/generated/apigateway.d.ts";
import { checkIntegration, completeIntegration } from "../apis/integration.ts";
import { checkRequestMappings, checkResponseMappings } from "../apis/mapping.ts";
import { type MethodState, openMethod, putMethodState } from "../apis/resource.ts";
import { openRestApi } from "../apis/rest-api.ts";
import { badRequest, type Input, notFound, type Output } from "../model.ts";
import { patched, patchTable } from "../patch/patch.ts";
import { entry, listed, member, replaceable } from "../patch/rule.ts";
import { flag, integer, oneOf, text } from "../patch/value.ts";

export async function putIntegration(
  input: Input<"PutIntegration">,
  tx: Transaction,
): Promise<Output<"PutIntegration">> {
  await openRestApi(tx, input.restApiId);
  const { resource, method } = await openMethod(tx, input);
  const { restApiId, resourceId, httpMethod, integrationHttpMethod, ...given } = input;
  const integration = completeIntegration({ ...given, httpMethod: integrationHttpMethod }, resourceId);
  checkIntegration(integration);
  checkRequestMappings(integration.requestParameters, method);
  putMethodState(tx, resource, { ...method, methodIntegration: integration });
  return integration;
}

function integrationOf(method: MethodState): Integration {
  if (method.methodIntegration === undefined) throw notFound("Invalid Integration identifier specified");
  return method.methodIntegration;
}

export async function getIntegration(
  input: Input<"GetIntegration">,
  tx: Transaction,
): Promise<Output<"GetIntegration">> {
  await openRestApi(tx, input.restApiId);
  return integrationOf((await openMethod(tx, input)).method);
}

const nothing = (value: string): unknown => (value === "" ? undefined : value);

const integrationRules = patchTable([
  replaceable("/type", oneOf("HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY")),
  replaceable("/httpMethod", text),
  replaceable("/uri", text),
  replaceable("/credentials", nothing),
  replaceable("/connectionType", oneOf("INTERNET", "VPC_LINK")),
  replaceable("/connectionId", nothing),
  replaceable("/integrationTarget", nothing),
  replaceable("/passthroughBehavior", text),
  replaceable("/contentHandling", nothing),
  replaceable("/timeoutInMillis", integer()),
  replaceable("/responseTransferMode", oneOf("BUFFERED", "STREAM")),
  replaceable("/tlsConfig/insecureSkipVerification", flag),
  replaceable("/cacheNamespace", text),
  listed("/cacheKeyParameters"),
  member("/cacheKeyParameters/<name>"),
  entry("/requestParameters/<name>", text),
  entry("/requestTemplates/<content_type>", text),
]);

export async function updateIntegration(
  input: Input<"UpdateIntegration">,
  tx: Transaction,
): Promise<Output<"UpdateIntegration">> {
  await openRestApi(tx, input.restApiId);
  const { resource, method } = await openMethod(tx, input);
  const integration = patched(integrationOf(method), input.patchOperations, integrationRules);
  checkIntegration(integration);
  checkRequestMappings(integration.requestParameters, method);
  putMethodState(tx, resource, { ...method, methodIntegration: integration });
  return integration;
}

export async function deleteIntegration(
  input: Input<"DeleteIntegration">,
  tx: Transaction,
): Promise<Output<"DeleteIntegration">> {
  await openRestApi(tx, input.restApiId);
  const { resource, method } = await openMethod(tx, input);
  integrationOf(method);
  putMethodState(tx, resource, { ...method, methodIntegration: undefined });
  return {};
}

export async function putIntegrationResponse(
  input: Input<"PutIntegrationResponse">,
  tx: Transaction,
): Promise<Output<"PutIntegrationResponse">> {
  await openRestApi(tx, input.restApiId);
  const { resource, method } = await openMethod(tx, input);
  const integration = integrationOf(method);
  const { restApiId, resourceId, httpMethod, ...response } = input;
  checkSelectionPattern(response);
  checkResponseMappings(response.responseParameters, method.methodResponses?.[input.statusCode]);
  putMethodState(tx, resource, { ...method, methodIntegration: responding(integration, response) });
  return response;
}

function responding(integration: Integration, response: IntegrationResponse): Integration {
  const integrationResponses = { ...integration.integrationResponses, [response.statusCode!]: response };
  return { ...integration, integrationResponses };
}

export function checkSelectionPattern({ selectionPattern }: IntegrationResponse): void {
  if (selectionPattern === undefined || selectionPattern === "") return;
  try {
    new RegExp(selectionPattern.replace(/^\(\?[imsx]+\)/, ""));
  } catch {
    throw badRequest("Invalid selection pattern specified");
  }
}

function responseOf(integration: Integration, statusCode: string): IntegrationResponse {
  const response = integration.integrationResponses?.[statusCode];
  if (response === undefined) throw notFound("Invalid Response status code specified");
  return response;
}

export async function getIntegrationResponse(
  input: Input<"GetIntegrationResponse">,
  tx: Transaction,
): Promise<Output<"GetIntegrationResponse">> {
  await openRestApi(tx, input.restApiId);
  const { method } = await openMethod(tx, input);
  return responseOf(integrationOf(method), input.statusCode);
}

const responseRules = patchTable([
  replaceable("/selectionPattern", text),
  replaceable("/contentHandling", nothing),
  entry("/responseParameters/<name>", text),
  entry("/responseTemplates/<content_type>", text),
]);

export async function updateIntegrationResponse(
  input: Input<"UpdateIntegrationResponse">,
  tx: Transaction,
): Promise<Output<"UpdateIntegrationResponse">> {
  await openRestApi(tx, input.restApiId);
  const { resource, method } = await openMethod(tx, input);
  const integration = integrationOf(method);
  const before = responseOf(integration, input.statusCode);
  const response = patched(before, input.patchOperations, responseRules);
  checkSelectionPattern(response);
  checkResponseMappings(response.responseParameters, method.methodResponses?.[input.statusCode]);
  putMethodState(tx, resource, { ...method, methodIntegration: responding(integration, response) });
  return response;
}

export async function deleteIntegrationResponse(
  input: Input<"DeleteIntegrationResponse">,
  tx: Transaction,
): Promise<Output<"DeleteIntegrationResponse">> {
  await openRestApi(tx, input.restApiId);
  const { resource, method } = await openMethod(tx, input);
  const integration = integrationOf(method);
  responseOf(integration, input.statusCode);
  const { [input.statusCode]: _gone, ...integrationResponses } = integration.integrationResponses ?? {};
  putMethodState(tx, resource, { ...method, methodIntegration: { ...integration, integrationResponses } });
  return {};
}
