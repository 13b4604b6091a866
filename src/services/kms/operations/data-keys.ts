// GenerateDataKey and its kin, GenerateRandom.

import { notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  GenerateDataKeyPairRequest,
  GenerateDataKeyPairResponse,
  GenerateDataKeyPairWithoutPlaintextRequest,
  GenerateDataKeyPairWithoutPlaintextResponse,
  GenerateDataKeyRequest,
  GenerateDataKeyResponse,
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse,
  GenerateRandomRequest,
  GenerateRandomResponse,
} from "../../../model/generated/kms.d.ts";
import { factsOf } from "../keys/key-spec.ts";
import { newPair } from "../keys/material.ts";
import { useKey, wrongAlgorithm } from "../keys/usable.ts";
import { invalid, unsupported } from "../model.ts";
import { encryptWith } from "./encryption.ts";

export async function generateDataKey(
  input: GenerateDataKeyRequest,
  tx: Transaction,
): Promise<GenerateDataKeyResponse> {
  if (input.Recipient !== undefined) throw notImplemented("kms", "the parameter Recipient");
  return dataKey(tx, "GenerateDataKey", input);
}

export async function generateDataKeyWithoutPlaintext(
  input: GenerateDataKeyWithoutPlaintextRequest,
  tx: Transaction,
): Promise<GenerateDataKeyWithoutPlaintextResponse> {
  const { Plaintext: _plaintext, ...answer } = await dataKey(tx, "GenerateDataKeyWithoutPlaintext", input);
  return answer;
}

async function dataKey(tx: Transaction, action: string, input: GenerateDataKeyWithoutPlaintextRequest) {
  const { KeySpec, NumberOfBytes, EncryptionContext: context } = input;
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    throw invalid("Please specify either number of bytes or key spec.");
  }
  const usable = await useKey(tx, input.KeyId, {
    action,
    usage: "ENCRYPT_DECRYPT",
    context,
    dryRun: input.DryRun,
  });
  if (usable.key.spec !== "SYMMETRIC_DEFAULT") throw wrongAlgorithm(usable.key, "SYMMETRIC_DEFAULT");
  const Plaintext = tx.ids.bytes(NumberOfBytes ?? (KeySpec === "AES_128" ? 16 : 32));
  return {
    CiphertextBlob: encryptWith(tx, usable, "SYMMETRIC_DEFAULT", Plaintext, context),
    Plaintext,
    KeyId: usable.key.arn,
    KeyMaterialId: usable.material.id,
  };
}

/** Looks at the key before and after the pair is made: what takes long waits outside the transaction. */
export async function generateDataKeyPair(
  input: GenerateDataKeyPairRequest,
  ctx: Waiting,
): Promise<GenerateDataKeyPairResponse> {
  if (input.Recipient !== undefined) throw notImplemented("kms", "the parameter Recipient");
  return dataKeyPair(ctx, "GenerateDataKeyPair", input);
}

export async function generateDataKeyPairWithoutPlaintext(
  input: GenerateDataKeyPairWithoutPlaintextRequest,
  ctx: Waiting,
): Promise<GenerateDataKeyPairWithoutPlaintextResponse> {
  const { PrivateKeyPlaintext: _plaintext, ...answer } = await dataKeyPair(
    ctx,
    "GenerateDataKeyPairWithoutPlaintext",
    input,
  );
  return answer;
}

async function dataKeyPair(ctx: Waiting, action: string, input: GenerateDataKeyPairWithoutPlaintextRequest) {
  const { KeyPairSpec: spec, EncryptionContext: context } = input;
  if (spec === "SM2") throw unsupported("SM2 key specs are supported in China Regions only.");
  if (factsOf(spec) === undefined) throw notImplemented("kms", `the key pair spec ${spec}`);
  const wanted = { action, usage: "ENCRYPT_DECRYPT" as const, context, dryRun: input.DryRun };
  await ctx.atomically((tx) => useKey(tx, input.KeyId, wanted));
  const { privateKey, publicKey } = await newPair(spec);
  const PrivateKeyPlaintext = privateKey.export({ type: "pkcs8", format: "der" });
  return ctx.atomically(async (tx) => {
    const usable = await useKey(tx, input.KeyId, wanted);
    if (usable.key.spec !== "SYMMETRIC_DEFAULT") throw wrongAlgorithm(usable.key, "SYMMETRIC_DEFAULT");
    return {
      PrivateKeyCiphertextBlob: encryptWith(tx, usable, "SYMMETRIC_DEFAULT", PrivateKeyPlaintext, context),
      PrivateKeyPlaintext,
      PublicKey: publicKey.export({ type: "spki", format: "der" }),
      KeyId: usable.key.arn,
      KeyPairSpec: spec,
      KeyMaterialId: usable.material.id,
    };
  });
}

export async function generateRandom(
  input: GenerateRandomRequest,
  tx: Transaction,
): Promise<GenerateRandomResponse> {
  if (input.CustomKeyStoreId !== undefined) throw notImplemented("kms", "the parameter CustomKeyStoreId");
  if (input.Recipient !== undefined) throw notImplemented("kms", "the parameter Recipient");
  if (input.NumberOfBytes === undefined) throw invalid("Number of bytes must be specified.");
  return { Plaintext: tx.ids.bytes(input.NumberOfBytes) };
}
