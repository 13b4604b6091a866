// Customer managed keys: whoever makes, starts or reads what one protects must
// be able to use it. What is stored is not encrypted by it; see README.md.

import { Fault, fault } from "../../../core/fault.ts";
import type { WaitingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Kms } from "../../../model/generated/kms.d.ts";
import type { EncryptionConfiguration } from "../../../model/generated/stepfunctions.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { stepfunctions } from "../model.ts";
import { kmsFailure } from "./failures.ts";

const kms = modelOf<Kms>("kms");

/** A data key of the customer's key, encrypted: who can decrypt it can use the key. */
export interface ProtectedBy {
  readonly keyId: string;
  /** Base64. */
  readonly dataKey: string;
  readonly context: Readonly<Record<string, string>>;
}

/** Checks the configuration of something new, and gets its data key; undefined where AWS's own key will do. */
export async function protection(
  configuration: EncryptionConfiguration | undefined,
  context: Readonly<Record<string, string>>,
  ctx: Waiting,
): Promise<ProtectedBy | undefined> {
  if (configuration === undefined) return undefined;
  const { type, kmsKeyId: keyId, kmsDataKeyReusePeriodSeconds } = configuration;
  if (type === "AWS_OWNED_KEY") {
    if (keyId === undefined && kmsDataKeyReusePeriodSeconds === undefined) return undefined;
    throw invalidEncryption("kmsKeyId and kmsDataKeyReusePeriodSeconds must not be set for AWS_OWNED_KEY");
  }
  if (keyId === undefined) throw invalidEncryption("kmsKeyId must be set for CUSTOMER_MANAGED_KMS_KEY");
  const { KeyMetadata: key } = await asked(() => ctx.call(kms, "DescribeKey", { KeyId: keyId }));
  if (key?.KeySpec !== "SYMMETRIC_DEFAULT") throw invalidEncryption(`Key '${keyId}' is not symmetric`);
  if (key.KeyState !== "Enabled") throw invalidEncryption(`Key '${keyId}' is not enabled`);
  const made = await asked(() =>
    ctx.call(kms, "GenerateDataKeyWithoutPlaintext", {
      KeyId: keyId,
      KeySpec: "AES_256",
      EncryptionContext: context,
    }),
  );
  return { keyId, dataKey: Buffer.from(made.CiphertextBlob ?? []).toString("base64"), context };
}

function invalidEncryption(why: string): Fault {
  return fault(stepfunctions, "InvalidEncryptionConfiguration", `Invalid Encryption Configuration: ${why}`);
}

/** What ends a transaction that met something protected by a key that has not been used yet. */
class KeyNeeded extends Error {
  override readonly name = "KeyNeeded";
  readonly by: ProtectedBy;
  readonly roleArn: string | undefined;

  constructor(by: ProtectedBy, roleArn: string | undefined) {
    super(by.keyId);
    this.by = by;
    this.roleArn = roleArn;
  }
}

/** The data key that was decrypted for this call. */
export type UsableKey = string | undefined;

/** To be called where protected data is about to be read or made; `roleArn`: on whose behalf, if not the caller's. */
export function needKey(by: ProtectedBy | undefined, usable: UsableKey, roleArn?: string): void {
  if (by !== undefined && by.dataKey !== usable) throw new KeyNeeded(by, roleArn);
}

/** Runs a handler that writes, and uses the key that it turns out to need. Most need none, and cost one transaction. */
export function keyed<I, O>(
  handler: (input: Readonly<I>, tx: Transaction, usable: UsableKey) => Promise<O>,
): WaitingHandler<I, O> {
  return { waits: (input, ctx) => withKey(ctx, (tx, usable) => handler(input, tx, usable)) };
}

export async function withKey<T>(
  ctx: Waiting,
  body: (tx: Transaction, usable: UsableKey) => Promise<T>,
): Promise<T> {
  let usable: UsableKey;
  for (;;) {
    try {
      return await ctx.atomically((tx) => body(tx, usable));
    } catch (error) {
      if (!(error instanceof KeyNeeded)) throw error;
      await use(error, ctx);
      usable = error.by.dataKey;
    }
  }
}

async function use({ by, roleArn }: KeyNeeded, ctx: Waiting): Promise<void> {
  const under = roleArn === undefined ? ctx : ctx.asRole(roleArn, ctx.ids.hex(32));
  await asked(() =>
    under.call(kms, "Decrypt", {
      KeyId: by.keyId,
      CiphertextBlob: Buffer.from(by.dataKey, "base64"),
      EncryptionContext: by.context,
    }),
  );
}

async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof Fault ? kmsFailure(error) : error;
  }
}
