// One request on its way through an API: what is known of it, and what the
// steps add.

import type { Principal } from "../../../core/principal.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Body } from "../../../gateway/mapping/body.ts";
import type { ValueMap } from "../../../lang/vtl/value.ts";
import type { MethodSetting } from "../../../model/generated/apigateway.d.ts";
import type { StageState } from "../deployments/stage.ts";
import type { CompiledApi, CompiledMethod } from "./api/compiled-api.ts";
import type { ExecutionLog } from "./logs/execution-log.ts";
import type { ApiRequest } from "./request/request.ts";

/** The stage that serves a request: the canary's part of it, or the other. */
export interface ServedStage {
  readonly state: StageState;
  readonly api: CompiledApi;
  readonly deploymentId: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly canary: boolean;
}

export interface Exchange {
  /** In the API's own account and region. */
  readonly ctx: Waiting;
  readonly api: CompiledApi;
  readonly stage: ServedStage;
  readonly request: ApiRequest;
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** `$context`: templates and mappings read it, and templates write its overrides. */
  readonly context: ValueMap;
  /** What the method's settings ask for, once it is known. */
  log: ExecutionLog;
  /** A test invocation: no client, no stage of its own. */
  readonly testing: boolean;
  /** `X-Amzn-Trace-Id`: the client's, or one that begins here. */
  readonly trace: string;
  /** Who signed the request, once that is known. */
  caller: Principal | undefined;
  /** The API key that an authorizer named. */
  usageKey: string | undefined;
  readonly body: Body;
  route: MatchedRoute | undefined;
}

export interface MatchedRoute {
  readonly method: CompiledMethod;
  readonly settings: MethodSetting;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** `arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/pets/1`: what policies name. */
export function methodArn({ ctx, api, stage, request }: Exchange): string {
  const { id } = api.snapshot.api;
  return `arn:aws:execute-api:${ctx.region}:${ctx.account}:${id}/${stage.state.stageName}/${request.method}${request.path}`;
}
