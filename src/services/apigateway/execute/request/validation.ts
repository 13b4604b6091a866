// What a request validator checks: that required parameters are there, and that
// the body is as its model says.

import { mediaType } from "../../../../gateway/mapping/templates.ts";
import { Refusal } from "../answer/refusal.ts";
import type { CompiledMethod } from "../api/compiled-api.ts";
import type { Exchange } from "../exchange.ts";
import { sourceOf } from "../mapping/parameters.ts";
import { headerOf } from "./request.ts";
import { bodyFlaws } from "./schema.ts";

export async function validate(exchange: Exchange, method: CompiledMethod): Promise<void> {
  const { validator, state } = method;
  if (validator?.validateRequestParameters === true) {
    const missing = Object.entries(state.requestParameters ?? {})
      .filter(([name, required]) => required && isMissing(exchange, name))
      .map(([name]) => name.split(".").slice(3).join("."));
    if (missing.length > 0) {
      throw new Refusal(
        "BAD_REQUEST_PARAMETERS",
        `Missing required request parameters: [${missing.join(", ")}]`,
      );
    }
  }
  if (validator?.validateRequestBody === true) await validateBody(exchange, method);
}

function isMissing(exchange: Exchange, parameter: string): boolean {
  const value = sourceOf(parameter)(exchange, exchange.body, undefined);
  return value === undefined || value.length === 0;
}

/** A body of a type without a model is as it likes. */
async function validateBody(exchange: Exchange, { state }: CompiledMethod): Promise<void> {
  const { request, api, log } = exchange;
  const contentType = mediaType(headerOf(request, "content-type") ?? "application/json");
  const models = Object.entries(state.requestModels ?? {});
  const model = models.find(([type]) => type.toLowerCase() === contentType)?.[1];
  if (model === undefined || !api.models.has(model)) return;
  const flaws = await bodyFlaws(api, model, request.body.toString());
  if (flaws.length === 0) {
    log.info(`Request validation succeeded for content type ${contentType}`);
    return;
  }
  const validationError = `[${flaws.join(", ")}]`;
  log.error(`Request body does not match model schema for content type ${contentType}: ${validationError}`);
  throw new Refusal("BAD_REQUEST_BODY", "Invalid request body", { validationError });
}
