// TestInvokeAuthorizer: what an authorizer says of a request that nobody sent.

import { notImplemented } from "../../../../core/fault.ts";
import type { WaitingHandler } from "../../../../core/service.ts";
import { gatewayResponseStatuses } from "../../apis/gateway-response-defaults.ts";
import { type Input, notFound, type Output } from "../../model.ts";
import { authorizationOf } from "../access/lambda-authorizer.ts";
import { Refusal } from "../answer/refusal.ts";
import { logText, testExchange } from "./exchange.ts";

export const testInvokeAuthorizer: WaitingHandler<
  Input<"TestInvokeAuthorizer">,
  Output<"TestInvokeAuthorizer">
> = {
  waits: async (input, ctx) => {
    const began = ctx.now();
    const exchange = await testExchange(ctx, input);
    const authorizer = exchange.api.authorizers.get(input.authorizerId);
    if (authorizer === undefined) throw notFound("Invalid Authorizer identifier specified");
    if (authorizer.type === "COGNITO_USER_POOLS") {
      throw notImplemented("apigateway", "authorizers of the type COGNITO_USER_POOLS");
    }
    Object.assign(exchange.context, input.additionalContext);
    try {
      const asked = { ...authorizer, authorizerResultTtlInSeconds: 0 };
      const { principalId, policyDocument } = await authorizationOf(exchange, asked);
      return {
        clientStatus: 200,
        log: logText(exchange),
        latency: ctx.now() - began,
        principalId,
        policy: JSON.stringify(policyDocument),
      };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      exchange.log.error(error.said ?? "Unauthorized request");
      const clientStatus = error.options.status ?? Number(gatewayResponseStatuses[error.type] ?? 500);
      return { clientStatus, log: logText(exchange), latency: ctx.now() - began };
    }
  },
};
