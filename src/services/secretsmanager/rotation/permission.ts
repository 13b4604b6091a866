// Whether a function lets Secrets Manager call it, which is asked before a
// rotation is configured.

import { Fault } from "../../../core/fault.ts";
import { policyContext, policyPrincipal } from "../../../core/policy-request.ts";
import { rootPrincipal, servicePrincipal } from "../../../core/principal.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { compilePolicy } from "../../../lang/policy/policy.ts";
import type { Lambda } from "../../../model/generated/lambda.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { accessDenied } from "../model.ts";
import type { SecretState } from "../secrets/secret.ts";

const lambda = modelOf<Lambda>("lambda");

export async function checkFunction(ctx: Waiting, secret: SecretState, lambdaArn: string): Promise<void> {
  const text = await policyOf(ctx, lambdaArn);
  const principal = servicePrincipal("secretsmanager.amazonaws.com", secret.account, secret.arn);
  const { requestId, endpoint, sourceIp, userAgent } = ctx;
  const call = { requestId, endpoint, sourceIp, userAgent, principal };
  const { account, region } = secret;
  const effect =
    text === undefined
      ? "none"
      : compilePolicy(text).evaluate({
          action: "lambda:InvokeFunction",
          resource: lambdaArn,
          principal: policyPrincipal(principal),
          context: policyContext({ ...call, account, region }, ctx.now()),
        }).effect;
  if (effect === "allow") return;
  throw accessDenied(
    "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.",
  );
}

/** Undefined where it has none, or is not there: AWS does not say which. */
async function policyOf(ctx: Waiting, lambdaArn: string): Promise<string | undefined> {
  const [, , , region = "", account = ""] = lambdaArn.split(":");
  try {
    const there = ctx.as(rootPrincipal(account)).at({ region, account });
    return (await there.call(lambda, "GetPolicy", { FunctionName: lambdaArn })).Policy;
  } catch (error) {
    if (!(error instanceof Fault) || error.code === "NotImplemented") throw error;
    return undefined;
  }
}
