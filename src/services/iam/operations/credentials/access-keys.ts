// Access keys: what users sign requests with.

import { CredentialRecord, newAccessKey } from "../../../../core/credential.ts";
import { rootPrincipal } from "../../../../core/principal.ts";
import type { Operations } from "../../../../core/service.ts";
import type { Transaction } from "../../../../core/transaction.ts";
import type { AccessKey, AccessKeyMetadata, Iam } from "../../../../model/generated/iam.d.ts";
import {
  AccessKeyRecord,
  type AccessKeyState,
  accessKeys,
  changeCredential,
  findAccessKey,
  unknownAccessKey,
} from "../../identities/access-key.ts";
import { givenOrCaller, type UserState, userPrincipal } from "../../identities/user.ts";
import { nothing, quotaExceeded, validationError, wholeSecond } from "../../model.ts";
import { nameKey } from "../../name.ts";
import { storedPage } from "../../paging.ts";

const keysPerUser = 2;

export const accessKeyOperations = {
  CreateAccessKey: async (input, tx) => {
    const user = await owner(tx, input.UserName);
    const name = user?.name ?? "";
    if ((await accessKeys(tx, name)).length >= keysPerUser) {
      throw quotaExceeded("AccessKeysPerUser", keysPerUser);
    }
    const { accessKeyId: id, secretAccessKey } = newAccessKey(tx.ids, "AKIA", tx.account);
    const principal = user === undefined ? rootPrincipal(tx.account, id) : userPrincipal(user, tx, id);
    const key: AccessKeyState = { user: name, id, status: "Active", createdAt: wholeSecond(tx.now) };
    tx.put(AccessKeyRecord, key);
    tx.put(CredentialRecord, { accessKeyId: id, secretAccessKey, status: "Active", principal });
    return { AccessKey: { ...describe(key), SecretAccessKey: secretAccessKey } as AccessKey };
  },

  ListAccessKeys: async (input, tx) => {
    const user = await owner(tx, input.UserName);
    const prefix = [nameKey(user?.name ?? "")];
    const { values, end } = await storedPage(tx, AccessKeyRecord, input, { prefix });
    return { AccessKeyMetadata: values.map(describe), ...end };
  },

  UpdateAccessKey: async (input, tx) => {
    const status = input.Status;
    if (status === "Expired") throw validationError("An access key can be made Active or Inactive.");
    const user = await owner(tx, input.UserName);
    const key = await findAccessKey(tx, user?.name ?? "", input.AccessKeyId);
    tx.put(AccessKeyRecord, { ...key, status });
    await changeCredential(tx, key.id, { status });
    return nothing;
  },

  /**
   * The credential stays as a dead one, without its secret: a loopback trusts
   * keys it does not know, and a deleted key must not become such a key.
   */
  DeleteAccessKey: async (input, tx) => {
    const user = await owner(tx, input.UserName);
    const key = await findAccessKey(tx, user?.name ?? "", input.AccessKeyId);
    tx.delete(AccessKeyRecord, nameKey(key.user), key.id);
    await changeCredential(tx, key.id, { status: "Inactive", secretAccessKey: "" });
    return nothing;
  },

  /** AWS's answer for a key that was never used: uses are not recorded yet. */
  GetAccessKeyLastUsed: async (input, tx) => {
    const [key] = (await tx.list(AccessKeyRecord, { index: "id", prefix: [input.AccessKeyId], limit: 1 }))
      .values;
    if (key === undefined) throw unknownAccessKey(input.AccessKeyId);
    return {
      ...(key.user === "" ? {} : { UserName: key.user }),
      AccessKeyLastUsed: { ServiceName: "N/A", Region: "N/A" },
    };
  },
} satisfies Operations<Iam>;

/** Undefined for the root, who may leave out the name as users may. */
async function owner(tx: Transaction, name: string | undefined): Promise<UserState | undefined> {
  if (name === undefined && tx.principal.type === "root") return undefined;
  return givenOrCaller(tx, name);
}

function describe(key: AccessKeyState): AccessKeyMetadata {
  return {
    ...(key.user === "" ? {} : { UserName: key.user }),
    AccessKeyId: key.id,
    Status: key.status,
    CreateDate: key.createdAt,
  };
}
