// The repository: its settings, and the ways in which requests name it. Its
// images and layers are kept apart from it.

import { fault } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  EncryptionConfiguration,
  ImageTagMutability,
  ImageTagMutabilityExclusionFilter,
  Repository as Shown,
} from "../../../model/generated/ecr.d.ts";
import { ecr } from "../model.ts";
import { checkAccess } from "./access.ts";

export interface RepositoryState {
  /** Its own, whatever is made under its name later: what it holds is kept under this. */
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: number;
  readonly mutability: ImageTagMutability;
  readonly exclusions?: readonly ImageTagMutabilityExclusionFilter[] | undefined;
  readonly scanOnPush: boolean;
  readonly encryption: EncryptionConfiguration;
  readonly policy?: string | undefined;
  readonly lifecycle?: LifecycleState | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface LifecycleState {
  readonly text: string;
  /** Epoch milliseconds; 0: not yet. */
  readonly evaluatedAt: number;
}

export function repositoryArn(name: string, at: { readonly region: string; readonly account: string }) {
  return `arn:aws:ecr:${at.region}:${at.account}:repository/${name}`;
}

export const Repository = defineResource<RepositoryState>()({
  service: "ecr",
  type: "repository",
  key: (repository) => [repository.name],
  arn: (repository) => repositoryArn(repository.name, repository),
  named: ({ repositoryName, resourceArn, registryId }, { region, account }) => {
    if (typeof resourceArn === "string") return resourceArn;
    if (typeof repositoryName !== "string") return undefined;
    const owner = typeof registryId === "string" ? registryId : account;
    return repositoryArn(repositoryName, { region, account: owner });
  },
  tags: (repository) => repository.tags,
  cached: true,
});

export interface OpenRepository {
  readonly repository: RepositoryState;
  /** Looking at the account that owns it. */
  readonly tx: Transaction;
}

interface Naming {
  readonly registryId?: string | undefined;
  readonly repositoryName: string;
}

/** For those who may do `action` to it. */
export async function openRepository(
  caller: Transaction,
  { registryId = caller.account, repositoryName: name }: Naming,
  action: string,
): Promise<OpenRepository> {
  const tx = registryId === caller.account ? caller : caller.at({ account: registryId });
  const repository = await tx.get(Repository, name);
  if (repository === undefined) {
    throw fault(
      ecr,
      "RepositoryNotFoundException",
      `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
    );
  }
  checkAccess(caller, repository, action);
  return { repository, tx };
}

/** Where clients push to: this cloud's own address, since nothing else would lead here. */
export function repositoryUri(name: string, endpoint: string): string {
  return `${endpoint.replace(/^https?:\/\//, "")}/${name}`;
}

export function showRepository(repository: RepositoryState, endpoint: string): Shown {
  const { name, account, createdAt, mutability, exclusions, scanOnPush, encryption } = repository;
  return {
    repositoryArn: repositoryArn(name, repository),
    registryId: account,
    repositoryName: name,
    repositoryUri: repositoryUri(name, endpoint),
    createdAt,
    imageTagMutability: mutability,
    imageTagMutabilityExclusionFilters: exclusions,
    imageScanningConfiguration: { scanOnPush },
    encryptionConfiguration: encryption,
  };
}

/** The members with which nearly all answers begin. */
export const header = ({ name, account }: RepositoryState) => ({
  registryId: account,
  repositoryName: name,
});
