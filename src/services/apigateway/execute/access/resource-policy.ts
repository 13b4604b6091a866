// The resource policy of an API.
// (docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html)

import { policyContext, policyPrincipal } from "../../../../core/policy-request.ts";
import { PolicyError } from "../../../../lang/policy/error.ts";
import { compilePolicy, type Policy } from "../../../../lang/policy/policy.ts";
import { Refusal } from "../answer/refusal.ts";
import type { CompiledApi } from "../api/compiled-api.ts";
import { type Exchange, methodArn } from "../exchange.ts";

const compiled = new WeakMap<CompiledApi, Policy | "none">();

/** `execute-api:/prod/GET/pets` is written for the whole ARN, and AWS fills in what is missing when it deploys. */
function policyOf({ api, ctx }: Exchange): Policy | undefined {
  const text = api.snapshot.api.policy;
  if (text === undefined || text === "") return undefined;
  let policy = compiled.get(api);
  if (policy === undefined) {
    const arn = `arn:aws:execute-api:${ctx.region}:${ctx.account}:${api.snapshot.api.id}/`;
    try {
      policy = compilePolicy(text.replace(/"execute-api:\\?\//g, `"${arn}`));
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      policy = "none";
    }
    compiled.set(api, policy);
  }
  return policy === "none" ? undefined : policy;
}

/** A signer of the API's own account needs no more than not to be denied; all others must be allowed. */
export function checkPolicy(exchange: Exchange, as: "anonymous" | "signer"): void {
  const { ctx, caller } = exchange;
  const policy = policyOf(exchange);
  // A service acts for an account, and is not that account.
  const own = as === "signer" && caller?.account === ctx.account && caller.type !== "service";
  if (policy === undefined) {
    if (as === "signer" && !own) throw denied(exchange, "");
    return;
  }
  const acting = as === "signer" && caller !== undefined ? ctx.as(caller).at(ctx) : ctx;
  const { effect } = policy.evaluate({
    action: "execute-api:Invoke",
    resource: methodArn(exchange),
    principal: as === "signer" && caller !== undefined ? policyPrincipal(caller) : {},
    context: policyContext(acting, ctx.now()),
  });
  if (effect === "deny") throw denied(exchange, " with an explicit deny");
  if (effect === "none" && !own) throw denied(exchange, "");
}

/** AWS shows no more than the end of the account's number. */
function denied(exchange: Exchange, how: string): Refusal {
  const who = exchange.caller?.arn ?? "anonymous";
  const { account } = exchange.ctx;
  const arn = methodArn(exchange).replace(`:${account}:`, `:********${account.slice(-4)}:`);
  const message = `User: ${who} is not authorized to perform: execute-api:Invoke on resource: ${arn}${how}`;
  return new Refusal("ACCESS_DENIED", message, { capital: true });
}
