// Lambda authorizers: asked with the request, their answers kept by identity
// for as long as the authorizer says
// (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html).

import { policyAllows } from "../../../../gateway/authorizer-policy.ts";
import { functionOfUri, invokeFunction } from "../../../../gateway/lambda.ts";
import { gatewayState } from "../../../../gateway/process-state.ts";
import type { AuthorizerState } from "../../records/parts.ts";
import { forbidden, internalError, unauthorized } from "../answer.ts";
import { requestFields, requestFields1 } from "../event.ts";
import { type Authorization, type Exchange, executeArn } from "../exchange.ts";
import { withStageVariables } from "../mapping/stage-variables.ts";
import { identityValues } from "./identity-sources.ts";

const timeoutMilliseconds = 10_000;

type Fields = Readonly<Record<string, unknown>>;

export async function authorizeByFunction(
  exchange: Exchange,
  authorizer: AuthorizerState,
): Promise<Authorization> {
  const sources = authorizer.IdentitySource ?? [];
  const identity = identityValues(exchange, sources);
  if (identity === undefined) throw unauthorized();
  const { ctx, served } = exchange;
  const ttl = sources.length === 0 ? 0 : (authorizer.AuthorizerResultTtlInSeconds ?? 300) * 1000;
  const { authorizations } = gatewayState(ctx);
  const key = JSON.stringify([
    served.apiId,
    served.stage.StageName,
    served.stage.authorizersResetAt ?? 0,
    authorizer,
    identity,
  ]);
  const known = ttl > 0 ? authorizations.get(key, ctx.now()) : undefined;
  const answer = (known ?? (await asked(exchange, authorizer, identity))) as Fields;
  if (known === undefined && ttl > 0) authorizations.put(key, answer, ctx.now() + ttl);
  return judged(exchange, authorizer, answer);
}

async function asked(
  exchange: Exchange,
  authorizer: AuthorizerState,
  identity: readonly string[],
): Promise<Fields> {
  const { ctx, served } = exchange;
  const uri = withStageVariables(authorizer.AuthorizerUri ?? "", served.stage.StageVariables);
  const functionName = functionOfUri(uri);
  if (functionName === undefined) throw internalError();
  const event =
    authorizer.AuthorizerPayloadFormatVersion === "2.0"
      ? eventOfFormat2(exchange, identity)
      : eventOfFormat1(exchange, identity);
  const answered = await invokeFunction(ctx, {
    functionName,
    payload: Buffer.from(JSON.stringify(event)),
    credentials: authorizer.AuthorizerCredentialsArn,
    sourceArn: `arn:aws:execute-api:${ctx.region}:${ctx.account}:${served.apiId}/authorizers/${authorizer.AuthorizerId}`,
    timeoutMilliseconds,
  });
  if (answered.kind !== "answered" || answered.functionError !== undefined) {
    exchange.authorizerError = "The authorizer could not be invoked, or failed.";
    throw internalError();
  }
  try {
    const value: unknown = JSON.parse(Buffer.from(answered.payload).toString());
    if (typeof value === "object" && value !== null) return value as Fields;
  } catch {
    // Falls through: what is no JSON is no answer either.
  }
  exchange.authorizerError = "The authorizer's response is not valid.";
  throw internalError();
}

function eventOfFormat2(exchange: Exchange, identity: readonly string[]): Fields {
  return {
    version: "2.0",
    type: "REQUEST",
    routeArn: executeArn(exchange),
    identitySource: identity,
    ...requestFields(exchange),
  };
}

function eventOfFormat1(exchange: Exchange, identity: readonly string[]): Fields {
  const joined = identity.join(",");
  return {
    version: "1.0",
    type: "REQUEST",
    methodArn: executeArn(exchange),
    identitySource: joined,
    authorizationToken: joined,
    ...requestFields1(exchange),
  };
}

/** A simple response says yes or no; a policy is held against this very request. */
function judged(exchange: Exchange, authorizer: AuthorizerState, answer: Fields): Authorization {
  const context = typeof answer.context === "object" && answer.context !== null ? answer.context : {};
  const { principalId } = answer;
  const allowed =
    authorizer.EnableSimpleResponses === true
      ? typeof answer.isAuthorized === "boolean"
        ? answer.isAuthorized
        : undefined
      : policyAllows(answer.policyDocument, executeArn(exchange));
  if (allowed === undefined) {
    exchange.authorizerError = "The authorizer's response is not valid.";
    throw internalError();
  }
  if (!allowed) throw forbidden();
  return {
    kind: "lambda",
    principalId: typeof principalId === "string" ? principalId : undefined,
    context: context as Fields,
  };
}
