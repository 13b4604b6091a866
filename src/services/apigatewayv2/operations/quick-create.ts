// Quick create: an API with a catch-all route, its integration and a $default
// stage that deploys by itself, all managed by API Gateway.

import type { Transaction } from "../../../core/transaction.ts";
import { checkRouteKey } from "../checks/route-key.ts";
import { badRequest } from "../model.ts";
import type { ApiState } from "../records/api.ts";
import { IntegrationRecord, type IntegrationState, RouteRecord } from "../records/parts.ts";
import { defaultStage } from "../records/stage.ts";
import { deployAutomatically } from "./deploy.ts";
import { putNewStage } from "./stages.ts";

export interface QuickTarget {
  readonly RouteKey?: string | undefined;
  readonly Target?: string | undefined;
  readonly CredentialsArn?: string | undefined;
}

export async function quickCreate(
  tx: Transaction,
  api: ApiState,
  { RouteKey = "$default", Target = "", CredentialsArn }: QuickTarget,
): Promise<void> {
  checkRouteKey(RouteKey, "HTTP");
  const integration: IntegrationState = {
    apiId: api.ApiId,
    IntegrationId: tx.ids.lower(7),
    ApiGatewayManaged: true,
    ConnectionType: "INTERNET",
    TimeoutInMillis: 30_000,
    ...targetSettings(Target),
    ...(CredentialsArn === undefined ? {} : { CredentialsArn }),
  };
  tx.put(IntegrationRecord, integration);
  tx.put(RouteRecord, {
    apiId: api.ApiId,
    RouteId: tx.ids.lower(7),
    RouteKey,
    ApiGatewayManaged: true,
    ApiKeyRequired: false,
    AuthorizationType: "NONE",
    Target: `integrations/${integration.IntegrationId}`,
  });
  putNewStage(tx, { apiId: api.ApiId, StageName: defaultStage, ApiGatewayManaged: true, AutoDeploy: true });
  await deployAutomatically(tx, api.ApiId);
}

function targetSettings(
  target: string,
): Pick<
  IntegrationState,
  "IntegrationType" | "IntegrationUri" | "IntegrationMethod" | "PayloadFormatVersion"
> {
  if (/^https?:\/\//.test(target)) {
    return {
      IntegrationType: "HTTP_PROXY",
      IntegrationUri: target,
      IntegrationMethod: "ANY",
      PayloadFormatVersion: "1.0",
    };
  }
  if (!target.startsWith("arn:")) throw badRequest("Invalid target specified");
  return {
    IntegrationType: "AWS_PROXY",
    IntegrationUri: target,
    IntegrationMethod: "POST",
    PayloadFormatVersion: "2.0",
  };
}

/** UpdateApi's way to change what quick create made. */
export async function changeManagedTarget(
  tx: Transaction,
  api: ApiState,
  { RouteKey, Target, CredentialsArn }: QuickTarget,
): Promise<void> {
  const routes = await tx.all(RouteRecord, [api.ApiId]);
  const integrations = await tx.all(IntegrationRecord, [api.ApiId]);
  const route = routes.find(({ ApiGatewayManaged }) => ApiGatewayManaged === true);
  const integration = integrations.find(({ ApiGatewayManaged }) => ApiGatewayManaged === true);
  if (route === undefined || integration === undefined) {
    throw badRequest("Quick create target can only be updated for APIs that were created by quick create");
  }
  if (RouteKey !== undefined) {
    checkRouteKey(RouteKey, "HTTP");
    tx.put(RouteRecord, { ...route, RouteKey });
  }
  tx.put(IntegrationRecord, {
    ...integration,
    ...(Target === undefined ? {} : targetSettings(Target)),
    ...(CredentialsArn === undefined ? {} : { CredentialsArn }),
  });
}
