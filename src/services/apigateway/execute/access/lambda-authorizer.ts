// Lambda authorizers: a function says who calls and what they may, and its
// answer is remembered for the identity that it was given.
// (docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html)

import { functionOfUri, invokeFunction } from "../../../../gateway/lambda.ts";
import { gatewayState } from "../../../../gateway/process-state.ts";
import { PolicyError } from "../../../../lang/policy/error.ts";
import { compilePolicy, type Policy } from "../../../../lang/policy/policy.ts";
import { pattern } from "../../../../lang/vtl/methods/java-pattern.ts";
import type { ValueMap } from "../../../../lang/vtl/value.ts";
import type { AuthorizerState } from "../../apis/parts.ts";
import { Refusal } from "../answer/refusal.ts";
import { type Exchange, methodArn } from "../exchange.ts";
import { eventContext, parameters } from "../integrations/proxy-event.ts";
import { withStageVariables } from "../integrations/stage-variables.ts";
import { sourceOf } from "../mapping/parameters.ts";
import { headerOf } from "../request/request.ts";

export interface Authorization {
  readonly principalId: string;
  readonly policy: Policy;
  readonly policyDocument: unknown;
  readonly context: Readonly<Record<string, string>>;
  readonly usageIdentifierKey: string | undefined;
}

const defaultTtlSeconds = 300;
const timeoutMilliseconds = 30_000;

const unauthorized = (): Refusal => new Refusal("UNAUTHORIZED", "Unauthorized");
const misconfigured = (): Refusal => new Refusal("AUTHORIZER_CONFIGURATION_ERROR", null);

/** Throws a refusal where the authorizer does not let the request pass. */
export async function askAuthorizer(exchange: Exchange, authorizer: AuthorizerState): Promise<void> {
  const began = exchange.ctx.now();
  const authorization = await authorizationOf(exchange, authorizer);
  exchange.context.authorizer = {
    principalId: authorization.principalId,
    integrationLatency: exchange.ctx.now() - began,
    ...authorization.context,
  } as ValueMap;
  exchange.usageKey = authorization.usageIdentifierKey;
  const request = {
    action: "execute-api:Invoke",
    resource: methodArn(exchange),
    principal: {},
    context: () => undefined,
  };
  const { effect } = authorization.policy.evaluate(request);
  if (effect === "allow") return;
  const how = effect === "deny" ? " with an explicit deny" : "";
  exchange.log.error("The client is not authorized to perform this operation.");
  throw new Refusal("ACCESS_DENIED", `User is not authorized to access this resource${how}`, {
    capital: true,
  });
}

export async function authorizationOf(
  exchange: Exchange,
  authorizer: AuthorizerState,
): Promise<Authorization> {
  const { ctx, stage } = exchange;
  const ttl = (authorizer.authorizerResultTtlInSeconds ?? defaultTtlSeconds) * 1000;
  const identity = identityOf(exchange, authorizer, ttl > 0);
  const key = [
    ctx.account,
    authorizer.apiId,
    stage.state.stageName,
    stage.state.authorizerCacheEpoch ?? "",
    authorizer.id,
    JSON.stringify(identity),
  ].join("\n");
  const { authorizations } = gatewayState(ctx);
  // Without sources there is nothing to remember an answer by.
  const keeps = ttl > 0 && identity.length > 0;
  const known = keeps ? authorizations.get(key, ctx.now()) : undefined;
  if (known !== undefined) return known as Authorization;
  const authorization = await asked(exchange, authorizer, identity[0] ?? "");
  if (keeps) authorizations.put(key, authorization, ctx.now() + ttl);
  return authorization;
}

