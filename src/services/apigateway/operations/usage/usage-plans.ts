// Usage plans and their keys.

import type { Transaction } from "../../../../core/transaction.ts";
import { ApiHome } from "../../../../gateway/api-home.ts";
import type {
  ApiStage,
  QuotaSettings,
  UsagePlan,
  UsagePlanKey,
} from "../../../../model/generated/apigateway.d.ts";
import { RestApiRecord } from "../../apis/rest-api.ts";
import { StageRecord } from "../../deployments/stage.ts";
import { badRequest, conflict, type Input, notFound, type Output } from "../../model.ts";
import { patched } from "../../patch/patch.ts";
import { usagePlanRules } from "../../patch/usage-plan-rules.ts";
import { ApiKeyRecord, type ApiKeyState, openApiKey } from "../../usage/api-key.ts";
import {
  openUsagePlan,
  plansOfKey,
  UsagePlanKeyRecord,
  UsagePlanRecord,
  type UsagePlanState,
} from "../../usage/usage-plan.ts";
import { page, shownPage } from "../page.ts";

export async function createUsagePlan(
  input: Input<"CreateUsagePlan">,
  tx: Transaction,
): Promise<Output<"CreateUsagePlan">> {
  if (input.name === "") throw badRequest("Usage Plan name cannot be blank");
  for (const { apiId, stage } of input.apiStages ?? []) {
    if (!(await stageExists(tx, apiId, stage))) {
      throw badRequest(
        `Invalid API Stage {api: ${apiId}, stage: ${stage}} specified for usageplan ${input.name}`,
      );
    }
  }
  const plan: UsagePlanState = { ...input, id: tx.ids.lower(6), apiStages: input.apiStages ?? [] };
  checkPlan(plan);
  tx.put(UsagePlanRecord, plan);
  return plan;
}

async function stageExists(tx: Transaction, apiId = "", stage = ""): Promise<boolean> {
  const home = await tx.get(ApiHome, apiId);
  if (home?.account !== tx.account || home.region !== tx.region) return false;
  // The stages of WebSocket APIs are kept by their own service.
  if (home.protocol === "WEBSOCKET") return true;
  return (
    (await tx.get(RestApiRecord, apiId)) !== undefined &&
    (await tx.get(StageRecord, apiId, stage)) !== undefined
  );
}

const largestOffset = { DAY: 0, WEEK: 6, MONTH: 27 } as const;

function checkPlan({ quota, throttle }: UsagePlan): void {
  if (quota !== undefined) checkQuota(quota);
  for (const value of [throttle?.burstLimit, throttle?.rateLimit]) {
    if (value !== undefined && value < 0) throw badRequest("Usage Plan throttle limits must be positive");
  }
}

function checkQuota({ limit, offset = 0, period }: QuotaSettings): void {
  if (limit !== undefined && limit < 0) throw badRequest("Usage Plan quota limit must be positive");
  if (period === undefined) throw badRequest("Usage Plan quota period must be specified");
  const largest = largestOffset[period];
  if (offset < 0 || offset > largest) {
    throw badRequest(
      largest === 0
        ? "Usage Plan quota offset must be zero in the DAY period"
        : `Usage Plan quota offset must be between 0 and ${largest} inclusive in the ${period} period`,
    );
  }
}

export async function getUsagePlan(
  { usagePlanId }: Input<"GetUsagePlan">,
  tx: Transaction,
): Promise<Output<"GetUsagePlan">> {
  return openUsagePlan(tx, usagePlanId);
}

export async function getUsagePlans(
  input: Input<"GetUsagePlans">,
  tx: Transaction,
): Promise<Output<"GetUsagePlans">> {
  if (input.keyId !== undefined) return { items: await plansOfKey(tx, input.keyId) };
  return page(tx, UsagePlanRecord, input);
}

export async function updateUsagePlan(
  { usagePlanId, patchOperations }: Input<"UpdateUsagePlan">,
  tx: Transaction,
): Promise<Output<"UpdateUsagePlan">> {
  const before = await openUsagePlan(tx, usagePlanId);
  const plan = patched(before, patchOperations, usagePlanRules);
  checkPlan(plan);
  const known = (stage: ApiStage) =>
    before.apiStages.some((each) => each.apiId === stage.apiId && each.stage === stage.stage);
  for (const stage of plan.apiStages) {
    if (!known(stage) && !(await stageExists(tx, stage.apiId, stage.stage))) {
      throw badRequest("Invalid API Stage specified");
    }
  }
  tx.put(UsagePlanRecord, plan);
  return plan;
}

