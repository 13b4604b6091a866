// Sign, Verify, GetPublicKey, DeriveSharedSecret, GenerateMac, VerifyMac.

import { createHmac, createPublicKey, diffieHellman, timingSafeEqual } from "node:crypto";
import { fault, notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  DeriveSharedSecretRequest,
  DeriveSharedSecretResponse,
  GenerateMacRequest,
  GenerateMacResponse,
  GetPublicKeyRequest,
  GetPublicKeyResponse,
  MacAlgorithmSpec,
  SignRequest,
  SignResponse,
  VerifyMacRequest,
  VerifyMacResponse,
  VerifyRequest,
  VerifyResponse,
} from "../../../model/generated/kms.d.ts";
import { privateKeyOf } from "../crypto/key-objects.ts";
import { isSignature, signatureOf } from "../crypto/signature.ts";
import { checkAccess } from "../keys/access.ts";
import { findKey } from "../keys/key.ts";
import { factsOf, isAsymmetric } from "../keys/key-spec.ts";
import { showKey } from "../keys/metadata.ts";
import { checkUsable, type UsableKey, useKey, wrongAlgorithm } from "../keys/usable.ts";
import { invalid, kms, unsupported } from "../model.ts";

export async function sign(input: SignRequest, tx: Transaction): Promise<SignResponse> {
  const usable = await useKey(tx, input.KeyId, {
    action: "Sign",
    usage: "SIGN_VERIFY",
    dryRun: input.DryRun,
  });
  const { key } = usable;
  const Signature = await signatureOf(tx.ids, toSign(usable, input));
  return { KeyId: key.arn, Signature, SigningAlgorithm: input.SigningAlgorithm };
}

export async function verify(input: VerifyRequest, tx: Transaction): Promise<VerifyResponse> {
  const usable = await useKey(tx, input.KeyId, {
    action: "Verify",
    usage: "SIGN_VERIFY",
    dryRun: input.DryRun,
  });
  if (!(await isSignature(toSign(usable, input), input.Signature))) {
    throw fault(kms, "KMSInvalidSignatureException", "");
  }
  return { KeyId: usable.key.arn, SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm };
}

function toSign({ key, material }: UsableKey, input: SignRequest) {
  const { SigningAlgorithm: algorithm, MessageType: type = "RAW", Message: message } = input;
  const known = factsOf(key.spec)?.signing ?? [];
  if (!known.includes(algorithm)) throw wrongAlgorithm(key, algorithm);
  if (type === "EXTERNAL_MU" && algorithm !== "ML_DSA_SHAKE_256")
    throw invalid("MessageType EXTERNAL_MU is for ML-DSA keys.");
  return { key, material, algorithm, type, message };
}

export async function getPublicKey(
  { KeyId }: GetPublicKeyRequest,
  caller: Transaction,
): Promise<GetPublicKeyResponse> {
  const open = await findKey(caller, KeyId);
  await checkAccess(caller, open, "GetPublicKey");
  const { key } = open;
  if (!isAsymmetric(key.spec)) {
    throw unsupported(`${key.arn} KeySpec is ${key.spec} which is not valid for GetPublicKey.`);
  }
  const material = checkUsable(key);
  const shown = showKey(key);
  return {
    KeyId: key.arn,
    PublicKey: Buffer.from(material.publicKey ?? "", "base64"),
    CustomerMasterKeySpec: shown.CustomerMasterKeySpec,
    KeySpec: key.spec,
    KeyUsage: key.usage,
    EncryptionAlgorithms: shown.EncryptionAlgorithms,
    SigningAlgorithms: shown.SigningAlgorithms,
    KeyAgreementAlgorithms: shown.KeyAgreementAlgorithms,
  };
}

export async function deriveSharedSecret(
  input: DeriveSharedSecretRequest,
  tx: Transaction,
): Promise<DeriveSharedSecretResponse> {
  if (input.Recipient !== undefined) throw notImplemented("kms", "the parameter Recipient");
  const { key, material } = await useKey(tx, input.KeyId, {
    action: "DeriveSharedSecret",
    usage: "KEY_AGREEMENT",
    dryRun: input.DryRun,
  });
  return {
    KeyId: key.arn,
    SharedSecret: sharedSecret(material, input.PublicKey),
    KeyAgreementAlgorithm: "ECDH",
    KeyOrigin: key.origin,
  };
}

/** The other side's key must be of the same curve. */
function sharedSecret(material: UsableKey["material"], other: Uint8Array): Buffer {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(other), format: "der", type: "spki" });
    return diffieHellman({ privateKey: privateKeyOf(material), publicKey });
  } catch {
    throw invalid("The public key is not valid for the key agreement algorithm.");
  }
}

export async function generateMac(input: GenerateMacRequest, tx: Transaction): Promise<GenerateMacResponse> {
  const usable = await useKey(tx, input.KeyId, {
    action: "GenerateMac",
    usage: "GENERATE_VERIFY_MAC",
    dryRun: input.DryRun,
  });
  const Mac = macOf(usable, input.MacAlgorithm, input.Message);
  return { Mac, MacAlgorithm: input.MacAlgorithm, KeyId: usable.key.arn };
}

export async function verifyMac(input: VerifyMacRequest, tx: Transaction): Promise<VerifyMacResponse> {
  const usable = await useKey(tx, input.KeyId, {
    action: "VerifyMac",
    usage: "GENERATE_VERIFY_MAC",
    dryRun: input.DryRun,
  });
  const mac = macOf(usable, input.MacAlgorithm, input.Message);
  if (mac.length !== input.Mac.length || !timingSafeEqual(mac, input.Mac)) {
    throw fault(kms, "KMSInvalidMacException", "");
  }
  return { KeyId: usable.key.arn, MacValid: true, MacAlgorithm: input.MacAlgorithm };
}

function macOf({ key, material }: UsableKey, algorithm: MacAlgorithmSpec, message: Uint8Array): Buffer {
  if (factsOf(key.spec)?.mac?.includes(algorithm) !== true) throw wrongAlgorithm(key, algorithm);
  const hash = algorithm.replace("HMAC_SHA_", "sha");
  return createHmac(hash, Buffer.from(material.secret ?? "", "base64"))
    .update(message)
    .digest();
}
