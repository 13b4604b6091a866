// Temporary credentials for a function's role: one set for each execution
// environment, as if Lambda had assumed the role.

import { CredentialRecord, expiredCredentialKept, newAccessKey } from "../../../core/credential.ts";
import { defineJob } from "../../../core/job.ts";
import type { RoleCredentials } from "../../../core/ports/compute.ts";
import { assumedRolePrincipal } from "../../../core/principal.ts";
import type { Waiting } from "../../../core/waiting.ts";

const lifetimeMilliseconds = 12 * 3_600_000;

/** Removes a credential that has expired, so that environments leave nothing behind. */
export const forgetCredential = defineJob<{ readonly accessKeyId: string }>({
  name: "lambda.forgetCredential",
  run: async ({ accessKeyId }, tx) => tx.delete(CredentialRecord, accessKeyId),
});

export async function issueCredentials(
  ctx: Waiting,
  roleArn: string,
  functionName: string,
): Promise<RoleCredentials> {
  const { accessKeyId, secretAccessKey } = newAccessKey(ctx.ids, "ASIA", roleArn.split(":")[4] ?? "0");
  const sessionToken = Buffer.from(ctx.ids.bytes(96)).toString("base64");
  const expiresAt = ctx.now() + lifetimeMilliseconds;
  const principal = { ...assumedRolePrincipal(roleArn, functionName), accessKeyId };
  await ctx.atomically(async (tx) => {
    tx.put(CredentialRecord, {
      accessKeyId,
      secretAccessKey,
      sessionToken,
      expiresAt,
      principal,
      status: "Active",
    });
    tx.enqueue(forgetCredential, { accessKeyId }, { at: expiresAt + expiredCredentialKept });
  });
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt };
}
