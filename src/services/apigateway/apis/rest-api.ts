// The REST API itself: its settings, and where in the cloud it lives. What it
// consists of lies beside it, in records whose keys begin with its id.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  ApiKeySourceType,
  EndpointAccessMode,
  EndpointConfiguration,
  SecurityPolicy,
} from "../../../model/generated/apigateway.d.ts";
import { namedArn } from "../actions.ts";
import { notFound } from "../model.ts";

export interface RestApiState {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly createdDate: number;
  readonly version?: string | undefined;
  readonly warnings?: readonly string[] | undefined;
  readonly binaryMediaTypes?: readonly string[] | undefined;
  readonly minimumCompressionSize?: number | undefined;
  readonly apiKeySource: ApiKeySourceType;
  readonly endpointConfiguration: EndpointConfiguration;
  /** The document as it was given. */
  readonly policy?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly disableExecuteApiEndpoint: boolean;
  readonly rootResourceId: string;
  readonly securityPolicy?: SecurityPolicy | undefined;
  readonly endpointAccessMode?: EndpointAccessMode | undefined;
}

export const RestApiRecord = defineResource<RestApiState>()({
  service: "apigateway",
  type: "restapi",
  key: (api) => [api.id],
  arn: (api, at) => `arn:aws:apigateway:${at.region}::/restapis/${api.id}`,
  named: namedArn,
  tags: (api) => api.tags ?? {},
  cached: true,
});

export async function openRestApi(tx: Transaction, id: string): Promise<RestApiState> {
  const api = await tx.get(RestApiRecord, id);
  if (api === undefined) throw notFound(`Invalid API identifier specified ${tx.account}:${id}`);
  return api;
}
