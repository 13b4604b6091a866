// API keys: what callers of metered methods show.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { notFound } from "../model.ts";

export interface ApiKeyState {
  readonly id: string;
  readonly value: string;
  readonly name?: string | undefined;
  readonly customerId?: string | undefined;
  readonly description?: string | undefined;
  readonly enabled: boolean;
  readonly createdDate: number;
  readonly lastUpdatedDate: number;
  /** `<api id>/<stage>`, from before there were usage plans. */
  readonly stageKeys: readonly string[];
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export const ApiKeyRecord = defineResource<ApiKeyState>()({
  service: "apigateway",
  type: "apikey",
  key: (key) => [key.id],
  arn: (key, at) => `arn:aws:apigateway:${at.region}::/apikeys/${key.id}`,
  tags: (key) => key.tags ?? {},
  indexes: {
    value: (key) => [key.value],
    name: (key) => [key.name ?? "", key.id],
    customer: (key) => (key.customerId === undefined ? undefined : [key.customerId, key.id]),
  },
});

export async function openApiKey(tx: Transaction, id: string): Promise<ApiKeyState> {
  const key = await tx.get(ApiKeyRecord, id);
  if (key === undefined) throw notFound("Invalid API Key identifier specified");
  return key;
}

/** The key of a value that a caller showed. */
export async function findApiKey(tx: Transaction, value: string): Promise<ApiKeyState | undefined> {
  const { values } = await tx.list(ApiKeyRecord, { index: "value", prefix: [value], limit: 1 });
  return values[0];
}
