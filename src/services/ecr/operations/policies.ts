// The policy and the tags of a repository.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  DeleteRepositoryPolicyRequest,
  DeleteRepositoryPolicyResponse,
  GetRepositoryPolicyRequest,
  GetRepositoryPolicyResponse,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  SetRepositoryPolicyRequest,
  SetRepositoryPolicyResponse,
  TagResourceRequest,
  TagResourceResponse,
  UntagResourceRequest,
  UntagResourceResponse,
} from "../../../model/generated/ecr.d.ts";
import { ecr, inRegistry, invalidParameter } from "../model.ts";
import { checkPolicy } from "../repositories/access.ts";
import { header, openRepository, Repository, type RepositoryState } from "../repositories/repository.ts";
import { showTags, withTags } from "../repositories/tags.ts";

export async function setRepositoryPolicy(
  input: SetRepositoryPolicyRequest,
  caller: Transaction,
): Promise<SetRepositoryPolicyResponse> {
  const { repository, tx } = await openRepository(caller, input, "SetRepositoryPolicy");
  const { policyText } = input;
  checkPolicy(policyText, "PolicyText");
  tx.put(Repository, { ...repository, policy: policyText });
  return { ...header(repository), policyText };
}

export async function getRepositoryPolicy(
  input: GetRepositoryPolicyRequest,
  caller: Transaction,
): Promise<GetRepositoryPolicyResponse> {
  const { repository } = await openRepository(caller, input, "GetRepositoryPolicy");
  return { ...header(repository), policyText: policyOf(repository) };
}

export async function deleteRepositoryPolicy(
  input: DeleteRepositoryPolicyRequest,
  caller: Transaction,
): Promise<DeleteRepositoryPolicyResponse> {
  const { repository, tx } = await openRepository(caller, input, "DeleteRepositoryPolicy");
  const policyText = policyOf(repository);
  const { policy: _policy, ...open } = repository;
  tx.put(Repository, open);
  return { ...header(repository), policyText };
}

function policyOf(repository: RepositoryState): string {
  if (repository.policy !== undefined) return repository.policy;
  throw fault(
    ecr,
    "RepositoryPolicyNotFoundException",
    `Repository policy does not exist for the repository ${inRegistry(repository)}`,
  );
}

function named(resourceArn: string, { region, account }: Transaction) {
  const [, there, registryId, repositoryName] =
    /^arn:aws:ecr:([^:]+):(\d{12}):repository\/(.+)$/.exec(resourceArn) ?? [];
  if (there === region && registryId === account && repositoryName !== undefined) return { repositoryName };
  throw invalidParameter(`Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'`);
}

export async function tagResource(
  { resourceArn, tags }: TagResourceRequest,
  tx: Transaction,
): Promise<TagResourceResponse> {
  const { repository } = await openRepository(tx, named(resourceArn, tx), "TagResource");
  tx.put(Repository, { ...repository, tags: withTags(repository.tags, tags) });
  return {};
}

export async function untagResource(
  { resourceArn, tagKeys }: UntagResourceRequest,
  tx: Transaction,
): Promise<UntagResourceResponse> {
  const { repository } = await openRepository(tx, named(resourceArn, tx), "UntagResource");
  const tags = Object.entries(repository.tags).filter(([key]) => !tagKeys.includes(key));
  tx.put(Repository, { ...repository, tags: Object.fromEntries(tags) });
  return {};
}

export async function listTagsForResource(
  { resourceArn }: ListTagsForResourceRequest,
  tx: Transaction,
): Promise<ListTagsForResourceResponse> {
  const { repository } = await openRepository(tx, named(resourceArn, tx), "ListTagsForResource");
  return { tags: showTags(repository.tags) };
}
