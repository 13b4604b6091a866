// Settings of the account that concern parameters: the tier of those that say
// none, and the higher throughput.

import { fault, notImplemented } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  GetServiceSettingRequest,
  GetServiceSettingResult,
  ResetServiceSettingRequest,
  ResetServiceSettingResult,
  ServiceSetting as ShownSetting,
  UpdateServiceSettingRequest,
  UpdateServiceSettingResult,
} from "../../../model/generated/ssm.d.ts";
import { ssm, validation } from "../model.ts";

interface SettingState {
  readonly id: string;
  readonly value: string;
  readonly modifiedAt: number;
  readonly modifiedBy: string;
}

export const ServiceSetting = defineResource<SettingState>()({
  service: "ssm",
  type: "servicesetting",
  key: (setting) => [setting.id],
});

const tierSetting = "/ssm/parameter-store/default-parameter-tier";

/** Their values, the default first. */
const known: Readonly<Record<string, readonly string[]>> = {
  [tierSetting]: ["Standard", "Advanced", "Intelligent-Tiering"],
  "/ssm/parameter-store/high-throughput-enabled": ["false", "true"],
};

export async function defaultTierOf(tx: Transaction): Promise<string> {
  return (await tx.get(ServiceSetting, tierSetting))?.value ?? "Standard";
}

export async function getServiceSetting(
  { SettingId }: GetServiceSettingRequest,
  tx: Transaction,
): Promise<GetServiceSettingResult> {
  return { ServiceSetting: await show(tx, idOf(SettingId)) };
}

export async function updateServiceSetting(
  { SettingId, SettingValue: value }: UpdateServiceSettingRequest,
  tx: Transaction,
): Promise<UpdateServiceSettingResult> {
  const id = idOf(SettingId);
  if (!known[id]?.includes(value)) throw validation(`Invalid value ${value} for the setting ${id}.`);
  tx.put(ServiceSetting, { id, value, modifiedAt: tx.now, modifiedBy: tx.principal.arn });
  return {};
}

export async function resetServiceSetting(
  { SettingId }: ResetServiceSettingRequest,
  tx: Transaction,
): Promise<ResetServiceSettingResult> {
  const id = idOf(SettingId);
  tx.delete(ServiceSetting, id);
  return { ServiceSetting: await show(tx, id) };
}

async function show(tx: Transaction, id: string): Promise<ShownSetting> {
  const setting = await tx.get(ServiceSetting, id);
  return {
    SettingId: id,
    SettingValue: setting?.value ?? known[id]?.[0],
    LastModifiedDate: setting?.modifiedAt ?? 0,
    LastModifiedUser: setting?.modifiedBy ?? "System",
    ARN: `arn:aws:ssm:${tx.region}:${tx.account}:servicesetting${id}`,
    Status: setting === undefined ? "Default" : "Customized",
  };
}

/** Given as it is, or as an ARN. */
function idOf(given: string): string {
  const id = given.replace(/^arn:aws[a-z-]*:ssm:[^:]*:[^:]*:servicesetting/, "");
  if (known[id] !== undefined) return id;
  if (/^\/ssm\//.test(id)) throw notImplemented("ssm", `the service setting ${id}`);
  throw fault(ssm, "ServiceSettingNotFound", `The setting ${given} was not found.`);
}
