// SSH public keys of users.

import { createPublicKey } from "node:crypto";
import { fault, notImplemented } from "../../../../core/fault.ts";
import type { Operations } from "../../../../core/service.ts";
import type { Transaction } from "../../../../core/transaction.ts";
import type { Iam, SSHPublicKey } from "../../../../model/generated/iam.d.ts";
import { fingerprint, SshKeyRecord, type SshKeyState, sshKeys } from "../../identities/ssh-key.ts";
import { findUser, givenOrCaller } from "../../identities/user.ts";
import { iam, noSuchEntity, nothing, quotaExceeded, validationError, wholeSecond } from "../../model.ts";
import { nameKey } from "../../name.ts";
import { storedPage } from "../../paging.ts";

const keysPerUser = 5;

export const sshKeyOperations = {
  UploadSSHPublicKey: async (input, tx) => {
    const user = await findUser(tx, input.UserName);
    const body = input.SSHPublicKeyBody.trim();
    checkKey(body);
    const present = await sshKeys(tx, user.name);
    if (present.some((key) => fingerprint(key.body) === fingerprint(body))) {
      throw fault(iam, "DuplicateSSHPublicKey", "The SSH public key is already associated with the user.");
    }
    if (present.length >= keysPerUser) throw quotaExceeded("SSHPublicKeysPerUser", keysPerUser);
    const key: SshKeyState = {
      user: user.name,
      id: tx.ids.unique("APKA"),
      body,
      status: "Active",
      uploadedAt: wholeSecond(tx.now),
    };
    tx.put(SshKeyRecord, key);
    return { SSHPublicKey: describe(key) };
  },

  GetSSHPublicKey: async (input, tx) => {
    const key = await find(tx, input.UserName, input.SSHPublicKeyId);
    const isPem = key.body.startsWith("-----");
    if (isPem !== (input.Encoding === "PEM")) {
      throw notImplemented("iam", "an SSH public key in another encoding than it was uploaded in");
    }
    return { SSHPublicKey: describe(key) };
  },

  ListSSHPublicKeys: async (input, tx) => {
    const user = await givenOrCaller(tx, input.UserName);
    const { values, end } = await storedPage(tx, SshKeyRecord, input, { prefix: [nameKey(user.name)] });
    return {
      SSHPublicKeys: values.map((key) => ({
        UserName: key.user,
        SSHPublicKeyId: key.id,
        Status: key.status,
        UploadDate: key.uploadedAt,
      })),
      ...end,
    };
  },

  UpdateSSHPublicKey: async (input, tx) => {
    const status = input.Status;
    if (status === "Expired") throw validationError("An SSH public key can be made Active or Inactive.");
    tx.put(SshKeyRecord, { ...(await find(tx, input.UserName, input.SSHPublicKeyId)), status });
    return nothing;
  },

  DeleteSSHPublicKey: async (input, tx) => {
    const key = await find(tx, input.UserName, input.SSHPublicKeyId);
    tx.delete(SshKeyRecord, nameKey(key.user), key.id);
    return nothing;
  },
} satisfies Operations<Iam>;

async function find(tx: Transaction, userName: string, id: string): Promise<SshKeyState> {
  const user = await findUser(tx, userName);
  const key = await tx.get(SshKeyRecord, nameKey(user.name), id);
  if (key === undefined) throw noSuchEntity(`The Public Key with id ${id} cannot be found.`);
  return key;
}

/** RSA keys in OpenSSH's form or in PEM; AWS takes no others. */
function checkKey(body: string): void {
  if (/^ssh-rsa AAAAB3NzaC1yc2E[A-Za-z0-9+/]+={0,2}(\s|$)/.test(body)) return;
  try {
    if (createPublicKey(body).asymmetricKeyType === "rsa") return;
  } catch {
    // Not PEM either.
  }
  throw fault(iam, "InvalidPublicKey", "The SSH public key is malformed or otherwise invalid.");
}

function describe(key: SshKeyState): SSHPublicKey {
  return {
    UserName: key.user,
    SSHPublicKeyId: key.id,
    Fingerprint: fingerprint(key.body),
    SSHPublicKeyBody: key.body,
    Status: key.status,
    UploadDate: key.uploadedAt,
  };
}
