// Who may call a method: its own kind of authorization, then the API's resource
// policy, which decides together with it.
// (docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html)

import { notImplemented } from "../../../../core/fault.ts";
import type { Identify } from "../../../../core/service.ts";
import { missingAuthenticationToken, Refusal } from "../answer/refusal.ts";
import type { Exchange, MatchedRoute } from "../exchange.ts";
import { headerOf } from "../request/request.ts";
import { signer } from "./iam.ts";
import { askAuthorizer } from "./lambda-authorizer.ts";
import { checkPolicy } from "./resource-policy.ts";

export async function authorize(exchange: Exchange, route: MatchedRoute, identify: Identify): Promise<void> {
  const { state } = route.method;
  switch (state.authorizationType) {
    case "NONE":
      return checkPolicy(exchange, "anonymous");
    case "AWS_IAM":
      await signer(exchange, identify);
      return checkPolicy(exchange, "signer");
    case "CUSTOM":
      await askAuthorizer(exchange, authorizerOf(exchange, state.authorizerId));
      return checkPolicy(exchange, "anonymous");
    case "COGNITO_USER_POOLS":
      if (headerOf(exchange.request, "authorization") === undefined) throw unauthorized();
      throw notImplemented("apigateway", "authorizers of the type COGNITO_USER_POOLS");
    default:
      throw missingAuthenticationToken();
  }
}

const unauthorized = (): Refusal => new Refusal("UNAUTHORIZED", "Unauthorized");

function authorizerOf({ api }: Exchange, id: string | undefined) {
  const authorizer = id === undefined ? undefined : api.authorizers.get(id);
  if (authorizer === undefined) throw new Refusal("AUTHORIZER_CONFIGURATION_ERROR", null);
  return authorizer;
}
