// Authorizers: create, read, change, delete, and forgetting what they said.

import type { Transaction } from "../../../core/transaction.ts";
import { badRequest, conflict, type Input, notFound, nothing, type Output } from "../model.ts";
import { type ApiState, getApi } from "../records/api.ts";
import { changed, given, shown } from "../records/change.ts";
import { AuthorizerRecord, type AuthorizerState, RouteRecord } from "../records/parts.ts";
import { deployAutomatically } from "./deploy.ts";
import { pageOf } from "./page.ts";

const mostAuthorizers = 10;

export async function createAuthorizer(
  input: Input<"CreateAuthorizer">,
  tx: Transaction,
): Promise<Output<"CreateAuthorizer">> {
  const { ApiId, ...settings } = input;
  const api = await getApi(tx, ApiId);
  const authorizer = await putNewAuthorizer(tx, api, given(settings));
  await deployAutomatically(tx, ApiId);
  return shown(authorizer, "apiId");
}

/** Checks and stores an authorizer under a new id. */
export async function putNewAuthorizer(
  tx: Transaction,
  api: ApiState,
  settings: Omit<AuthorizerState, "apiId" | "AuthorizerId">,
): Promise<AuthorizerState> {
  const cached = api.ProtocolType === "HTTP" && settings.AuthorizerType === "REQUEST";
  const authorizer: AuthorizerState = {
    // Without an identity source there is nothing that a cached answer could belong to.
    ...(cached ? { AuthorizerResultTtlInSeconds: settings.IdentitySource?.length ? 300 : 0 } : {}),
    ...(cached ? { EnableSimpleResponses: false } : {}),
    ...settings,
    apiId: api.ApiId,
    AuthorizerId: tx.ids.lower(6),
  };
  checkAuthorizer(api, authorizer);
  const existing = await tx.all(AuthorizerRecord, [api.ApiId]);
  if (existing.some(({ Name }) => Name === authorizer.Name)) {
    throw badRequest(
      `Authorizer name must be unique. Authorizer ${authorizer.Name} already exists in this API.`,
    );
  }
  if (existing.length >= mostAuthorizers) {
    throw badRequest(`Maximum number of authorizers (${mostAuthorizers}) for this API has been reached`);
  }
  tx.put(AuthorizerRecord, authorizer);
  return authorizer;
}

export async function getAuthorizer(
  input: Input<"GetAuthorizer">,
  tx: Transaction,
): Promise<Output<"GetAuthorizer">> {
  return shown(await find(tx, input), "apiId");
}

export async function getAuthorizers(
  input: Input<"GetAuthorizers">,
  tx: Transaction,
): Promise<Output<"GetAuthorizers">> {
  await getApi(tx, input.ApiId);
  return pageOf(tx, AuthorizerRecord, [input.ApiId], input, (each) => shown(each, "apiId"));
}

export async function updateAuthorizer(
  input: Input<"UpdateAuthorizer">,
  tx: Transaction,
): Promise<Output<"UpdateAuthorizer">> {
  const { ApiId, AuthorizerId: _id, ...changes } = input;
  const api = await getApi(tx, ApiId);
  const before = await find(tx, input);
  const authorizer = changed(before, changes, ["JwtConfiguration"]);
  checkAuthorizer(api, authorizer);
  tx.put(AuthorizerRecord, authorizer);
  await deployAutomatically(tx, ApiId);
  return shown(authorizer, "apiId");
}

export async function deleteAuthorizer(
  input: Input<"DeleteAuthorizer">,
  tx: Transaction,
): Promise<Output<"DeleteAuthorizer">> {
  const { AuthorizerId } = await find(tx, input);
  const routes = await tx.all(RouteRecord, [input.ApiId]);
  const user = routes.find((route) => route.AuthorizerId === AuthorizerId);
  if (user !== undefined) {
    throw conflict(
      `Cannot delete Authorizer '${AuthorizerId}' as it's referenced by Route '${user.RouteId}'`,
    );
  }
  tx.delete(AuthorizerRecord, input.ApiId, AuthorizerId);
  await deployAutomatically(tx, input.ApiId);
  return nothing;
}

async function find(
  tx: Transaction,
  { ApiId, AuthorizerId }: { readonly ApiId: string; readonly AuthorizerId: string },
): Promise<AuthorizerState> {
  await getApi(tx, ApiId);
  const authorizer = await tx.get(AuthorizerRecord, ApiId, AuthorizerId);
  if (authorizer === undefined) throw notFound("Invalid Authorizer identifier specified");
  return authorizer;
}

function checkAuthorizer(api: ApiState, authorizer: AuthorizerState): void {
  if (authorizer.AuthorizerType === "JWT") checkJwt(api, authorizer);
  else checkRequest(api, authorizer);
}

function checkRequest(api: ApiState, authorizer: AuthorizerState): void {
  const { AuthorizerUri, AuthorizerPayloadFormatVersion, EnableSimpleResponses } = authorizer;
  if (AuthorizerUri === undefined)
    throw badRequest("AuthorizerUri is a required parameter for REQUEST authorizer");
  if (
    !/^arn:aws[^:]*:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/.+\/invocations$/.test(AuthorizerUri)
  ) {
    throw badRequest(
      `Invalid Authorizer URI: ${AuthorizerUri}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
    );
  }
  if (api.ProtocolType === "WEBSOCKET") {
    for (const name of [
      "AuthorizerPayloadFormatVersion",
      "AuthorizerResultTtlInSeconds",
      "EnableSimpleResponses",
    ] as const) {
      if (authorizer[name]) throw badRequest(`${name} is not supported for protocol type WEBSOCKET`);
    }
    return;
  }
  if (AuthorizerPayloadFormatVersion === undefined) {
    throw badRequest("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer");
  }
  if (AuthorizerPayloadFormatVersion !== "1.0" && AuthorizerPayloadFormatVersion !== "2.0") {
    throw badRequest("AuthorizerPayloadFormatVersion provided is invalid. Valid values are: 1.0, 2.0");
  }
  if (EnableSimpleResponses === true && AuthorizerPayloadFormatVersion !== "2.0") {
    throw badRequest("EnableSimpleResponses is only supported for AuthorizerPayloadFormatVersion 2.0");
  }
  if ((authorizer.AuthorizerResultTtlInSeconds ?? 0) > 0 && !authorizer.IdentitySource?.length) {
    throw badRequest("IdentitySource is required when caching is enabled");
  }
}

function checkJwt(api: ApiState, { IdentitySource = [], JwtConfiguration }: AuthorizerState): void {
  if (api.ProtocolType === "WEBSOCKET") {
    throw badRequest("JWT authorizers are not supported for protocol type WEBSOCKET");
  }
  if (IdentitySource.length !== 1) throw badRequest("JWT authorizer requires exactly one identity source");
  if (!/^\$request\.(header|querystring)\.[^\s]+$/.test(IdentitySource[0] ?? "")) {
    throw badRequest("Invalid identity source specified for JWT authorizer");
  }
  if (JwtConfiguration?.Issuer === undefined) {
    throw badRequest("JwtConfiguration.Issuer is a required parameter for JWT authorizer");
  }
  if ((JwtConfiguration.Audience ?? []).length === 0) {
    throw badRequest("JwtConfiguration.Audience is a required parameter for JWT authorizer");
  }
}
