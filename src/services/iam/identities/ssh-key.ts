// SSH public keys of users, as CodeCommit asks for them.

import { createHash } from "node:crypto";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { nameKey } from "../name.ts";

export interface SshKeyState {
  readonly user: string;
  /** `APKA...` */
  readonly id: string;
  /** `ssh-rsa AAAA...` or PEM, as it was uploaded. */
  readonly body: string;
  readonly status: "Active" | "Inactive";
  /** Epoch milliseconds. */
  readonly uploadedAt: number;
}

export const SshKeyRecord = defineResource<SshKeyState>()({
  service: "iam",
  type: "ssh-key",
  scope: "account",
  key: (key) => [nameKey(key.user), key.id],
});

export function sshKeys(tx: Transaction, user: string): Promise<readonly SshKeyState[]> {
  return tx.all(SshKeyRecord, [nameKey(user)]);
}

/** The MD5 of the key's bytes, in pairs: `ab:cd:...`. */
export function fingerprint(body: string): string {
  const encoded = body.startsWith("-----")
    ? body.replace(/-----[^-]+-----|\s/g, "")
    : (body.split(/\s+/)[1] ?? "");
  const hash = createHash("md5").update(Buffer.from(encoded, "base64")).digest("hex");
  return hash.replace(/..(?=.)/g, "$&:");
}
