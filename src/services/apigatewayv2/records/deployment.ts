// A deployment: the moment at which an API's routes and all that they need
// were taken as they stood. The snapshot never changes, so that whatever is
// compiled of it can be kept.

import { defineResource } from "../../../core/resource.ts";
import type { Deployment } from "../../../model/generated/apigatewayv2.d.ts";
import type { ApiState } from "./api.ts";
import type {
  AuthorizerState,
  IntegrationResponseState,
  IntegrationState,
  ModelState,
  RouteResponseState,
  RouteState,
} from "./parts.ts";

export interface DeploymentState extends Deployment {
  readonly apiId: string;
  readonly DeploymentId: string;
  readonly CreatedDate: number;
  readonly AutoDeployed: boolean;
}

export const DeploymentRecord = defineResource<DeploymentState>()({
  service: "apigatewayv2",
  type: "deployment",
  key: (deployment) => [deployment.apiId, deployment.DeploymentId],
});

export interface Snapshot {
  readonly apiId: string;
  readonly deploymentId: string;
  readonly api: ApiState;
  readonly routes: readonly RouteState[];
  readonly integrations: readonly IntegrationState[];
  readonly authorizers: readonly AuthorizerState[];
  readonly models: readonly ModelState[];
  readonly routeResponses: readonly RouteResponseState[];
  readonly integrationResponses: readonly IntegrationResponseState[];
}

/** Kept decoded: what is compiled of a snapshot may hang on the value by a WeakMap. */
export const SnapshotRecord = defineResource<Snapshot>()({
  service: "apigatewayv2",
  type: "snapshot",
  key: (snapshot) => [snapshot.apiId, snapshot.deploymentId],
  cached: true,
});
