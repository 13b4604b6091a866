// The end of a secret: at once, or when its recovery window is over.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { cancelRotations } from "../rotation/schedule.ts";
import { forgetAccesses } from "./last-access.ts";
import { Secret, type SecretState } from "./secret.ts";
import { SecretValue } from "./value.ts";

interface DeletionRun {
  readonly name: string;
  readonly arn: string;
}

export const deleteWhenDue = defineJob<DeletionRun>({
  name: "secretsmanager.delete",
  run: async ({ name, arn }, tx) => {
    const secret = await tx.get(Secret, name);
    if (secret?.arn !== arn || secret.deletionAt === undefined || secret.deletionAt > tx.now) return;
    removeSecret(tx, secret);
  },
});

export function removeSecret(tx: Transaction, secret: SecretState): void {
  tx.delete(Secret, secret.name);
  for (const { id } of secret.versions) tx.delete(SecretValue, secret.arn, id);
  forgetAccesses(tx, secret.arn);
  cancelRotations(tx, secret);
  tx.cancel(deleteWhenDue, secret.arn);
}
