// A stage ready to serve: its snapshot's routes as a table, each with its
// integration and authorizer. Compiled once for a stage and its deployment.

import { type ContextVariable, compileLogFormat } from "../../../gateway/log-format.ts";
import { destinationOf, type LogDestination } from "../../../gateway/log-shipper.ts";
import type { Cors } from "../../../model/generated/apigatewayv2.d.ts";
import type { Snapshot } from "../records/deployment.ts";
import type { AuthorizerState, IntegrationState, RouteState } from "../records/parts.ts";
import type { StageState } from "../records/stage.ts";
import { compileRoutes, type RouteTable } from "./route-table.ts";

export interface CompiledRoute {
  readonly state: RouteState;
  readonly integration: IntegrationState | undefined;
  readonly authorizer: AuthorizerState | undefined;
  readonly throttle: { readonly key: string; readonly rate: number; readonly burst: number } | undefined;
}

export interface AccessLog {
  readonly destination: LogDestination;
  readonly line: (context: ContextVariable) => string;
}

export interface CompiledStage {
  readonly apiId: string;
  readonly stage: StageState;
  readonly snapshot: Snapshot;
  readonly cors: Cors | undefined;
  readonly route: RouteTable<CompiledRoute>;
  readonly accessLog: AccessLog | undefined;
}

/** What holds for an account where nothing else is said. */
const accountLimits = { rate: 10_000, burst: 5000 };

export function compileStage(stage: StageState, snapshot: Snapshot): CompiledStage {
  const integrations = new Map(snapshot.integrations.map((each) => [each.IntegrationId, each]));
  const authorizers = new Map(snapshot.authorizers.map((each) => [each.AuthorizerId, each]));
  const routes = snapshot.routes.map((state): [string, CompiledRoute] => [
    state.RouteKey,
    {
      state,
      integration: integrations.get(state.Target?.replace(/^integrations\//, "") ?? ""),
      authorizer: authorizers.get(state.AuthorizerId ?? ""),
      throttle: throttleOf(stage, state),
    },
  ]);
  return {
    apiId: snapshot.apiId,
    stage,
    snapshot,
    cors: snapshot.api.CorsConfiguration,
    route: compileRoutes(routes),
    accessLog: accessLogOf(stage),
  };
}

/** Each route has a bucket of its own, as AWS applies the stage's default to each. */
function throttleOf(stage: StageState, { RouteKey }: RouteState): CompiledRoute["throttle"] {
  const own = stage.RouteSettings[RouteKey];
  const rate = own?.ThrottlingRateLimit ?? stage.DefaultRouteSettings.ThrottlingRateLimit;
  const burst = own?.ThrottlingBurstLimit ?? stage.DefaultRouteSettings.ThrottlingBurstLimit;
  if (rate === undefined && burst === undefined) return undefined;
  return {
    key: `${stage.apiId}\n${stage.StageName}\n${RouteKey}`,
    rate: rate ?? accountLimits.rate,
    burst: burst ?? accountLimits.burst,
  };
}

function accessLogOf({ AccessLogSettings, apiId, StageName }: StageState): AccessLog | undefined {
  const { DestinationArn, Format } = AccessLogSettings ?? {};
  if (DestinationArn === undefined || Format === undefined) return undefined;
  return {
    destination: destinationOf(DestinationArn, `${apiId}-${StageName.replace("$", "")}`),
    line: compileLogFormat(Format),
  };
}

const compiled = new WeakMap<StageState, CompiledStage>();

/** `load` is asked only where this stage, as it stands, was not compiled before. */
export async function compiledStage(
  stage: StageState,
  load: () => Promise<Snapshot | undefined>,
): Promise<CompiledStage | undefined> {
  const known = compiled.get(stage);
  if (known !== undefined) return known;
  const snapshot = await load();
  if (snapshot === undefined) return undefined;
  const made = compileStage(stage, snapshot);
  compiled.set(stage, made);
  return made;
}
