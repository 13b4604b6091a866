// Authorizers: who may call a method, by a function or a user pool.

import type { Transaction } from "../../../core/transaction.ts";
import type { Authorizer } from "../../../model/generated/apigateway.d.ts";
import { AuthorizerRecord, type AuthorizerState } from "../apis/parts.ts";
import { openRestApi } from "../apis/rest-api.ts";
import { badRequest, type Input, notFound, type Output } from "../model.ts";
import { patched, patchTable } from "../patch/patch.ts";
import { type PatchRule, replaceable } from "../patch/rule.ts";
import { integer, oneOf, text } from "../patch/value.ts";
import { shownPage } from "./page.ts";

const defaultTtlSeconds = 300;
const maximumTtlSeconds = 3600;

export async function createAuthorizer(
  input: Input<"CreateAuthorizer">,
  tx: Transaction,
): Promise<Output<"CreateAuthorizer">> {
  await openRestApi(tx, input.restApiId);
  const { restApiId, ...given } = input;
  const authorizer = newAuthorizer(tx, restApiId, given);
  await checkName(tx, authorizer);
  tx.put(AuthorizerRecord, authorizer);
  return shown(authorizer);
}

/** An authorizer with its defaults, checked; nothing is stored. */
export function newAuthorizer(
  tx: Transaction,
  apiId: string,
  given: Omit<Authorizer, "id"> & Pick<AuthorizerState, "name" | "type">,
): AuthorizerState {
  const pool = given.type === "COGNITO_USER_POOLS";
  const authorizer: AuthorizerState = {
    ...given,
    apiId,
    id: tx.ids.lower(6),
    authType: given.authType ?? (pool ? "cognito_user_pools" : "custom"),
    ...(pool
      ? {}
      : { authorizerResultTtlInSeconds: given.authorizerResultTtlInSeconds ?? defaultTtlSeconds }),
  };
  checkAuthorizer(authorizer);
  return authorizer;
}

async function checkName(tx: Transaction, { apiId, id, name }: AuthorizerState): Promise<void> {
  const others = await tx.all(AuthorizerRecord, [apiId]);
  if (others.some((each) => each.name === name && each.id !== id)) {
    throw badRequest(`Authorizer name must be unique. Authorizer ${name} already exists in this RestApi.`);
  }
}

const sourcePattern =
  /^(?:method\.request\.(?:header|querystring|multivalueheader|multivaluequerystring)\.[^\s,]+|stageVariables\.[^\s,]+|context\.[^\s,]+)$/;

function checkAuthorizer(authorizer: AuthorizerState): void {
  const { type, authorizerUri, identitySource, authorizerResultTtlInSeconds: ttl } = authorizer;
  if (ttl !== undefined && (ttl < 0 || ttl > maximumTtlSeconds)) {
    throw badRequest(`Authorizer result TTL must be between 0 and ${maximumTtlSeconds} seconds`);
  }
  if (type === "COGNITO_USER_POOLS") {
    if ((authorizer.providerARNs ?? []).length === 0) {
      throw badRequest("Cognito user pool authorizers must have at least one provider ARN");
    }
    return;
  }
  if (!authorizerUri || !/^arn:aws[\w-]*:apigateway:[^:]*:lambda:path\/./.test(authorizerUri)) {
    throw badRequest(
      "Invalid Authorizer URI: Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.",
    );
  }
  const sources = identitySource?.split(",").map((each) => each.trim()) ?? [];
  if (type === "TOKEN" && (sources.length !== 1 || !/^method\.request\.header\.[^\s,]+$/.test(sources[0]!))) {
    throw badRequest(`Invalid identity source specified: ${identitySource ?? ""}`);
  }
  if (type === "REQUEST") {
    if (sources.some((each) => !sourcePattern.test(each))) {
      throw badRequest(`Invalid identity source specified: ${identitySource}`);
    }
    if (sources.length === 0 && ttl !== 0) {
      throw badRequest("Identity source is required for REQUEST authorizers with caching enabled");
    }
  }
}

export async function openAuthorizer(tx: Transaction, apiId: string, id: string): Promise<AuthorizerState> {
  const authorizer = await tx.get(AuthorizerRecord, apiId, id);
  if (authorizer === undefined) throw notFound("Invalid Authorizer identifier specified");
  return authorizer;
}

export async function getAuthorizer(
  { restApiId, authorizerId }: Input<"GetAuthorizer">,
  tx: Transaction,
): Promise<Output<"GetAuthorizer">> {
  await openRestApi(tx, restApiId);
  return shown(await openAuthorizer(tx, restApiId, authorizerId));
}

export async function getAuthorizers(
  input: Input<"GetAuthorizers">,
  tx: Transaction,
): Promise<Output<"GetAuthorizers">> {
  await openRestApi(tx, input.restApiId);
  return shownPage(tx, AuthorizerRecord, input, shown, { prefix: [input.restApiId] });
}

const nothing = (value: string): unknown => (value === "" ? undefined : value);

/** User pools are added and removed by value. */
const providers: PatchRule = {
  path: "/providerARNs",
  ops: ["add", "remove"],
  edit: (draft, { op, value }) => {
    const others = (draft.providerARNs ?? []).filter((each: string) => each !== value);
    draft.providerARNs = op === "add" ? [...others, value] : others;
  },
};

const rules = patchTable([
  replaceable("/name", text),
  replaceable("/type", oneOf("TOKEN", "REQUEST", "COGNITO_USER_POOLS")),
  replaceable("/authorizerUri", text),
  replaceable("/authorizerCredentials", nothing),
  replaceable("/authorizerResultTtlInSeconds", integer()),
  replaceable("/authType", text),
  replaceable("/identitySource", nothing),
  replaceable("/identityValidationExpression", nothing),
  providers,
]);

export async function updateAuthorizer(
  { restApiId, authorizerId, patchOperations }: Input<"UpdateAuthorizer">,
  tx: Transaction,
): Promise<Output<"UpdateAuthorizer">> {
  await openRestApi(tx, restApiId);
  const before = await openAuthorizer(tx, restApiId, authorizerId);
  const authorizer = patched(before, patchOperations, rules);
  checkAuthorizer(authorizer);
  if (authorizer.name !== before.name) await checkName(tx, authorizer);
  tx.put(AuthorizerRecord, authorizer);
  return shown(authorizer);
}

export async function deleteAuthorizer(
  { restApiId, authorizerId }: Input<"DeleteAuthorizer">,
  tx: Transaction,
): Promise<Output<"DeleteAuthorizer">> {
  await openRestApi(tx, restApiId);
  await openAuthorizer(tx, restApiId, authorizerId);
  tx.delete(AuthorizerRecord, restApiId, authorizerId);
  return {};
}

function shown({ apiId: _apiId, ...authorizer }: AuthorizerState): Authorizer {
  return authorizer;
}
