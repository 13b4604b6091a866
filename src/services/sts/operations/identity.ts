// Who is who: of the caller, of a key, of an encoded refusal.

import { accountOfAccessKey, CredentialRecord } from "../../../core/credential.ts";
import { fault } from "../../../core/fault.ts";
import type { Operations } from "../../../core/service.ts";
import type { Sts } from "../../../model/generated/sts.d.ts";
import { sts, validationError } from "../model.ts";

export const identityOperations = {
  GetCallerIdentity: async (_input, { principal }) => ({
    UserId: principal.userId,
    Account: principal.account,
    Arn: principal.arn,
  }),

  GetAccessKeyInfo: async (input, tx) => {
    const credential = await tx.get(CredentialRecord, input.AccessKeyId);
    const account = credential?.principal.account ?? accountOfAccessKey(input.AccessKeyId);
    if (account === undefined) throw validationError("Access key ID is invalid");
    return { Account: account };
  },

  /** Refusals carry no encoded message yet, so there is none that could be decoded. */
  DecodeAuthorizationMessage: async () => {
    throw fault(sts, "InvalidAuthorizationMessageException", "Message is not valid.");
  },
} satisfies Operations<Sts>;
