// Encryption with RSA keys, which hold a little text only.

import { constants, privateDecrypt, publicEncrypt } from "node:crypto";
import type { EncryptionAlgorithmSpec } from "../../../model/generated/kms.d.ts";
import type { KeyState, Material } from "../keys/key.ts";
import { factsOf } from "../keys/key-spec.ts";
import { invalid } from "../model.ts";
import { invalidCiphertext } from "./ciphertext.ts";
import { privateKeyOf, publicKeyOf } from "./key-objects.ts";

export function rsaEncrypt(
  key: KeyState,
  material: Material,
  algorithm: EncryptionAlgorithmSpec,
  plaintext: Uint8Array,
): Buffer {
  const { name, bytes } = hashOf(algorithm);
  const most = (factsOf(key.spec)?.size ?? 0) / 8 - 2 * bytes - 2;
  if (plaintext.length > most) {
    throw invalid(
      `Algorithm ${algorithm} and key spec ${key.spec} cannot encrypt data larger than ${most} bytes.`,
    );
  }
  return publicEncrypt(
    { key: publicKeyOf(material), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: name },
    plaintext,
  );
}

export function rsaDecrypt(
  material: Material,
  algorithm: EncryptionAlgorithmSpec,
  ciphertext: Uint8Array,
): Buffer {
  try {
    return privateDecrypt(
      {
        key: privateKeyOf(material),
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: hashOf(algorithm).name,
      },
      ciphertext,
    );
  } catch {
    throw invalidCiphertext();
  }
}

function hashOf(algorithm: EncryptionAlgorithmSpec) {
  return algorithm === "RSAES_OAEP_SHA_1" ? { name: "sha1", bytes: 20 } : { name: "sha256", bytes: 32 };
}
