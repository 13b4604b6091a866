// Temporary credentials: issued here, verified by the wire with every request,
// useless after their time.

import { CredentialRecord, expiredCredentialKept, newAccessKey } from "../../core/credential.ts";
import { defineJob } from "../../core/job.ts";
import type { Principal } from "../../core/principal.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Credentials } from "../../model/generated/sts.d.ts";

const tokenBytes = 192;

export const forgetSession = defineJob<{ readonly accessKeyId: string }>({
  name: "sts.forgetSession",
  run: async ({ accessKeyId }, tx) => tx.delete(CredentialRecord, accessKeyId),
});

/** Stores and answers credentials with which requests run as `principal`. */
export function issueCredentials(
  tx: Transaction,
  principal: Omit<Principal, "accessKeyId">,
  durationSeconds: number,
): Credentials {
  const { accessKeyId, secretAccessKey } = newAccessKey(tx.ids, "ASIA", principal.account);
  const sessionToken = Buffer.from(tx.ids.bytes(tokenBytes)).toString("base64");
  // AWS counts in whole seconds, and clients compare what they read back.
  const expiresAt = (Math.floor(tx.now / 1000) + durationSeconds) * 1000;
  tx.put(CredentialRecord, {
    accessKeyId,
    secretAccessKey,
    status: "Active",
    principal: { ...principal, accessKeyId },
    sessionToken,
    expiresAt,
  });
  tx.enqueue(forgetSession, { accessKeyId }, { at: expiresAt + expiredCredentialKept });
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiresAt,
  };
}
