// The parameter: its newest version, which nearly everybody asks for, with the
// labels of all; and its earlier versions, a record each.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { ParameterTier, ParameterType } from "../../../model/generated/ssm.d.ts";
import { parameterNotFound, versionNotFound } from "../model.ts";
import type { PolicyState } from "../policies/policy.ts";
import { checkAccess } from "./access.ts";
import { parameterArn, parentPath, readReference } from "./name.ts";

export interface VersionState {
  readonly name: string;
  readonly version: number;
  readonly type: ParameterType;
  /** Of a SecureString what it was encrypted to, in Base64. */
  readonly value: string;
  /** As the caller named it; of a SecureString only. */
  readonly keyId?: string | undefined;
  readonly description?: string | undefined;
  readonly allowedPattern?: string | undefined;
  readonly dataType: string;
  readonly tier: Exclude<ParameterTier, "Intelligent-Tiering">;
  readonly policies: readonly PolicyState[];
  readonly modifiedAt: number;
  readonly modifiedBy: string;
}

export interface ParameterState extends VersionState {
  readonly account: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The version that each label is on. */
  readonly labels: Readonly<Record<string, number>>;
  /** The first that is still kept. */
  readonly oldestVersion: number;
  readonly resourcePolicies?: readonly ResourcePolicyState[] | undefined;
}

export interface ResourcePolicyState {
  readonly id: string;
  readonly hash: string;
  readonly policy: string;
}

export const Parameter = defineResource<ParameterState>()({
  service: "ssm",
  type: "parameter",
  key: (parameter) => [parameter.name],
  arn: (parameter, place) => parameterArn(parameter.name, place),
  named: ({ Name, ResourceArn, ResourceType, ResourceId, Path }, place) => {
    if (typeof ResourceArn === "string") return ResourceArn;
    const name = typeof Name === "string" ? Name : ResourceType === "Parameter" ? ResourceId : Path;
    if (typeof name !== "string") return undefined;
    return name.startsWith("arn:") ? name : parameterArn(name.split(":")[0] ?? name, place);
  },
  tags: (parameter) => parameter.tags,
  indexes: { level: (parameter) => [parentPath(parameter.name), parameter.name] },
});

/** The versions before the newest. */
export const EarlierVersion = defineResource<VersionState>()({
  service: "ssm",
  type: "version",
  key: (version) => [version.name, version.version],
});

/** A parameter, and the transaction looking at the account that owns it. */
export interface OpenParameter {
  readonly parameter: ParameterState;
  readonly tx: Transaction;
  /** `3` or a label. */
  readonly selector?: string;
  /** Another account's, which is shown under its ARN. */
  readonly shared: boolean;
}

/** By name or ARN, for those who may do `action` to it; undefined where there is none. */
export async function findParameter(
  caller: Transaction,
  text: string,
  action: string,
): Promise<OpenParameter | undefined> {
  const { names, account, selector } = readReference(text, caller);
  const tx = account === undefined ? caller : caller.at({ account });
  for (const name of names) {
    const parameter = await tx.get(Parameter, name);
    if (parameter === undefined) continue;
    checkAccess(caller, parameter, action);
    return { parameter, tx, ...(selector !== undefined && { selector }), shared: account !== undefined };
  }
  return undefined;
}

export async function openParameter(
  caller: Transaction,
  text: string,
  action: string,
): Promise<OpenParameter> {
  const found = await findParameter(caller, text, action);
  if (found === undefined) throw parameterNotFound();
  return found;
}

/** The version that the request selects; throws where there is none. */
export async function selectedVersion({ parameter, tx, selector }: OpenParameter): Promise<VersionState> {
  if (selector === undefined) return parameter;
  const { name } = parameter;
  const version = /^\d+$/.test(selector) ? Number(selector) : parameter.labels[selector];
  const found = version === undefined ? undefined : await versionOf(tx, parameter, version);
  if (found === undefined) throw versionNotFound(selector, name);
  return found;
}

export async function versionOf(
  tx: Transaction,
  parameter: ParameterState,
  version: number,
): Promise<VersionState | undefined> {
  return version === parameter.version ? parameter : tx.get(EarlierVersion, parameter.name, version);
}

/** What of the newest version becomes the record of an earlier one. */
export function asEarlier({
  account: _account,
  region: _region,
  tags: _tags,
  labels: _labels,
  oldestVersion: _oldest,
  resourcePolicies: _policies,
  ...version
}: ParameterState): VersionState {
  return version;
}

export function labelsOf({ labels }: ParameterState, version: number): readonly string[] {
  return Object.entries(labels)
    .filter(([, each]) => each === version)
    .map(([label]) => label)
    .sort();
}
