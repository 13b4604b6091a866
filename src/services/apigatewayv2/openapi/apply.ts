// From a described API to its records: authorizers, integrations, routes.

import type { Transaction } from "../../../core/transaction.ts";
import type { Integration } from "../../../model/generated/apigatewayv2.d.ts";
import { putNewAuthorizer } from "../operations/authorizers.ts";
import { putNewIntegration } from "../operations/integrations.ts";
import { checkRouteCount, putNewRoute } from "../operations/routes.ts";
import type { ApiState } from "../records/api.ts";
import type { DescribedApi, DescribedRoute } from "./read.ts";

export async function putDescribedParts(
  tx: Transaction,
  api: ApiState,
  described: DescribedApi,
): Promise<void> {
  checkRouteCount(described.routes.length);
  const authorizerIds = new Map<string, string>();
  for (const [scheme, authorizer] of described.authorizers) {
    if (authorizer === "AWS_IAM") continue;
    authorizerIds.set(scheme, (await putNewAuthorizer(tx, api, authorizer)).AuthorizerId);
  }
  // Routes that describe the same integration share one.
  const integrationIds = new Map<string, string>();
  for (const route of described.routes) {
    const target = route.integration && integrationId(tx, api, route.integration, integrationIds);
    await putNewRoute(tx, api, {
      RouteKey: route.RouteKey,
      ...(route.OperationName === undefined ? {} : { OperationName: route.OperationName }),
      ...(target === undefined ? {} : { Target: `integrations/${target}` }),
      ...authorization(route, described, authorizerIds),
    });
  }
}

function integrationId(
  tx: Transaction,
  api: ApiState,
  integration: Integration,
  known: Map<string, string>,
): string {
  const key = JSON.stringify(integration);
  const id = known.get(key) ?? putNewIntegration(tx, api, integration).IntegrationId;
  known.set(key, id);
  return id;
}

function authorization(
  { security }: DescribedRoute,
  { authorizers }: DescribedApi,
  ids: ReadonlyMap<string, string>,
) {
  const authorizer = security && authorizers.get(security.scheme);
  if (security === undefined || authorizer === undefined) return {};
  if (authorizer === "AWS_IAM") return { AuthorizationType: "AWS_IAM" as const };
  const AuthorizerId = ids.get(security.scheme);
  if (authorizer.AuthorizerType === "REQUEST") return { AuthorizationType: "CUSTOM" as const, AuthorizerId };
  const scopes = security.scopes.length === 0 ? {} : { AuthorizationScopes: security.scopes };
  return { AuthorizationType: "JWT" as const, AuthorizerId, ...scopes };
}
