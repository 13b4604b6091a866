// An HTTP or WebSocket API: its own settings, and the record by which the data
// plane finds whose API an id is.

import type { Place } from "../../../core/place.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Api } from "../../../model/generated/apigatewayv2.d.ts";
import { apiNotFound } from "../model.ts";

export type Tags = Readonly<Record<string, string>>;

/** The API as AWS describes it, without its address, which depends on who asks. */
export interface ApiState extends Omit<Api, "ApiEndpoint"> {
  readonly ApiId: string;
  readonly CreatedDate: number;
  readonly Tags: Tags;
}

export const ApiRecord = defineResource<ApiState>()({
  service: "apigatewayv2",
  type: "api",
  key: (api) => [api.ApiId],
  arn: (api, at) => apiArn(at, api.ApiId),
  named: (input, at) => (typeof input.ApiId === "string" ? apiArn(at, input.ApiId) : undefined),
  tags: (api) => api.Tags,
  cached: true,
});

export function apiArn({ region }: Place, apiId: string): string {
  return `arn:aws:apigateway:${region}::/apis/${apiId}`;
}

/** Where an API lives: ids are unique among all accounts and regions, as host names must be. */
export interface ApiPlace extends Place {
  readonly apiId: string;
  readonly protocolType: "HTTP" | "WEBSOCKET";
}

export const ApiPlaceRecord = defineResource<ApiPlace>()({
  service: "apigatewayv2",
  type: "api-place",
  scope: "global",
  key: (place) => [place.apiId],
  cached: true,
});

export async function getApi(tx: Transaction, apiId: string): Promise<ApiState> {
  const api = await tx.get(ApiRecord, apiId);
  if (api === undefined) throw apiNotFound(tx, apiId);
  return api;
}