/** The values of the identity sources; without one of them nobody is asked. */
function identityOf(exchange: Exchange, authorizer: AuthorizerState, needed: boolean): readonly string[] {
  const { type, identitySource, identityValidationExpression } = authorizer;
  const sources = (identitySource ?? "").split(",").flatMap((each) => each.trim() || []);
  if (type === "TOKEN") {
    const name = (sources[0] ?? "method.request.header.Authorization").replace("method.request.header.", "");
    const token = headerOf(exchange.request, name);
    if (token === undefined || token === "") throw unauthorized();
    const wanted = identityValidationExpression;
    if (wanted && pattern(`^(?:${wanted})$`, "")?.test(token) !== true) throw unauthorized();
    return [token];
  }
  const values = sources.map((source) => sourceOf(source)(exchange, exchange.body, undefined));
  if (needed && values.some((value) => value === undefined || value === "")) throw unauthorized();
  return values.map(String);
}

async function asked(exchange: Exchange, authorizer: AuthorizerState, token: string): Promise<Authorization> {
  const { ctx, stage, log } = exchange;
  const functionName = functionOfUri(withStageVariables(authorizer.authorizerUri ?? "", stage.variables));
  if (functionName === undefined) throw misconfigured();
  log.info(`Starting authorizer: ${authorizer.id}`);
  const answer = await invokeFunction(ctx.traced(exchange.trace), {
    functionName,
    payload: Buffer.from(JSON.stringify(authorizerEvent(exchange, authorizer, token))),
    credentials: authorizer.authorizerCredentials,
    sourceArn: `arn:aws:execute-api:${ctx.region}:${ctx.account}:${authorizer.apiId}/authorizers/${authorizer.id}`,
    timeoutMilliseconds,
  });
  if (answer.kind !== "answered") {
    log.error("Execution failed due to configuration error: Authorizer could not be invoked");
    throw new Refusal("AUTHORIZER_FAILURE", null);
  }
  const value = parsed(answer.payload);
  if (answer.functionError !== undefined) {
    const { errorMessage } = (value ?? {}) as { readonly errorMessage?: unknown };
    if (errorMessage === "Unauthorized") throw unauthorized();
    log.error("Execution failed due to an authorizer error");
    throw new Refusal("AUTHORIZER_FAILURE", null);
  }
  const authorization = readAuthorization(value);
  if (authorization === undefined) {
    log.error("Execution failed due to configuration error: Invalid JSON in authorizer response");
    throw misconfigured();
  }
  return authorization;
}

function authorizerEvent(exchange: Exchange, { type }: AuthorizerState, token: string): object {
  const arn = methodArn(exchange);
  if (type === "TOKEN") return { type, methodArn: arn, authorizationToken: token };
  const { request, route } = exchange;
  const given = Object.entries(parameters(exchange)).map(([name, value]) => [name, value ?? {}]);
  return {
    type,
    methodArn: arn,
    resource: route?.method.resource.path ?? request.path,
    path: request.eventPath,
    httpMethod: request.method,
    ...Object.fromEntries(given),
    requestContext: eventContext(exchange),
  };
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString());
  } catch {
    return undefined;
  }
}

/** Undefined where it is not what an authorizer must answer: a principal, a policy, and a context of plain values. */
function readAuthorization(value: unknown): Authorization | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { principalId, policyDocument, context, usageIdentifierKey } = value as Readonly<
    Record<string, unknown>
  >;
  if (typeof principalId !== "string" && typeof principalId !== "number") return undefined;
  const plain: Record<string, string> = {};
  for (const [name, each] of Object.entries((context ?? {}) as object)) {
    if (typeof each === "object" && each !== null) return undefined;
    if (each !== null && each !== undefined) plain[name] = String(each);
  }
  try {
    return {
      principalId: String(principalId),
      policy: compilePolicy(JSON.stringify(policyDocument)),
      policyDocument,
      context: plain,
      usageIdentifierKey: typeof usageIdentifierKey === "string" ? usageIdentifierKey : undefined,
    };
  } catch (error) {
    if (error instanceof PolicyError || error instanceof TypeError) return undefined;
    throw error;
  }
}
