// Repositories: made, shown, deleted, and their settings.

import { fault, notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  CreateRepositoryRequest,
  CreateRepositoryResponse,
  DeleteRepositoryRequest,
  DeleteRepositoryResponse,
  DescribeRepositoriesRequest,
  DescribeRepositoriesResponse,
  ImageTagMutability,
  ImageTagMutabilityExclusionFilter,
  PutImageScanningConfigurationRequest,
  PutImageScanningConfigurationResponse,
  PutImageTagMutabilityRequest,
  PutImageTagMutabilityResponse,
} from "../../../model/generated/ecr.d.ts";
import { clearRepository } from "../images/clear.ts";
import { hasImages } from "../images/image.ts";
import { ecr, invalidParameter } from "../model.ts";
import {
  header,
  openRepository,
  Repository,
  type RepositoryState,
  showRepository,
} from "../repositories/repository.ts";
import { withTags } from "../repositories/tags.ts";

export async function createRepository(
  input: CreateRepositoryRequest,
  tx: Transaction,
): Promise<CreateRepositoryResponse> {
  const { repositoryName: name, registryId = tx.account } = input;
  const { account, region } = tx;
  if (registryId !== account) {
    throw invalidParameter("A repository is made in the registry of the caller's own account.");
  }
  if ((await tx.get(Repository, name)) !== undefined) {
    throw fault(
      ecr,
      "RepositoryAlreadyExistsException",
      `The repository with name '${name}' already exists in the registry with id '${account}'`,
    );
  }
  const { encryptionType = "AES256", kmsKey } = input.encryptionConfiguration ?? {};
  if (encryptionType === "KMS_DSSE") throw notImplemented("ecr", "the encryption type KMS_DSSE");
  if (kmsKey !== undefined && encryptionType !== "KMS") {
    throw invalidParameter("A KMS key can only be given with the encryption type KMS.");
  }
  const repository: RepositoryState = {
    id: tx.ids.hex(32),
    name,
    account,
    region,
    createdAt: tx.now,
    ...mutabilityOf(input.imageTagMutability, input.imageTagMutabilityExclusionFilters),
    scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
    encryption:
      encryptionType === "KMS" ? { encryptionType, kmsKey: kmsKey ?? "alias/aws/ecr" } : { encryptionType },
    tags: withTags({}, input.tags),
  };
  tx.put(Repository, repository);
  return { repository: showRepository(repository, tx.endpoint) };
}

function mutabilityOf(
  mutability: ImageTagMutability = "MUTABLE",
  exclusions: readonly ImageTagMutabilityExclusionFilter[] | undefined,
): Pick<RepositoryState, "mutability" | "exclusions"> {
  const excluding = mutability.endsWith("_WITH_EXCLUSION");
  if (excluding !== (exclusions !== undefined && exclusions.length > 0)) {
    throw invalidParameter(
      "Exclusion filters belong to the mutabilities MUTABLE_WITH_EXCLUSION and IMMUTABLE_WITH_EXCLUSION, which need them.",
    );
  }
  return { mutability, ...(excluding && { exclusions }) };
}

export async function describeRepositories(
  { registryId = undefined, repositoryNames, maxResults, nextToken }: DescribeRepositoriesRequest,
  caller: Transaction,
): Promise<DescribeRepositoriesResponse> {
  if (repositoryNames !== undefined && repositoryNames.length > 0) {
    if (nextToken !== undefined || maxResults !== undefined) {
      throw invalidParameter("maxResults and nextToken can't be given together with repositoryNames.");
    }
    const repositories = [];
    for (const repositoryName of repositoryNames) {
      const { repository } = await openRepository(
        caller,
        { registryId, repositoryName },
        "DescribeRepositories",
      );
      repositories.push(showRepository(repository, caller.endpoint));
    }
    return { repositories };
  }
  if (registryId !== undefined && registryId !== caller.account) {
    throw invalidParameter("The repositories of another account's registry are described by their names.");
  }
  const page = await caller.list(Repository, { limit: maxResults ?? 100, cursor: nextToken });
  return {
    repositories: page.values.map((repository) => showRepository(repository, caller.endpoint)),
    nextToken: page.cursor,
  };
}

export async function deleteRepository(
  input: DeleteRepositoryRequest,
  caller: Transaction,
): Promise<DeleteRepositoryResponse> {
  const { repository, tx } = await openRepository(caller, input, "DeleteRepository");
  const { id, name, account } = repository;
  if (input.force !== true && (await hasImages(tx, id))) {
    throw fault(
      ecr,
      "RepositoryNotEmptyException",
      `The repository with name '${name}' in registry with id '${account}' cannot be deleted because it still contains images`,
    );
  }
  tx.delete(Repository, name);
  tx.enqueue(clearRepository, { id });
  return { repository: showRepository(repository, caller.endpoint) };
}

export async function putImageTagMutability(
  input: PutImageTagMutabilityRequest,
  caller: Transaction,
): Promise<PutImageTagMutabilityResponse> {
  const { repository, tx } = await openRepository(caller, input, "PutImageTagMutability");
  const { exclusions: _former, ...others } = repository;
  const set = mutabilityOf(input.imageTagMutability, input.imageTagMutabilityExclusionFilters);
  tx.put(Repository, { ...others, ...set });
  return {
    ...header(repository),
    imageTagMutability: set.mutability,
    imageTagMutabilityExclusionFilters: set.exclusions,
  };
}

export async function putImageScanningConfiguration(
  input: PutImageScanningConfigurationRequest,
  caller: Transaction,
): Promise<PutImageScanningConfigurationResponse> {
  const { repository, tx } = await openRepository(caller, input, "PutImageScanningConfiguration");
  const scanOnPush = input.imageScanningConfiguration.scanOnPush ?? false;
  tx.put(Repository, { ...repository, scanOnPush });
  return { ...header(repository), imageScanningConfiguration: { scanOnPush } };
}
