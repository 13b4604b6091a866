// Evaluates a repository's lifecycle policy, twice a day: AWS promises no more
// than that what expires is gone within a day.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { Image, type ImageState } from "../images/image.ts";
import { removeImage } from "../images/removal.ts";
import { isUsed } from "../layers/layer.ts";
import { Repository } from "../repositories/repository.ts";
import { expired, readLifecycle } from "./policy.ts";

const halfDayMilliseconds = 12 * 3_600_000;
/** Expired in one transaction. */
const atOnce = 100;

interface Due {
  readonly name: string;
  readonly id: string;
}

export const evaluateLifecycle = defineJob<Due>({
  name: "ecr.evaluateLifecycle",
  run: async ({ name, id }, tx) => {
    const repository = await tx.get(Repository, name);
    if (repository?.id !== id || repository.lifecycle === undefined) return;
    const expiries = expired(readLifecycle(repository.lifecycle.text), await imagesOf(tx, id), tx.now);
    for (const { image } of expiries.slice(0, atOnce)) {
      // A list's images stay as long as the list.
      if (!(await isUsed(tx, id, image.digest))) await removeImage(tx, repository, image);
    }
    tx.put(Repository, { ...repository, lifecycle: { ...repository.lifecycle, evaluatedAt: tx.now } });
    scheduleLifecycle(tx, { name, id }, expiries.length > atOnce ? tx.now : undefined);
  },
});

export function scheduleLifecycle(
  tx: Transaction,
  { name, id }: Due,
  at = tx.now + halfDayMilliseconds,
): void {
  tx.enqueue(evaluateLifecycle, { name, id }, { id, at });
}

export function imagesOf(tx: Transaction, repository: string): Promise<readonly ImageState[]> {
  return tx.all(Image, [repository]);
}
