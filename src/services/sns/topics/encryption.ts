// Encrypted topics: whoever publishes must be able to use the topic's key. What
// is stored is on its way within milliseconds, and is not encrypted by it.

import { Fault, fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Kms } from "../../../model/generated/kms.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { sns } from "../faults.ts";
import type { TopicState } from "./topic.ts";

const kms = modelOf<Kms>("kms");

/** What ends a transaction that met a key which has not been asked yet. */
class KeyNeeded extends Error {
  override readonly name = "KeyNeeded";
  readonly keyId: string;
  readonly topicArn: string;

  constructor(keyId: string, topicArn: string) {
    super(keyId);
    this.keyId = keyId;
    this.topicArn = topicArn;
  }
}

const codes = {
  AccessDeniedException: "KMSAccessDenied",
  DisabledException: "KMSDisabled",
  InvalidKeyUsageException: "KMSInvalidState",
  KMSInvalidStateException: "KMSInvalidState",
  NotFoundException: "KMSNotFound",
} as const;

/** Most topics have no key, and cost one transaction. */
export async function withKey<T>(
  ctx: Waiting,
  body: (tx: Transaction, usableKey: string | undefined) => Promise<T>,
): Promise<T> {
  let usableKey: string | undefined;
  for (;;) {
    try {
      return await ctx.atomically((tx) => body(tx, usableKey));
    } catch (error) {
      if (!(error instanceof KeyNeeded)) throw error;
      await useKey(ctx, error);
      usableKey = error.keyId;
    }
  }
}

/** To be called where a message is about to be written. */
export function checkKey({ attributes, arn }: TopicState, usableKey: string | undefined): void {
  const { KmsMasterKeyId: keyId } = attributes;
  if (keyId !== undefined && keyId !== usableKey) throw new KeyNeeded(keyId, arn);
}

async function useKey(ctx: Waiting, { keyId, topicArn }: KeyNeeded): Promise<void> {
  const [, , , region = "", account = ""] = topicArn.split(":");
  try {
    await ctx.at({ account, region }).call(kms, "GenerateDataKeyWithoutPlaintext", {
      KeyId: keyId,
      KeySpec: "AES_256",
      EncryptionContext: { "aws:sns:topicArn": topicArn },
    });
  } catch (error) {
    if (!(error instanceof Fault) || !Object.hasOwn(codes, error.code)) throw error;
    throw fault(sns, codes[error.code as keyof typeof codes], error.message);
  }
}
