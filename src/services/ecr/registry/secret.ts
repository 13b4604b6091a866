// What the cloud signs registry logins and layers' addresses with, made when
// first needed; one for all accounts, since a request says only by what it was
// signed whose it is.

import { createHmac, timingSafeEqual } from "node:crypto";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";

interface SecretState {
  readonly secret: string;
}

export const RegistrySecret = defineResource<SecretState>()({
  service: "ecr",
  type: "registry-secret",
  key: () => ["secret"],
});

const home = { account: "000000000000", region: "us-east-1" } as const;

/** For who signs. */
export async function signed(tx: Transaction, text: string): Promise<string> {
  const there = tx.at(home);
  let state = await there.get(RegistrySecret, "secret");
  if (state === undefined) {
    state = { secret: tx.ids.hex(64) };
    there.put(RegistrySecret, state);
  }
  return signature(state, text);
}

export async function isSigned(tx: Transaction, text: string, given: string): Promise<boolean> {
  const state = await tx.at(home).get(RegistrySecret, "secret");
  if (state === undefined) return false;
  const expected = Buffer.from(signature(state, text));
  const received = Buffer.from(given);
  return expected.length === received.length && timingSafeEqual(expected, received);
}

const signature = ({ secret }: SecretState, text: string): string =>
  createHmac("sha256", secret).update(text).digest("hex");
