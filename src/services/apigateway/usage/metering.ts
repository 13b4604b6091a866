// How much a key has used of a plan: counted by day and by the quota's period,
// so that a request reads one counter and adds to two, and never conflicts.

import type { Transaction } from "../../../core/transaction.ts";
import type { QuotaSettings } from "../../../model/generated/apigateway.d.ts";
import type { UsagePlanState } from "./usage-plan.ts";

const day = 86_400_000;

/** `2026-11-21`, in UTC. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

type Counted = Pick<UsagePlanState, "id" | "quota">;

/** Counts one request of the key; false, and not counted, where its quota is used up. */
export async function countUse(tx: Transaction, plan: Counted, keyId: string): Promise<boolean> {
  const { quota } = plan;
  if (quota?.limit !== undefined) {
    const period = periodKey(tx, plan.id, keyId, quota, tx.now);
    if ((await tx.raw.estimate(period)) >= quota.limit) return false;
    tx.raw.add(period, 1);
  }
  tx.raw.add(usedKey(tx, plan.id, keyId, dayOf(tx.now)), 1);
  return true;
}

/** Grants or takes what remains of the period under way. */
export async function setRemaining(
  tx: Transaction,
  plan: Counted & { readonly quota: QuotaSettings },
  keyId: string,
  remaining: number,
): Promise<void> {
  const period = periodKey(tx, plan.id, keyId, plan.quota, tx.now);
  const change = (plan.quota.limit ?? 0) - remaining - (await tx.raw.count(period));
  tx.raw.add(period, change);
  tx.raw.add(grantedKey(tx, plan.id, keyId, dayOf(tx.now)), -change);
}

/** What was used on each day, and what remained of the period at its end. */
export async function usageByDay(
  tx: Transaction,
  plan: Counted,
  keyId: string,
  from: number,
  until: number,
): Promise<readonly (readonly number[])[]> {
  const days: number[][] = [];
  const first = plan.quota === undefined ? from : periodStart(plan.quota, from);
  let left = plan.quota?.limit ?? 0;
  for (let at = first; at <= until; at += day) {
    if (plan.quota !== undefined && periodStart(plan.quota, at) === at) left = plan.quota.limit ?? 0;
    const used = await tx.raw.estimate(usedKey(tx, plan.id, keyId, dayOf(at)));
    const granted =
      plan.quota === undefined ? 0 : await tx.raw.estimate(grantedKey(tx, plan.id, keyId, dayOf(at)));
    if (plan.quota !== undefined) left += granted - used;
    if (at >= from) days.push([used, Math.max(left, 0)]);
  }
  return days;
}

/** The midnight on which the quota's period began; the offset moves it into the week or month. */
function periodStart({ period, offset = 0 }: QuotaSettings, at: number): number {
  const today = Math.floor(at / day) * day;
  const date = new Date(today);
  if (period === "WEEK") return today - ((date.getUTCDay() - offset + 7) % 7) * day;
  if (period === "MONTH") {
    const start = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1 + offset);
    return start <= today ? start : Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1, 1 + offset);
  }
  return today;
}

const usedKey = (tx: Transaction, planId: string, keyId: string, date: string) =>
  tx.key("apigateway", "used", planId, keyId, date);

const grantedKey = (tx: Transaction, planId: string, keyId: string, date: string) =>
  tx.key("apigateway", "granted", planId, keyId, date);

const periodKey = (tx: Transaction, planId: string, keyId: string, quota: QuotaSettings, at: number) =>
  tx.key("apigateway", "quota", planId, keyId, quota.period ?? "DAY", dayOf(periodStart(quota, at)));
