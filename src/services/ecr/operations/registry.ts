// The registry as a whole: the login, its settings, its policy.

import { fault, notImplemented } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  BatchGetRepositoryScanningConfigurationRequest,
  BatchGetRepositoryScanningConfigurationResponse,
  DeleteRegistryPolicyRequest,
  DeleteRegistryPolicyResponse,
  DescribeRegistryRequest,
  DescribeRegistryResponse,
  GetAccountSettingRequest,
  GetAccountSettingResponse,
  GetAuthorizationTokenRequest,
  GetAuthorizationTokenResponse,
  GetRegistryPolicyRequest,
  GetRegistryPolicyResponse,
  GetRegistryScanningConfigurationRequest,
  GetRegistryScanningConfigurationResponse,
  PutRegistryPolicyRequest,
  PutRegistryPolicyResponse,
  PutRegistryScanningConfigurationRequest,
  PutRegistryScanningConfigurationResponse,
  RegistryScanningConfiguration,
} from "../../../model/generated/ecr.d.ts";
import { matchesWildcard } from "../images/mutability.ts";
import { ecr, invalidParameter } from "../model.ts";
import { makePassword } from "../registry/token.ts";
import { checkPolicy } from "../repositories/access.ts";
import { Repository, repositoryArn } from "../repositories/repository.ts";

interface RegistryState {
  readonly policy?: string | undefined;
  readonly scanning?: RegistryScanningConfiguration | undefined;
}

/** What is set of an account's registry in a Region. */
export const Registry = defineResource<RegistryState>()({
  service: "ecr",
  type: "registry",
  key: () => ["registry"],
});

const registryOf = async (tx: Transaction): Promise<RegistryState> =>
  (await tx.get(Registry, "registry")) ?? {};

export async function getAuthorizationToken(
  { registryIds = [] }: GetAuthorizationTokenRequest,
  tx: Transaction,
): Promise<GetAuthorizationTokenResponse> {
  if (registryIds.some((id) => id !== tx.account)) {
    throw notImplemented("ecr", "registryIds of other accounts; one login serves all registries");
  }
  const { password, expires } = await makePassword(tx);
  return {
    authorizationData: [
      {
        authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
        expiresAt: expires,
        proxyEndpoint: tx.endpoint,
      },
    ],
  };
}

export async function describeRegistry(
  _input: DescribeRegistryRequest,
  tx: Transaction,
): Promise<DescribeRegistryResponse> {
  return { registryId: tx.account, replicationConfiguration: { rules: [] } };
}

export async function putRegistryPolicy(
  { policyText }: PutRegistryPolicyRequest,
  tx: Transaction,
): Promise<PutRegistryPolicyResponse> {
  checkPolicy(policyText, "PolicyText");
  tx.put(Registry, { ...(await registryOf(tx)), policy: policyText });
  return { registryId: tx.account, policyText };
}

export async function getRegistryPolicy(
  _input: GetRegistryPolicyRequest,
  tx: Transaction,
): Promise<GetRegistryPolicyResponse> {
  const { policy } = await registryOf(tx);
  if (policy === undefined) {
    throw fault(
      ecr,
      "RegistryPolicyNotFoundException",
      `Registry policy does not exist in the registry with id '${tx.account}'`,
    );
  }
  return { registryId: tx.account, policyText: policy };
}

export async function deleteRegistryPolicy(
  input: DeleteRegistryPolicyRequest,
  tx: Transaction,
): Promise<DeleteRegistryPolicyResponse> {
  const shown = await getRegistryPolicy(input, tx);
  const { policy: _policy, ...others } = await registryOf(tx);
  tx.put(Registry, others);
  return shown;
}

export async function putRegistryScanningConfiguration(
  { scanType = "BASIC", rules = [] }: PutRegistryScanningConfigurationRequest,
  tx: Transaction,
): Promise<PutRegistryScanningConfigurationResponse> {
  if (rules.some(({ scanFrequency }) => scanFrequency === "CONTINUOUS_SCAN") && scanType === "BASIC") {
    throw invalidParameter("The scan frequency CONTINUOUS_SCAN needs the scan type ENHANCED.");
  }
  const scanning = { scanType, rules };
  tx.put(Registry, { ...(await registryOf(tx)), scanning });
  return { registryScanningConfiguration: scanning };
}

export async function getRegistryScanningConfiguration(
  _input: GetRegistryScanningConfigurationRequest,
  tx: Transaction,
): Promise<GetRegistryScanningConfigurationResponse> {
  const { scanning = { scanType: "BASIC", rules: [] } } = await registryOf(tx);
  return { registryId: tx.account, scanningConfiguration: scanning };
}

export async function batchGetRepositoryScanningConfiguration(
  { repositoryNames }: BatchGetRepositoryScanningConfigurationRequest,
  tx: Transaction,
): Promise<BatchGetRepositoryScanningConfigurationResponse> {
  const { scanning } = await registryOf(tx);
  const scanningConfigurations = [];
  const failures = [];
  for (const repositoryName of repositoryNames) {
    const repository = await tx.get(Repository, repositoryName);
    if (repository === undefined) {
      const failureReason = `The repository with name '${repositoryName}' does not exist in the registry with id '${tx.account}'`;
      failures.push({ repositoryName, failureCode: "REPOSITORY_NOT_FOUND", failureReason } as const);
      continue;
    }
    const rule = (scanning?.rules ?? []).find(({ repositoryFilters }) =>
      repositoryFilters.some(({ filter }) => matchesWildcard(filter, repositoryName)),
    );
    const scanFrequency = rule?.scanFrequency ?? (repository.scanOnPush ? "SCAN_ON_PUSH" : "MANUAL");
    scanningConfigurations.push({
      repositoryArn: repositoryArn(repositoryName, repository),
      repositoryName,
      scanOnPush: scanFrequency !== "MANUAL",
      scanFrequency,
      appliedScanFilters: rule?.repositoryFilters ?? [],
    });
  }
  return { scanningConfigurations, failures };
}

/** Settings that change what is not here say what AWS says by default. */
const settings: Readonly<Record<string, string>> = {
  BASIC_SCAN_TYPE_VERSION: "AWS_NATIVE",
  BLOB_MOUNTING: "DISABLED",
  REGISTRY_POLICY_SCOPE: "V2",
};

export async function getAccountSetting(
  { name }: GetAccountSettingRequest,
  _tx: Transaction,
): Promise<GetAccountSettingResponse> {
  const value = settings[name];
  if (value === undefined) throw invalidParameter(`Invalid account setting name: ${name}`);
  return { name, value };
}
