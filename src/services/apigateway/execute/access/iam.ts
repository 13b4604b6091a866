// AWS_IAM: whoever signed the request for `execute-api`.

import { Fault } from "../../../../core/fault.ts";
import type { Identify } from "../../../../core/service.ts";
import type { GatewayResponseType } from "../../../../model/generated/apigateway.d.ts";
import { missingAuthenticationToken, Refusal } from "../answer/refusal.ts";
import type { Exchange } from "../exchange.ts";
import { withCaller } from "../request/context.ts";

export async function signer(exchange: Exchange, identify: Identify): Promise<void> {
  try {
    exchange.caller = await identify("execute-api", exchange.request.received);
  } catch (error) {
    if (error instanceof Fault) throw refusalOf(error);
    throw error;
  }
  withCaller(exchange.context, exchange.caller);
}

/** The wire's fault as the gateway response of its kind. */
function refusalOf({ code, message }: Fault): Refusal {
  const type: GatewayResponseType = /^Expired/.test(code)
    ? "EXPIRED_TOKEN"
    : /^Missing/.test(code)
      ? "MISSING_AUTHENTICATION_TOKEN"
      : "INVALID_SIGNATURE";
  if (type === "MISSING_AUTHENTICATION_TOKEN") return missingAuthenticationToken();
  return new Refusal(type, message, { headers: { "x-amzn-ErrorType": code } });
}
