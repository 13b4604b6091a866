// The service's model, and the faults that several operations share.

import { type Fault, fault } from "../../core/fault.ts";
import type { Place } from "../../core/place.ts";
import type { Apigatewayv2 } from "../../model/generated/apigatewayv2.d.ts";
import { modelOf } from "../../model/handle.ts";

export const apigatewayv2 = modelOf<Apigatewayv2>("apigatewayv2");

export type Input<O extends keyof Apigatewayv2["operations"]> = Apigatewayv2["operations"][O]["input"];
export type Output<O extends keyof Apigatewayv2["operations"]> = Apigatewayv2["operations"][O]["output"];

export const badRequest = (message: string): Fault => fault(apigatewayv2, "BadRequestException", message);
export const conflict = (message: string): Fault => fault(apigatewayv2, "ConflictException", message);
export const notFound = (message: string): Fault => fault(apigatewayv2, "NotFoundException", message);

export function apiNotFound({ account }: Place, apiId: string): Fault {
  return notFound(`Invalid API identifier specified ${account}:${apiId}`);
}

export const nothing: Record<string, never> = {};
