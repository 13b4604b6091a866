// Request validators: whether a method's body and parameters are checked
// before anything stands behind it is asked.

import type { Transaction } from "../../../core/transaction.ts";
import type { RequestValidator } from "../../../model/generated/apigateway.d.ts";
import { RequestValidatorRecord, type RequestValidatorState } from "../apis/parts.ts";
import { openRestApi } from "../apis/rest-api.ts";
import { type Input, notFound, type Output } from "../model.ts";
import { patched, patchTable } from "../patch/patch.ts";
import { replaceable } from "../patch/rule.ts";
import { flag, text } from "../patch/value.ts";
import { shownPage } from "./page.ts";

export async function createRequestValidator(
  input: Input<"CreateRequestValidator">,
  tx: Transaction,
): Promise<Output<"CreateRequestValidator">> {
  await openRestApi(tx, input.restApiId);
  const validator: RequestValidatorState = {
    apiId: input.restApiId,
    id: tx.ids.lower(6),
    name: input.name,
    validateRequestBody: input.validateRequestBody ?? false,
    validateRequestParameters: input.validateRequestParameters ?? false,
  };
  tx.put(RequestValidatorRecord, validator);
  return shown(validator);
}

async function open(tx: Transaction, apiId: string, id: string): Promise<RequestValidatorState> {
  await openRestApi(tx, apiId);
  const validator = await tx.get(RequestValidatorRecord, apiId, id);
  if (validator === undefined) throw notFound("Invalid Request Validator identifier specified");
  return validator;
}

export async function getRequestValidator(
  { restApiId, requestValidatorId }: Input<"GetRequestValidator">,
  tx: Transaction,
): Promise<Output<"GetRequestValidator">> {
  return shown(await open(tx, restApiId, requestValidatorId));
}

export async function getRequestValidators(
  input: Input<"GetRequestValidators">,
  tx: Transaction,
): Promise<Output<"GetRequestValidators">> {
  await openRestApi(tx, input.restApiId);
  return shownPage(tx, RequestValidatorRecord, input, shown, { prefix: [input.restApiId] });
}

const rules = patchTable([
  replaceable("/name", text),
  replaceable("/validateRequestBody", flag),
  replaceable("/validateRequestParameters", flag),
]);

export async function updateRequestValidator(
  { restApiId, requestValidatorId, patchOperations }: Input<"UpdateRequestValidator">,
  tx: Transaction,
): Promise<Output<"UpdateRequestValidator">> {
  const validator = patched(await open(tx, restApiId, requestValidatorId), patchOperations, rules);
  tx.put(RequestValidatorRecord, validator);
  return shown(validator);
}

export async function deleteRequestValidator(
  { restApiId, requestValidatorId }: Input<"DeleteRequestValidator">,
  tx: Transaction,
): Promise<Output<"DeleteRequestValidator">> {
  await open(tx, restApiId, requestValidatorId);
  tx.delete(RequestValidatorRecord, restApiId, requestValidatorId);
  return {};
}

function shown({ apiId: _apiId, ...validator }: RequestValidatorState): RequestValidator {
  return validator;
}
