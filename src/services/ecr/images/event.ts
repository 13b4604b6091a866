// What EventBridge hears of images.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html

import type { Transaction } from "../../../core/transaction.ts";
import { type RepositoryState, repositoryArn } from "../repositories/repository.ts";
import type { ImageState } from "./image.ts";

export function tellImage(
  tx: Transaction,
  action: "PUSH" | "DELETE",
  repository: RepositoryState,
  { digest, mediaType, artifactType }: ImageState,
  tag: string | undefined,
): void {
  tx.publish("aws.ecr", {
    "detail-type": "ECR Image Action",
    resources: [repositoryArn(repository.name, repository)],
    detail: {
      "action-type": action,
      result: "SUCCESS",
      "repository-name": repository.name,
      "image-digest": digest,
      ...(tag !== undefined && { "image-tag": tag }),
      "manifest-media-type": mediaType,
      ...(artifactType !== undefined && { "artifact-media-type": artifactType }),
    },
  });
}
