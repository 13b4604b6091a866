// The account's settings for text messages.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  GetSMSAttributesInput,
  GetSMSAttributesResponse,
  SetSMSAttributesInput,
} from "../../../model/generated/sns.d.ts";
import { invalidParameter } from "../faults.ts";

interface SmsSettings {
  readonly attributes: Readonly<Record<string, string>>;
}

export const SmsSettings = defineResource<SmsSettings>()({
  service: "sns",
  type: "sms-settings",
  key: () => ["settings"],
});

const checks: Readonly<Record<string, RegExp>> = {
  MonthlySpendLimit: /^\d+$/,
  DeliveryStatusIAMRole: /^(arn:aws:iam::\d{12}:role\/.+)?$/,
  DeliveryStatusSuccessSamplingRate: /^(\d{1,2}|100)$/,
  DefaultSenderID: /^([A-Za-z0-9-]{0,10}[A-Za-z][A-Za-z0-9-]{0,10})?$/,
  DefaultSMSType: /^(Promotional|Transactional)$/,
  UsageReportS3Bucket: /^.*$/,
};

export async function getSmsAttributes(
  { attributes: names = [] }: GetSMSAttributesInput,
  tx: Transaction,
): Promise<GetSMSAttributesResponse> {
  const stored = (await tx.get(SmsSettings, "settings"))?.attributes ?? {};
  const all: Record<string, string> = { MonthlySpendLimit: "1", ...stored };
  for (const name of names) checkName(name);
  if (names.length === 0) return { attributes: all };
  return { attributes: Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))) };
}

export async function setSmsAttributes(
  { attributes }: SetSMSAttributesInput,
  tx: Transaction,
): Promise<Record<string, never>> {
  for (const [name, value] of Object.entries(attributes)) {
    if (!checkName(name).test(value)) throw invalidParameter(name, `${value} is not valid`);
  }
  const stored = (await tx.get(SmsSettings, "settings"))?.attributes ?? {};
  tx.put(SmsSettings, { attributes: { ...stored, ...attributes } });
  return {};
}

function checkName(name: string): RegExp {
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
  if (check === undefined) throw invalidParameter(`${name} is not a valid attribute`);
  return check;
}
