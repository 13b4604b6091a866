// Encrypt, Decrypt, ReEncrypt.

import { fault, notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  DecryptRequest,
  DecryptResponse,
  EncryptionAlgorithmSpec,
  EncryptRequest,
  EncryptResponse,
  ReEncryptRequest,
  ReEncryptResponse,
} from "../../../model/generated/kms.d.ts";
import { invalidCiphertext, open, readSealed, seal } from "../crypto/ciphertext.ts";
import { rsaDecrypt, rsaEncrypt } from "../crypto/rsa-encryption.ts";
import type { EncryptionContext } from "../keys/access.ts";
import { findKey, type KeyState, keyArn } from "../keys/key.ts";
import { factsOf } from "../keys/key-spec.ts";
import { type UsableKey, useKey, wrongAlgorithm } from "../keys/usable.ts";
import { dryRun, invalid, invalidState, kms } from "../model.ts";

export async function encrypt(input: EncryptRequest, tx: Transaction): Promise<EncryptResponse> {
  const { EncryptionAlgorithm: algorithm = "SYMMETRIC_DEFAULT", EncryptionContext: context } = input;
  const usable = await useKey(tx, input.KeyId, {
    action: "Encrypt",
    usage: "ENCRYPT_DECRYPT",
    context,
    dryRun: input.DryRun,
  });
  return {
    CiphertextBlob: encryptWith(tx, usable, algorithm, input.Plaintext, context),
    KeyId: usable.key.arn,
    EncryptionAlgorithm: algorithm,
  };
}

export async function decrypt(input: DecryptRequest, tx: Transaction): Promise<DecryptResponse> {
  if (input.Recipient !== undefined) throw notImplemented("kms", "the parameter Recipient");
  const { EncryptionAlgorithm: algorithm = "SYMMETRIC_DEFAULT", CiphertextBlob } = input;
  const { plaintext, key, materialId } = await decryptBlob(tx, {
    action: "Decrypt",
    algorithm,
    blob: CiphertextBlob,
    context: input.EncryptionContext,
    keyId: input.KeyId,
    dryRun: input.DryRun,
  });
  return {
    KeyId: key.arn,
    Plaintext: plaintext,
    EncryptionAlgorithm: algorithm,
    ...(materialId !== undefined && { KeyMaterialId: materialId }),
  };
}

/** Both keys must allow it; the text never leaves. */
export async function reEncrypt(input: ReEncryptRequest, tx: Transaction): Promise<ReEncryptResponse> {
  const {
    SourceEncryptionAlgorithm: from = "SYMMETRIC_DEFAULT",
    DestinationEncryptionAlgorithm: to = "SYMMETRIC_DEFAULT",
    DestinationEncryptionContext: context,
  } = input;
  const source = await decryptBlob(tx, {
    action: "ReEncryptFrom",
    algorithm: from,
    blob: input.CiphertextBlob,
    context: input.SourceEncryptionContext,
    keyId: input.SourceKeyId,
  });
  const usable = await useKey(tx, input.DestinationKeyId, {
    action: "ReEncryptTo",
    operation: "ReEncrypt",
    usage: "ENCRYPT_DECRYPT",
    context,
  });
  const CiphertextBlob = encryptWith(tx, usable, to, source.plaintext, context);
  if (input.DryRun === true) throw dryRun();
  return {
    CiphertextBlob,
    SourceKeyId: source.key.arn,
    KeyId: usable.key.arn,
    SourceEncryptionAlgorithm: from,
    DestinationEncryptionAlgorithm: to,
    ...(source.materialId !== undefined && { SourceKeyMaterialId: source.materialId }),
    ...(to === "SYMMETRIC_DEFAULT" && { DestinationKeyMaterialId: usable.material.id }),
  };
}

export function encryptWith(
  tx: Transaction,
  { key, material }: UsableKey,
  algorithm: EncryptionAlgorithmSpec,
  plaintext: Uint8Array,
  context: EncryptionContext | undefined,
): Buffer {
  if (factsOf(key.spec)?.encryption?.includes(algorithm) !== true) throw wrongAlgorithm(key, algorithm);
  if (algorithm === "SYMMETRIC_DEFAULT") return seal(tx.ids, key, material, plaintext, context ?? {});
  if (context !== undefined && Object.keys(context).length > 0) {
    throw invalid("Encryption context is not supported for asymmetric keys.");
  }
  return rsaEncrypt(key, material, algorithm, plaintext);
}

interface Encrypted {
  readonly action: "Decrypt" | "ReEncryptFrom";
  readonly algorithm: EncryptionAlgorithmSpec;
  readonly blob: Uint8Array | undefined;
  readonly context: EncryptionContext | undefined;
  readonly keyId: string | undefined;
  readonly dryRun?: boolean | undefined;
}

interface Decrypted {
  readonly plaintext: Buffer;
  readonly key: KeyState;
  readonly materialId: string | undefined;
}

async function decryptBlob(tx: Transaction, encrypted: Encrypted): Promise<Decrypted> {
  const { action, algorithm, blob, context = {}, keyId } = encrypted;
  if (blob === undefined) throw invalid("CiphertextBlob must not be null");
  const operation = action === "Decrypt" ? action : "ReEncrypt";
  const wanted = { action, operation, usage: "ENCRYPT_DECRYPT" as const, context, dryRun: encrypted.dryRun };
  if (algorithm !== "SYMMETRIC_DEFAULT") {
    if (keyId === undefined) throw invalid("KeyId is required for asymmetric encryption algorithms.");
    const { key, material } = await useKey(tx, keyId, wanted);
    if (factsOf(key.spec)?.encryption?.includes(algorithm) !== true) throw wrongAlgorithm(key, algorithm);
    return { plaintext: rsaDecrypt(material, algorithm, blob), key, materialId: undefined };
  }
  const sealed = readSealed(blob);
  if (keyId !== undefined) await checkNamed(tx, keyId, sealed.keyId);
  const { key } = await useKey(
    tx,
    keyArn(sealed.keyId, { account: sealed.account, region: tx.region }),
    wanted,
  );
  const material = key.materials.find(({ id }) => id === sealed.materialId);
  if (material === undefined) throw invalidCiphertext();
  if (material.secret === undefined) throw invalidState(key.arn, "is pending import");
  return { plaintext: open(sealed, material, context), key, materialId: material.id };
}

async function checkNamed(tx: Transaction, name: string, keyId: string): Promise<void> {
  const { key } = await findKey(tx, name);
  if (key.id === keyId) return;
  throw fault(
    kms,
    "IncorrectKeyException",
    "The key ID in the request does not identify a CMK that can perform this operation.",
  );
}
