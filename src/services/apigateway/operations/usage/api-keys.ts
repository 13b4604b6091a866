// API keys: create, import, get, list, update, delete.

import type { Transaction } from "../../../../core/transaction.ts";
import type { ApiKey, StageKey } from "../../../../model/generated/apigateway.d.ts";
import { openStage } from "../../deployments/stage.ts";
import { badRequest, conflict, dateOf, type Input, type Output } from "../../model.ts";
import { patched, patchTable } from "../../patch/patch.ts";
import { type PatchRule, replaceable } from "../../patch/rule.ts";
import { flag, text } from "../../patch/value.ts";
import { ApiKeyRecord, type ApiKeyState, findApiKey, openApiKey } from "../../usage/api-key.ts";
import { UsagePlanKeyRecord } from "../../usage/usage-plan.ts";
import { shownPage } from "../page.ts";

const shortestValue = 20;
const longestValue = 128;
const longestName = 1024;

export async function createApiKey(
  input: Input<"CreateApiKey">,
  tx: Transaction,
): Promise<Output<"CreateApiKey">> {
  const { stageKeys = [], generateDistinctId: _distinct, ...given } = input;
  for (const each of stageKeys) await checkStageKey(tx, each);
  const key = await newApiKey(tx, {
    ...given,
    stageKeys: stageKeys.map(({ restApiId, stageName }) => `${restApiId}/${stageName}`),
  });
  return shown(key, true);
}

async function checkStageKey(tx: Transaction, { restApiId, stageName }: StageKey): Promise<void> {
  await openStage(tx, restApiId ?? "", stageName ?? "");
}

/** Stores a key, of a value made up where none is given. */
export async function newApiKey(
  tx: Transaction,
  given: Omit<ApiKey, "id" | "createdDate" | "lastUpdatedDate">,
): Promise<ApiKeyState> {
  if (given.value !== undefined && given.value !== "") {
    if (given.value.length < shortestValue)
      throw badRequest("API Key value should be at least 20 characters");
    if (given.value.length > longestValue)
      throw badRequest("API Key value exceeds maximum size of 128 characters");
    if ((await findApiKey(tx, given.value)) !== undefined) throw conflict("API Key already exists");
  }
  if ((given.name?.length ?? 0) > longestName) throw badRequest("Invalid API Key name specified");
  const key: ApiKeyState = {
    ...given,
    id: tx.ids.lower(10),
    value: given.value || keyValue(tx.ids.bytes(40)),
    enabled: given.enabled ?? false,
    stageKeys: given.stageKeys ?? [],
    createdDate: dateOf(tx),
    lastUpdatedDate: dateOf(tx),
  };
  tx.put(ApiKeyRecord, key);
  return key;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

function keyValue(bytes: Uint8Array): string {
  return [...bytes].map((byte) => alphabet[byte % alphabet.length]).join("");
}

export async function getApiKey(
  { apiKey, includeValue }: Input<"GetApiKey">,
  tx: Transaction,
): Promise<Output<"GetApiKey">> {
  return shown(await openApiKey(tx, apiKey), includeValue);
}

export async function getApiKeys(input: Input<"GetApiKeys">, tx: Transaction): Promise<Output<"GetApiKeys">> {
  const { nameQuery, customerId, includeValues } = input;
  const order =
    customerId !== undefined
      ? { index: "customer", prefix: [customerId] }
      : nameQuery !== undefined
        ? { index: "name", startsWith: nameQuery }
        : {};
  return shownPage(tx, ApiKeyRecord, input, (key) => shown(key, includeValues), order);
}

/** `<api id>/<stage>`, added and removed by value. */
const stages: PatchRule = {
  path: "/stages",
  ops: ["add", "remove"],
  edit: (draft, { op, value }) => {
    const others = draft.stageKeys.filter((each: string) => each !== value);
    draft.stageKeys = op === "add" ? [...others, value] : others;
  },
};

const rules = patchTable([
  replaceable("/name", text),
  replaceable("/description", text),
  replaceable("/enabled", flag),
  replaceable("/customerId", text),
  stages,
]);

export async function updateApiKey(
  { apiKey, patchOperations }: Input<"UpdateApiKey">,
  tx: Transaction,
): Promise<Output<"UpdateApiKey">> {
  const before = await openApiKey(tx, apiKey);
  const key = { ...patched(before, patchOperations, rules), lastUpdatedDate: dateOf(tx) };
  for (const each of key.stageKeys.filter((stage) => !before.stageKeys.includes(stage))) {
    const [restApiId = "", stageName = ""] = each.split("/");
    await checkStageKey(tx, { restApiId, stageName });
  }
  tx.put(ApiKeyRecord, key);
  return shown(key);
}

export async function deleteApiKey(
  { apiKey }: Input<"DeleteApiKey">,
  tx: Transaction,
): Promise<Output<"DeleteApiKey">> {
  await openApiKey(tx, apiKey);
  const { values } = await tx.list(UsagePlanKeyRecord, { index: "plans", prefix: [apiKey] });
  for (const each of values) tx.delete(UsagePlanKeyRecord, each.planId, each.keyId);
  tx.delete(ApiKeyRecord, apiKey);
  return {};
}

function shown(key: ApiKeyState, includeValue = false): ApiKey {
  const { value, ...rest } = key;
  return includeValue ? { ...rest, value } : rest;
}