export async function deleteUsagePlan(
  { usagePlanId }: Input<"DeleteUsagePlan">,
  tx: Transaction,
): Promise<Output<"DeleteUsagePlan">> {
  const plan = await openUsagePlan(tx, usagePlanId);
  // A stage that is gone holds nobody up.
  for (const { apiId, stage } of plan.apiStages) {
    if (await stageExists(tx, apiId, stage)) {
      throw badRequest(
        `Cannot delete Usage Plan ${plan.id} because there are API Stages associated with it, including ${apiId}:${stage}`,
      );
    }
  }
  for (const each of await tx.all(UsagePlanKeyRecord, [usagePlanId])) {
    tx.delete(UsagePlanKeyRecord, each.planId, each.keyId);
  }
  tx.delete(UsagePlanRecord, usagePlanId);
  return {};
}

export async function createUsagePlanKey(
  { usagePlanId, keyId, keyType }: Input<"CreateUsagePlanKey">,
  tx: Transaction,
): Promise<Output<"CreateUsagePlanKey">> {
  if (keyType !== "API_KEY")
    throw badRequest("Invalid usage plan key type specified. Must be one of: [API_KEY]");
  const plan = await openUsagePlan(tx, usagePlanId);
  const key = await openApiKey(tx, keyId);
  if ((await tx.get(UsagePlanKeyRecord, usagePlanId, keyId)) !== undefined) {
    throw conflict("Usage Plan Key already exists");
  }
  const stages = new Set(plan.apiStages.map(({ apiId, stage }) => `${apiId}:${stage}`));
  for (const other of await plansOfKey(tx, keyId)) {
    const shared = other.apiStages.find(({ apiId, stage }) => stages.has(`${apiId}:${stage}`));
    if (shared !== undefined) {
      throw conflict(
        `API Key ${keyId} is already associated with API Stage ${shared.apiId}:${shared.stage} through another usage plan`,
      );
    }
  }
  tx.put(UsagePlanKeyRecord, { planId: usagePlanId, keyId });
  return shownKey(key);
}

export async function openUsagePlanKey(tx: Transaction, planId: string, keyId: string): Promise<ApiKeyState> {
  await openUsagePlan(tx, planId);
  const found = await tx.get(UsagePlanKeyRecord, planId, keyId);
  if (found === undefined) throw notFound("Invalid Usage Plan Key identifier specified");
  return openApiKey(tx, keyId);
}

export async function getUsagePlanKey(
  { usagePlanId, keyId }: Input<"GetUsagePlanKey">,
  tx: Transaction,
): Promise<Output<"GetUsagePlanKey">> {
  return shownKey(await openUsagePlanKey(tx, usagePlanId, keyId));
}

export async function getUsagePlanKeys(
  input: Input<"GetUsagePlanKeys">,
  tx: Transaction,
): Promise<Output<"GetUsagePlanKeys">> {
  await openUsagePlan(tx, input.usagePlanId);
  const found = await shownPage(tx, UsagePlanKeyRecord, input, (each) => each.keyId, {
    prefix: [input.usagePlanId],
  });
  const keys = await Promise.all(found.items.map((id) => tx.get(ApiKeyRecord, id)));
  const items = keys
    .filter((key) => key !== undefined)
    .filter((key) => input.nameQuery === undefined || key.name?.startsWith(input.nameQuery) === true)
    .map(shownKey);
  return { ...found, items };
}

export async function deleteUsagePlanKey(
  { usagePlanId, keyId }: Input<"DeleteUsagePlanKey">,
  tx: Transaction,
): Promise<Output<"DeleteUsagePlanKey">> {
  await openUsagePlanKey(tx, usagePlanId, keyId);
  tx.delete(UsagePlanKeyRecord, usagePlanId, keyId);
  return {};
}

function shownKey({ id, value, name }: ApiKeyState): UsagePlanKey {
  return { id, type: "API_KEY", value, ...(name === undefined ? {} : { name }) };
}
