// An HTTP or WebSocket API: its own settings. What it consists of lies beside
// it, in records whose keys begin with its id.

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

export async function getApi(tx: Transaction, apiId: string): Promise<ApiState> {
  const api = await tx.get(ApiRecord, apiId);
  if (api === undefined) throw apiNotFound(tx, apiId);
  return api;
}
