// What the keys of a plan have used, day by day, and what is left to them.

import type { Transaction } from "../../../../core/transaction.ts";
import { badRequest, type Input, type Output } from "../../model.ts";
import { patched, patchTable } from "../../patch/patch.ts";
import { replaceable } from "../../patch/rule.ts";
import { integer } from "../../patch/value.ts";
import { setRemaining, usageByDay } from "../../usage/metering.ts";
import { openUsagePlan, UsagePlanKeyRecord } from "../../usage/usage-plan.ts";
import { shownPage } from "../page.ts";
import { openUsagePlanKey } from "./usage-plans.ts";

const day = 86_400_000;
const mostDays = 90;

export async function getUsage(input: Input<"GetUsage">, tx: Transaction): Promise<Output<"GetUsage">> {
  const { usagePlanId, keyId, startDate, endDate } = input;
  const plan = await openUsagePlan(tx, usagePlanId);
  const [from, until] = [readDate(startDate), readDate(endDate)];
  if (from > until) throw badRequest("Start date must be before or equal to end date");
  if ((until - from) / day >= mostDays) throw badRequest(`Date range must be at most ${mostDays} days`);
  if (keyId !== undefined) await openUsagePlanKey(tx, usagePlanId, keyId);
  const { items: keyIds, ...position } =
    keyId === undefined
      ? await shownPage(tx, UsagePlanKeyRecord, input, (each) => each.keyId, { prefix: [usagePlanId] })
      : { items: [keyId] };
  const items: [string, readonly (readonly number[])[]][] = [];
  for (const id of keyIds) items.push([id, await usageByDay(tx, plan, id, from, until)]);
  return { usagePlanId, startDate, endDate, ...position, items: Object.fromEntries(items) };
}

function readDate(text: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at)) throw badRequest(`Invalid date specified: ${text}. Must be of the format yyyy-MM-dd`);
  return at;
}

const rules = patchTable([replaceable("/remaining", integer(0))]);

export async function updateUsage(
  { usagePlanId, keyId, patchOperations }: Input<"UpdateUsage">,
  tx: Transaction,
): Promise<Output<"UpdateUsage">> {
  const plan = await openUsagePlan(tx, usagePlanId);
  await openUsagePlanKey(tx, usagePlanId, keyId);
  const { remaining } = patched<{ readonly remaining?: number }>({}, patchOperations, rules);
  if (plan.quota === undefined) throw badRequest("Usage Plan does not have a quota");
  if (remaining !== undefined) await setRemaining(tx, { ...plan, quota: plan.quota }, keyId, remaining);
  const today = Math.floor(tx.now / day) * day;
  const date = new Date(today).toISOString().slice(0, 10);
  const items = { [keyId]: await usageByDay(tx, plan, keyId, today, today) };
  return { usagePlanId, startDate: date, endDate: date, items };
}
