// Who may connect: anybody, whoever signs, or whom a function lets. Asked once;
// what the function says of the client stays with the connection.

import { Fault } from "../../../core/fault.ts";
import type { HttpRequest } from "../../../core/http.ts";
import type { Principal } from "../../../core/principal.ts";
import type { Identify } from "../../../core/service.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { policyAllows } from "../../../gateway/authorizer-policy.ts";
import { functionOfUri, invokeFunction } from "../../../gateway/lambda.ts";
import type { AuthorizerState } from "../records/parts.ts";
import { authorizerEvent } from "./event.ts";
import { type Exchange, routeArn } from "./exchange.ts";
import { Failure, forbidden, internalError } from "./failure.ts";
import type { SocketRoute } from "./routes.ts";

export interface Authorized {
  readonly caller?: Principal;
  /** `requestContext.authorizer` of all that follows. */
  readonly authorizer?: Readonly<Record<string, unknown>>;
}

const longestMilliseconds = 29_000;

export async function authorize(
  ctx: Waiting,
  exchange: Exchange,
  request: HttpRequest,
  { route, authorizer }: SocketRoute,
  identify: Identify,
): Promise<Authorized> {
  if (route.AuthorizationType === "AWS_IAM") return { caller: await signer(identify) };
  if (route.AuthorizationType !== "CUSTOM") return {};
  if (authorizer === undefined) throw internalError();
  return { authorizer: await asked(ctx, exchange, request, authorizer) };
}

async function signer(identify: Identify): Promise<Principal> {
  try {
    const caller = await identify("execute-api");
    if (caller.type !== "anonymous") return caller;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw forbidden(error.message);
  }
  throw forbidden("Missing Authentication Token");
}

async function asked(
  ctx: Waiting,
  exchange: Exchange,
  request: HttpRequest,
  authorizer: AuthorizerState,
): Promise<Readonly<Record<string, unknown>>> {
  const { IdentitySource = [], AuthorizerUri = "", AuthorizerCredentialsArn } = authorizer;
  if (!IdentitySource.every((source) => isGiven(exchange, request, source))) throw unauthorized();
  const began = ctx.now();
  const functionName = functionOfUri(AuthorizerUri);
  if (functionName === undefined) throw internalError();
  const { region, account, apiId } = exchange.connection;
  const answer = await invokeFunction(ctx, {
    functionName,
    payload: Buffer.from(JSON.stringify(authorizerEvent(exchange, request))),
    credentials: AuthorizerCredentialsArn,
    sourceArn: `arn:aws:execute-api:${region}:${account}:${apiId}/authorizers/${authorizer.AuthorizerId}`,
    timeoutMilliseconds: longestMilliseconds,
  });
  if (answer.kind !== "answered") throw internalError();
  const said = parsed(answer.payload);
  if (answer.functionError !== undefined) {
    throw said.errorMessage === "Unauthorized" ? unauthorized() : internalError();
  }
  const allowed = policyAllows(said.policyDocument, routeArn(exchange));
  if (allowed === undefined || typeof said.principalId !== "string") throw internalError();
  if (!allowed) throw forbidden("User is not authorized to access this resource");
  return { principalId: said.principalId, integrationLatency: ctx.now() - began, ...contextOf(said.context) };
}

const unauthorized = (): Failure => new Failure(401, "Unauthorized");

function isGiven({ served, connection }: Exchange, request: HttpRequest, source: string): boolean {
  const [, place = "", name = ""] =
    /^(route\.request\.header|route\.request\.querystring|stageVariables|context)\.(.+)$/.exec(source) ?? [];
  switch (place) {
    case "route.request.header":
      return (request.headers[name.toLowerCase()] ?? "") !== "";
    case "route.request.querystring":
      return (new URLSearchParams(request.query).get(name) ?? "") !== "";
    case "stageVariables":
      return (served.stage.StageVariables[name] ?? "") !== "";
    default:
      return Object.hasOwn(connection, name) || name.startsWith("identity.");
  }
}

function parsed(payload: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload).toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Texts, numbers and truth values, as texts; whatever else a function puts there is an error. */
function contextOf(context: unknown): Readonly<Record<string, string>> {
  if (context === undefined || context === null) return {};
  if (typeof context !== "object") throw internalError();
  return Object.fromEntries(
    Object.entries(context).map(([name, value]) => {
      if (value !== null && typeof value === "object") throw internalError();
      return [name, String(value)];
    }),
  );
}
