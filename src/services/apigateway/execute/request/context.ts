// The `$context` of a request, by the names that AWS documents for mapping
// templates and access logs of REST APIs.

import type { Place } from "../../../../core/place.ts";
import type { Principal } from "../../../../core/principal.ts";
import type { ValueMap } from "../../../../lang/vtl/value.ts";
import type { ServedStage } from "../exchange.ts";
import { type ApiRequest, headerOf } from "./request.ts";

export interface ContextFacts {
  readonly request: ApiRequest;
  readonly stage: ServedStage;
  readonly place: Place;
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export function requestContext(facts: ContextFacts): ValueMap {
  const { request, stage, place, now } = facts;
  const { id } = stage.api.snapshot.api;
  return {
    accountId: place.account,
    apiId: id,
    awsEndpointRequestId: facts.requestId,
    deploymentId: stage.deploymentId,
    domainName: request.domainName,
    domainPrefix: request.domainName.split(".")[0]!,
    endpointType: stage.api.snapshot.api.endpointConfiguration.types?.[0] ?? "EDGE",
    error: {},
    extendedRequestId: facts.extendedRequestId,
    httpMethod: request.method,
    integration: {},
    identity: {
      sourceIp: request.sourceIp,
      userAgent: headerOf(request, "user-agent") ?? "",
    },
    ...(stage.state.canarySettings === undefined ? {} : { isCanaryRequest: stage.canary }),
    path: request.fullPath,
    protocol: "HTTP/1.1",
    requestId: facts.requestId,
    requestOverride: { header: {}, querystring: {}, path: {} },
    responseOverride: { header: {} },
    requestTime: commonLogTime(now),
    requestTimeEpoch: now,
    stage: stage.state.stageName,
  };
}

export function withCaller(context: ValueMap, caller: Principal): void {
  Object.assign(context.identity as ValueMap, {
    accessKey: caller.accessKeyId ?? null,
    accountId: caller.account,
    caller: caller.userId,
    user: caller.userId,
    userArn: caller.arn,
  });
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** `12/Mar/2020:19:03:58 +0000`. */
export function commonLogTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const day = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}
