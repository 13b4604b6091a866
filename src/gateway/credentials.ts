// As whom API Gateway calls what is behind it: itself, a role, or the caller.

import { servicePrincipal } from "../core/principal.ts";
import type { Waiting } from "../core/waiting.ts";

const callers = /^arn:aws[^:]*:iam::\*:user\/\*$/;

/** `ctx` under the role, the caller's own principal, or API Gateway's for `sourceArn`. */
export function withCredentials(ctx: Waiting, credentials: string | undefined, sourceArn: string): Waiting {
  if (credentials === undefined || credentials === "") {
    return ctx.as(servicePrincipal("apigateway.amazonaws.com", ctx.account, sourceArn));
  }
  return callers.test(credentials) ? ctx : ctx.asRole(credentials, "BackplaneAssumeRoleSession");
}
