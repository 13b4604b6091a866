// Usage plans: which stages the keys of a plan may use, how fast and how much.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { ApiStage, QuotaSettings, ThrottleSettings } from "../../../model/generated/apigateway.d.ts";
import { notFound } from "../model.ts";

export interface UsagePlanState {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  /** `throttle` of each by a resource's path and method: `/pets/{petId}/GET`. */
  readonly apiStages: readonly ApiStage[];
  readonly throttle?: ThrottleSettings | undefined;
  readonly quota?: QuotaSettings | undefined;
  readonly productCode?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export const UsagePlanRecord = defineResource<UsagePlanState>()({
  service: "apigateway",
  type: "usageplan",
  key: (plan) => [plan.id],
  arn: (plan, at) => `arn:aws:apigateway:${at.region}::/usageplans/${plan.id}`,
  tags: (plan) => plan.tags ?? {},
  cached: true,
});

/** A key's place in a plan. */
export interface UsagePlanKeyState {
  readonly planId: string;
  readonly keyId: string;
}

export const UsagePlanKeyRecord = defineResource<UsagePlanKeyState>()({
  service: "apigateway",
  type: "usageplankey",
  key: (each) => [each.planId, each.keyId],
  indexes: { plans: (each) => [each.keyId, each.planId] },
});

export async function openUsagePlan(tx: Transaction, id: string): Promise<UsagePlanState> {
  const plan = await tx.get(UsagePlanRecord, id);
  if (plan === undefined) throw notFound("Invalid Usage Plan ID specified");
  return plan;
}

export async function plansOfKey(tx: Transaction, keyId: string): Promise<readonly UsagePlanState[]> {
  const { values } = await tx.list(UsagePlanKeyRecord, { index: "plans", prefix: [keyId] });
  const plans = await Promise.all(values.map(({ planId }) => tx.get(UsagePlanRecord, planId)));
  return plans.filter((plan) => plan !== undefined);
}

/** The plan by which a key may use a stage. */
export async function planFor(
  tx: Transaction,
  keyId: string,
  apiId: string,
  stage: string,
): Promise<UsagePlanState | undefined> {
  const plans = await plansOfKey(tx, keyId);
  return plans.find((plan) => plan.apiStages.some((each) => each.apiId === apiId && each.stage === stage));
}
