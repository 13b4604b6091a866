// A deployment's snapshot: the whole API as it was when it was deployed, as
// data. It never changes, so whoever serves it may compile it once by its id.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import {
  AuthorizerRecord,
  type AuthorizerState,
  GatewayResponseRecord,
  type GatewayResponseState,
  ModelRecord,
  type ModelState,
  RequestValidatorRecord,
  type RequestValidatorState,
} from "../apis/parts.ts";
import { ResourceRecord, type ResourceState } from "../apis/resource.ts";
import type { RestApiState } from "../apis/rest-api.ts";

export interface ApiSnapshot {
  readonly api: RestApiState;
  readonly resources: readonly ResourceState[];
  readonly authorizers: readonly AuthorizerState[];
  readonly models: readonly ModelState[];
  readonly requestValidators: readonly RequestValidatorState[];
  /** Only those that were changed; the defaults are in `apis/gateway-response-defaults.ts`. */
  readonly gatewayResponses: readonly GatewayResponseState[];
}

/** The snapshot of a deployment, apart from it: deployments are listed, snapshots are large. */
export interface SnapshotState extends ApiSnapshot {
  readonly apiId: string;
  readonly deploymentId: string;
}

export const SnapshotRecord = defineResource<SnapshotState>()({
  service: "apigateway",
  type: "snapshot",
  key: (snapshot) => [snapshot.apiId, snapshot.deploymentId],
});

/** The API as it is now: what is deployed, and what test invocations run against. */
export async function takeSnapshot(tx: Transaction, api: RestApiState): Promise<ApiSnapshot> {
  const [resources, authorizers, models, requestValidators, gatewayResponses] = await Promise.all([
    tx.all(ResourceRecord, [api.id]),
    tx.all(AuthorizerRecord, [api.id]),
    tx.all(ModelRecord, [api.id]),
    tx.all(RequestValidatorRecord, [api.id]),
    tx.all(GatewayResponseRecord, [api.id]),
  ]);
  return { api, resources, authorizers, models, requestValidators, gatewayResponses };
}
