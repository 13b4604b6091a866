// Methods and their responses: what a resource answers to, and to whom.

import type { Transaction } from "../../../core/transaction.ts";
import type { MethodResponse } from "../../../model/generated/apigateway.d.ts";
import { checkMethodParameters, checkMethodResponseParameters } from "../apis/mapping.ts";
import { AuthorizerRecord, ModelRecord, RequestValidatorRecord } from "../apis/parts.ts";
import {
  type MethodState,
  openMethod,
  openResource,
  putMethodState,
  ResourceRecord,
} from "../apis/resource.ts";
import { openRestApi } from "../apis/rest-api.ts";
import { badRequest, conflict, type Input, notFound, type Output } from "../model.ts";
import { patched, patchTable } from "../patch/patch.ts";
import { entry, type PatchRule, replaceable } from "../patch/rule.ts";
import { flag, text } from "../patch/value.ts";

export const httpMethods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"];
const authorizationTypes = ["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"];

export async function putMethod(input: Input<"PutMethod">, tx: Transaction): Promise<Output<"PutMethod">> {
  const { restApiId, resourceId, ...given } = input;
  await openRestApi(tx, restApiId);
  const resource = await openResource(tx, restApiId, resourceId);
  if (!httpMethods.includes(input.httpMethod)) {
    throw badRequest(`Invalid HttpMethod specified. Valid options are ${httpMethods.join(",")}`);
  }
  if (input.httpMethod in resource.methods) throw conflict("Method already exists for this resource");
  const method: MethodState = { ...given, apiKeyRequired: given.apiKeyRequired ?? false };
  await checkMethod(tx, restApiId, method);
  putMethodState(tx, resource, method);
  return method;
}

async function checkMethod(tx: Transaction, apiId: string, method: MethodState): Promise<void> {
  const { authorizationType, authorizerId, requestValidatorId } = method;
  if (!authorizationTypes.includes(authorizationType)) {
    throw badRequest(
      `Invalid authorization type specified. Must be one of: [${authorizationTypes.join(", ")}]`,
    );
  }
  if (authorizationType === "CUSTOM" || authorizationType === "COGNITO_USER_POOLS") {
    const authorizer = authorizerId ? await tx.get(AuthorizerRecord, apiId, authorizerId) : undefined;
    const fits = (authorizer?.type === "COGNITO_USER_POOLS") === (authorizationType === "COGNITO_USER_POOLS");
    if (authorizer === undefined || !fits) {
      throw badRequest(
        "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
      );
    }
  }
  if (requestValidatorId && (await tx.get(RequestValidatorRecord, apiId, requestValidatorId)) === undefined) {
    throw badRequest("Invalid Request Validator identifier specified");
  }
  checkMethodParameters(method.requestParameters);
  await checkModels(tx, apiId, method.requestModels);
}

async function checkModels(
  tx: Transaction,
  apiId: string,
  models: Readonly<Record<string, string>> | undefined,
): Promise<void> {
  for (const name of Object.values(models ?? {})) {
    if ((await tx.get(ModelRecord, apiId, name)) === undefined) {
      throw badRequest(`Invalid model identifier specified: ${name}`);
    }
  }
}

export async function getMethod(input: Input<"GetMethod">, tx: Transaction): Promise<Output<"GetMethod">> {
  await openRestApi(tx, input.restApiId);
  return (await openMethod(tx, input)).method;
}

/** `/requestModels/application~1json`; the empty value of a model means `Empty`. */
const emptied = (name: string): PatchRule => replaceable(name, (value) => (value === "" ? undefined : value));

/** Scopes are added and removed by value. */
const scopes: PatchRule = {
  path: "/authorizationScopes",
  ops: ["add", "remove"],
  edit: (draft, { op, value }) => {
    const others = (draft.authorizationScopes ?? []).filter((each: string) => each !== value);
    draft.authorizationScopes = op === "add" ? [...others, value] : others;
  },
};

