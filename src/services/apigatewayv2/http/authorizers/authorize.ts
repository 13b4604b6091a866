// Whether a route lets a request through, and as whom.

import { Fault } from "../../../../core/fault.ts";
import { forbidden, internalError } from "../answer.ts";
import type { CompiledRoute } from "../compiled-stage.ts";
import type { Authorization, Exchange } from "../exchange.ts";
import { authorizeJwt } from "./jwt.ts";
import { authorizeByFunction } from "./request.ts";

export async function authorize(exchange: Exchange, route: CompiledRoute): Promise<Authorization> {
  const { state, authorizer } = route;
  switch (state.AuthorizationType) {
    case "AWS_IAM":
      return authorizeSignature(exchange);
    case "JWT":
      if (authorizer === undefined) throw internalError();
      return authorizeJwt(exchange, authorizer, state);
    case "CUSTOM":
      if (authorizer === undefined) throw internalError();
      return authorizeByFunction(exchange, authorizer);
    default:
      return { kind: "none" };
  }
}

/** Whatever is wrong with a signature, AWS answers only that it is forbidden. */
async function authorizeSignature(exchange: Exchange): Promise<Authorization> {
  try {
    const principal = await exchange.identify("execute-api", exchange.request.body);
    if (principal.type === "anonymous") throw forbidden();
    return { kind: "iam", principal };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    exchange.authorizerError = error.message;
    throw forbidden();
  }
}
