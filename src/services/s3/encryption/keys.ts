// Gets the keys that contents are encrypted with: S3's own, KMS's data keys,
// and those that come with the request.

import { Fault } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Kms } from "../../../model/generated/kms.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { type BucketState, bucketArn, placeOf } from "../buckets/bucket.ts";
import { invalidRequest } from "../faults.ts";
import type { EncryptionChoice } from "./choice.ts";
import type { Keys } from "./cipher.ts";
import { type CustomerKey, checkCustomerKey, markOf } from "./customer-key.ts";
import type { Encryption, KmsProtection } from "./encryption.ts";

const kms = modelOf<Kms>("kms");

interface OwnKeyState {
  readonly id: "own";
  /** Base64. */
  readonly key: string;
}

/** S3's own key of an account and region, made when it is first needed. */
export const OwnKey = defineResource<OwnKeyState>()({
  service: "s3",
  type: "own-key",
  key: (key): readonly [string] => [key.id],
});

export interface Protection {
  readonly encryption?: Encryption;
  readonly keys: Keys;
}

/** The member of what is stored. */
export function encrypted({ encryption }: { readonly encryption?: Encryption }): {
  readonly encryption?: Encryption;
} {
  return encryption === undefined ? {} : { encryption };
}

/** Of a new object or upload. */
export async function protect(
  ctx: Waiting,
  bucket: BucketState,
  key: string,
  choice: EncryptionChoice,
): Promise<Protection> {
  if (choice.type === "none") return { keys: [] };
  if (choice.type === "customer") {
    return { encryption: markOf(choice.key, ctx.ids), keys: [choice.key.bytes] };
  }
  const own = choice.type === "aws:kms" ? [] : [await ownKey(ctx, bucket)];
  if (choice.type === "AES256") return { encryption: { type: "AES256" }, keys: own };
  const { type, bucketKey } = choice;
  const arn = bucketKey ? bucketArn(bucket.name) : `${bucketArn(bucket.name)}/${key}`;
  const context = { ...choice.context, "aws:s3:arn": arn };
  const made = await asked(() =>
    ctx.call(kms, "GenerateDataKey", {
      KeyId: choice.keyId ?? "alias/aws/s3",
      KeySpec: "AES_256",
      EncryptionContext: context,
    }),
  );
  const { KeyId: keyId = "", CiphertextBlob = new Uint8Array(), Plaintext = new Uint8Array() } = made;
  const dataKey = Buffer.from(CiphertextBlob).toString("base64");
  return { encryption: { type, keyId, dataKey, context, bucketKey }, keys: [Plaintext, ...own] };
}

/** Of what there is already. */
export async function keysOf(
  ctx: Waiting,
  bucket: BucketState,
  encryption: Encryption | undefined,
  customerKey: CustomerKey | undefined,
): Promise<Keys> {
  checkApplies(encryption, customerKey);
  if (encryption === undefined) return [];
  switch (encryption.type) {
    case "AES256":
      return [await ownKey(ctx, bucket)];
    case "aws:kms":
      return [await dataKey(ctx, encryption)];
    case "aws:kms:dsse":
      return [await dataKey(ctx, encryption), await ownKey(ctx, bucket)];
    case "customer":
      return [checkCustomerKey(encryption, customerKey).bytes];
  }
}

/** Whether the key that came with a request is the one to look at the object with; nothing is decrypted. */
export function checkApplies(encryption: Encryption | undefined, key: CustomerKey | undefined): void {
  if (encryption?.type === "customer") checkCustomerKey(encryption, key);
  else if (key !== undefined) {
    throw invalidRequest("The encryption parameters are not applicable to this object.");
  }
}

async function dataKey(
  ctx: Waiting,
  { keyId, dataKey: encrypted, context }: KmsProtection,
): Promise<Uint8Array> {
  const { Plaintext = new Uint8Array() } = await asked(() =>
    ctx.call(kms, "Decrypt", {
      KeyId: keyId,
      CiphertextBlob: Buffer.from(encrypted, "base64"),
      EncryptionContext: context,
    }),
  );
  return Plaintext;
}

/** S3 tells KMS's faults as its own. */
async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Fault) || error.code === "NotImplemented") throw error;
    const denied = error.code.startsWith("AccessDenied");
    throw new Fault("s3", denied ? "AccessDenied" : `KMS.${error.code}`, error.message, {
      status: denied ? 403 : 400,
    });
  }
}

function ownKey(ctx: Waiting, bucket: BucketState): Promise<Uint8Array> {
  return ctx.at(placeOf(bucket)).atomically(async (tx) => {
    const known = await tx.get(OwnKey, "own");
    if (known !== undefined) return Buffer.from(known.key, "base64");
    const made = Buffer.from(tx.ids.bytes(32));
    tx.put(OwnKey, { id: "own", key: made.toString("base64") });
    return made;
  });
}
