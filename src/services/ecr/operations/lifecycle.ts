// The lifecycle policy of a repository, and what it would let expire.

import { fault } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  DeleteLifecyclePolicyRequest,
  DeleteLifecyclePolicyResponse,
  GetLifecyclePolicyPreviewRequest,
  GetLifecyclePolicyPreviewResponse,
  GetLifecyclePolicyRequest,
  GetLifecyclePolicyResponse,
  PutLifecyclePolicyRequest,
  PutLifecyclePolicyResponse,
  StartLifecyclePolicyPreviewRequest,
  StartLifecyclePolicyPreviewResponse,
} from "../../../model/generated/ecr.d.ts";
import { evaluateLifecycle, imagesOf, scheduleLifecycle } from "../lifecycle/evaluate.ts";
import { expired, readLifecycle } from "../lifecycle/policy.ts";
import { ecr, inRegistry } from "../model.ts";
import {
  header,
  type LifecycleState,
  openRepository,
  Repository,
  type RepositoryState,
} from "../repositories/repository.ts";

export async function putLifecyclePolicy(
  input: PutLifecyclePolicyRequest,
  caller: Transaction,
): Promise<PutLifecyclePolicyResponse> {
  const { repository, tx } = await openRepository(caller, input, "PutLifecyclePolicy");
  const { lifecyclePolicyText: text } = input;
  readLifecycle(text);
  tx.put(Repository, { ...repository, lifecycle: { text, evaluatedAt: 0 } });
  scheduleLifecycle(tx, repository);
  return { ...header(repository), lifecyclePolicyText: text };
}

export async function getLifecyclePolicy(
  input: GetLifecyclePolicyRequest,
  caller: Transaction,
): Promise<GetLifecyclePolicyResponse> {
  const { repository } = await openRepository(caller, input, "GetLifecyclePolicy");
  return shown(repository, lifecycleOf(repository));
}

export async function deleteLifecyclePolicy(
  input: DeleteLifecyclePolicyRequest,
  caller: Transaction,
): Promise<DeleteLifecyclePolicyResponse> {
  const { repository, tx } = await openRepository(caller, input, "DeleteLifecyclePolicy");
  const gone = lifecycleOf(repository);
  const { lifecycle: _lifecycle, ...others } = repository;
  tx.put(Repository, others);
  tx.cancel(evaluateLifecycle, repository.id);
  return shown(repository, gone);
}

const shown = (repository: RepositoryState, { text, evaluatedAt }: LifecycleState) => ({
  ...header(repository),
  lifecyclePolicyText: text,
  lastEvaluatedAt: evaluatedAt,
});

function lifecycleOf(repository: RepositoryState): LifecycleState {
  if (repository.lifecycle !== undefined) return repository.lifecycle;
  throw fault(
    ecr,
    "LifecyclePolicyNotFoundException",
    `Lifecycle policy does not exist for the repository ${inRegistry(repository)}`,
  );
}

interface PreviewState {
  readonly repository: string;
  readonly text: string;
  readonly startedAt: number;
}

/** A preview is worked out when it is asked for: it is complete as soon as it has begun. */
export const Preview = defineResource<PreviewState>()({
  service: "ecr",
  type: "lifecycle-preview",
  key: (preview) => [preview.repository],
});

export async function startLifecyclePolicyPreview(
  input: StartLifecyclePolicyPreviewRequest,
  caller: Transaction,
): Promise<StartLifecyclePolicyPreviewResponse> {
  const { repository, tx } = await openRepository(caller, input, "StartLifecyclePolicyPreview");
  const text = input.lifecyclePolicyText ?? lifecycleOf(repository).text;
  readLifecycle(text);
  tx.put(Preview, { repository: repository.id, text, startedAt: tx.now });
  return { ...header(repository), lifecyclePolicyText: text, status: "IN_PROGRESS" };
}

export async function getLifecyclePolicyPreview(
  input: GetLifecyclePolicyPreviewRequest,
  caller: Transaction,
): Promise<GetLifecyclePolicyPreviewResponse> {
  const { repository, tx } = await openRepository(caller, input, "GetLifecyclePolicyPreview");
  const preview = await tx.get(Preview, repository.id);
  if (preview === undefined) {
    throw fault(
      ecr,
      "LifecyclePolicyPreviewNotFoundException",
      `Lifecycle policy preview does not exist for the repository ${inRegistry(repository)}`,
    );
  }
  const images = await imagesOf(tx, repository.id);
  const all = expired(readLifecycle(preview.text), images, preview.startedAt).map(({ image, rule }) => ({
    imageTags: image.tags,
    imageDigest: image.digest,
    imagePushedAt: image.pushedAt,
    action: { type: "EXPIRE" } as const,
    appliedRulePriority: rule.priority,
  }));
  const { tagStatus = "ANY" } = input.filter ?? {};
  const filtered = all.filter(
    ({ imageTags }) => tagStatus === "ANY" || (tagStatus === "TAGGED") === imageTags.length > 0,
  );
  const start =
    input.nextToken === undefined
      ? 0
      : filtered.findIndex(({ imageDigest }) => imageDigest === input.nextToken) + 1;
  const page = filtered.slice(start, start + (input.maxResults ?? 100));
  return {
    ...header(repository),
    lifecyclePolicyText: preview.text,
    status: "COMPLETE",
    previewResults: page,
    summary: { expiringImageTotalCount: all.length },
    ...(start + page.length < filtered.length && { nextToken: page.at(-1)?.imageDigest }),
  };
}