const methodRules = patchTable([
  replaceable("/authorizationType", text),
  emptied("/authorizerId"),
  scopes,
  replaceable("/apiKeyRequired", flag),
  emptied("/requestValidatorId"),
  emptied("/operationName"),
  entry("/requestParameters/<name>", flag),
  entry("/requestModels/<content_type>", text),
]);

export async function updateMethod(
  input: Input<"UpdateMethod">,
  tx: Transaction,
): Promise<Output<"UpdateMethod">> {
  await openRestApi(tx, input.restApiId);
  const { resource, method } = await openMethod(tx, input);
  const changed = patched(method, input.patchOperations, methodRules);
  const authorized =
    changed.authorizationType === "CUSTOM" || changed.authorizationType === "COGNITO_USER_POOLS";
  const after = authorized
    ? changed
    : { ...changed, authorizerId: undefined, authorizationScopes: undefined };
  await checkMethod(tx, input.restApiId, after);
  putMethodState(tx, resource, after);
  return after;
}

export async function deleteMethod(
  input: Input<"DeleteMethod">,
  tx: Transaction,
): Promise<Output<"DeleteMethod">> {
  await openRestApi(tx, input.restApiId);
  const { resource } = await openMethod(tx, input);
  const { [input.httpMethod]: _gone, ...methods } = resource.methods;
  tx.put(ResourceRecord, { ...resource, methods });
  return {};
}

export async function putMethodResponse(
  input: Input<"PutMethodResponse">,
  tx: Transaction,
): Promise<Output<"PutMethodResponse">> {
  await openRestApi(tx, input.restApiId);
  const { resource, method } = await openMethod(tx, input);
  if (!/^[1-5]\d\d$/.test(input.statusCode)) throw badRequest("Invalid status code specified");
  if (method.methodResponses?.[input.statusCode] !== undefined) {
    throw conflict("Response already exists for this resource");
  }
  const { statusCode, responseParameters, responseModels } = input;
  const response: MethodResponse = { statusCode, responseParameters, responseModels };
  await checkResponse(tx, input.restApiId, response);
  putMethodState(tx, resource, {
    ...method,
    methodResponses: { ...method.methodResponses, [statusCode]: response },
  });
  return response;
}

async function checkResponse(tx: Transaction, apiId: string, response: MethodResponse): Promise<void> {
  checkMethodResponseParameters(response.responseParameters);
  await checkModels(tx, apiId, response.responseModels);
}

function methodResponseOf(method: MethodState, statusCode: string): MethodResponse {
  const response = method.methodResponses?.[statusCode];
  if (response === undefined) throw notFound("Invalid Response status code specified");
  return response;
}

export async function getMethodResponse(
  input: Input<"GetMethodResponse">,
  tx: Transaction,
): Promise<Output<"GetMethodResponse">> {
  await openRestApi(tx, input.restApiId);
  const { method } = await openMethod(tx, input);
  return methodResponseOf(method, input.statusCode);
}

const responseRules = patchTable([
  entry("/responseParameters/<name>", flag),
  entry("/responseModels/<content_type>", text),
]);

export async function updateMethodResponse(
  input: Input<"UpdateMethodResponse">,
  tx: Transaction,
): Promise<Output<"UpdateMethodResponse">> {
  await openRestApi(tx, input.restApiId);
  const { resource, method } = await openMethod(tx, input);
  const response = patched(methodResponseOf(method, input.statusCode), input.patchOperations, responseRules);
  await checkResponse(tx, input.restApiId, response);
  putMethodState(tx, resource, {
    ...method,
    methodResponses: { ...method.methodResponses, [input.statusCode]: response },
  });
  return response;
}

export async function deleteMethodResponse(
  input: Input<"DeleteMethodResponse">,
  tx: Transaction,
): Promise<Output<"DeleteMethodResponse">> {
  await openRestApi(tx, input.restApiId);
  const { resource, method } = await openMethod(tx, input);
  methodResponseOf(method, input.statusCode);
  const { [input.statusCode]: _gone, ...methodResponses } = method.methodResponses ?? {};
  putMethodState(tx, resource, { ...method, methodResponses });
  return {};
}
