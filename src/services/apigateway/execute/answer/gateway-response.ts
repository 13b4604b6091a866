// Gateway responses: the form that an API's owner gives to what API Gateway
// itself answers, or the default one.
// (docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html)

import { textBody } from "../../../../gateway/mapping/body.ts";
import { type Templates, templatesOf } from "../../../../gateway/mapping/templates.ts";
import { VtlError } from "../../../../lang/vtl/error.ts";
import type { ValueMap } from "../../../../lang/vtl/value.ts";
import type { GatewayResponseType } from "../../../../model/generated/apigateway.d.ts";
import { gatewayResponseStatuses } from "../../apis/gateway-response-defaults.ts";
import type { GatewayResponseState } from "../../apis/parts.ts";
import type { CompiledApi } from "../api/compiled-api.ts";
import type { Exchange } from "../exchange.ts";
import { type Mapping, responseMappings } from "../mapping/parameters.ts";
import { templateVariables } from "../mapping/variables.ts";
import type { Answer } from "./answer.ts";
import { chosenTemplate } from "./negotiation.ts";
import { errorTypes, type Refusal } from "./refusal.ts";

interface CompiledGatewayResponse {
  readonly status: number | undefined;
  readonly templates: Templates;
  readonly headers: readonly (Mapping & { readonly name: string })[];
}

const compiled = new WeakMap<GatewayResponseState, CompiledGatewayResponse>();

/** The owner's response of that type, or of the default that stands for it. */
function customized(
  api: CompiledApi,
  type: GatewayResponseType,
  status: number,
): CompiledGatewayResponse | undefined {
  const responses = api.snapshot.gatewayResponses;
  const fallback = status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX";
  const state =
    responses.find(({ responseType }) => responseType === type) ??
    responses.find(({ responseType }) => responseType === fallback);
  if (state === undefined) return undefined;
  let response = compiled.get(state);
  if (response === undefined) {
    response = {
      status: state.statusCode === undefined ? undefined : Number(state.statusCode),
      templates: templatesOf(state.responseTemplates),
      headers: responseMappings(state.responseParameters),
    };
    compiled.set(state, response);
  }
  return response;
}

export function gatewayResponse(exchange: Exchange, refusal: Refusal): Answer {
  const { type, said, options } = refusal;
  const own = options.status ?? Number(gatewayResponseStatuses[type] ?? 500);
  Object.assign(exchange.context.error as ValueMap, {
    message: said,
    messageString: JSON.stringify(said),
    responseType: type,
    ...(options.validationError === undefined ? {} : { validationErrorString: options.validationError }),
  });
  const custom = customized(exchange.api, type, own);
  const headers: Record<string, string | readonly string[]> = {
    "x-amzn-ErrorType": errorTypes[type],
    ...options.headers,
  };
  for (const { name, source } of custom?.headers ?? []) {
    const value = source(exchange, noBody, undefined);
    if (value !== undefined) headers[name] = value;
  }
  const template = custom === undefined ? undefined : chosenTemplate(custom.templates, exchange.request);
  headers["Content-Type"] ??= template?.contentType ?? "application/json";
  // AWS writes a blank after the colon where the fault is on its side.
  const plain = `{"${options.capital === true ? "Message" : "message"}":${own < 500 || said === null ? "" : " "}${JSON.stringify(said)}}`;
  return {
    status: custom?.status ?? own,
    headers,
    body: template === undefined ? plain : rendered(template.run, exchange, plain),
  };
}

const noBody = textBody("");

function rendered(
  run: (lent: ReturnType<typeof templateVariables>) => string,
  exchange: Exchange,
  otherwise: string,
): string {
  try {
    return run(templateVariables(exchange, noBody));
  } catch (error) {
    if (error instanceof VtlError) return otherwise;
    throw error;
  }
}
