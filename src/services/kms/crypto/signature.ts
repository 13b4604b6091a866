// Signatures: over messages by Node's crypto, over digests by what it lacks.

import { constants, createHash, privateEncrypt, publicDecrypt, sign, verify } from "node:crypto";
import type { Ids } from "../../../core/ids.ts";
import type { MessageType, SigningAlgorithmSpec } from "../../../model/generated/kms.d.ts";
import type { KeyState, Material } from "../keys/key.ts";
import { invalid } from "../model.ts";
import { ecdsaSignDigest, ecdsaVerifyDigest } from "./ecdsa.ts";
import { edwardsSignDigest, edwardsVerifyDigest } from "./edwards.ts";
import { privateKeyOf, publicKeyOf } from "./key-objects.ts";
import { latticeSign, latticeVerify } from "./ml-dsa.ts";
import { signPss, verifyPss } from "./pss.ts";

export interface ToSign {
  readonly key: KeyState;
  readonly material: Material;
  readonly algorithm: SigningAlgorithmSpec;
  readonly type: MessageType;
  readonly message: Uint8Array;
}

/** DER of DigestInfo, up to the digest itself. RFC 8017, section 9.2. */
const digestInfo: Readonly<Record<string, string>> = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

export async function signatureOf(ids: Ids, toSign: ToSign): Promise<Buffer> {
  const { key, material, algorithm, type, message } = toSign;
  if (algorithm === lattice) return latticeSign(ids, key.spec, material, type, message);
  const secret = privateKeyOf(material);
  if (algorithm === prehashedEdwards) return edwardsSignDigest(secret, checkPrehashed(toSign));
  const hash = hashOf(algorithm);
  if (hash === undefined) return sign(null, checkEdwards(toSign), secret);
  if (type === "DIGEST") {
    checkDigest(hash, message);
    if (algorithm.startsWith("ECDSA")) return ecdsaSignDigest(key.spec, secret, message);
    if (algorithm.startsWith("RSASSA_PSS")) return signPss(secret, hash, message, ids.bytes(message.length));
    const info = Buffer.concat([Buffer.from(digestInfo[hash]!, "hex"), message]);
    return privateEncrypt({ key: secret, padding: constants.RSA_PKCS1_PADDING }, info);
  }
  const padding = algorithm.startsWith("RSASSA_PSS") ? pss : {};
  return sign(hash, message, { key: secret, ...padding });
}

export async function isSignature(toVerify: ToSign, signature: Uint8Array): Promise<boolean> {
  const { key, material, algorithm, type, message } = toVerify;
  if (algorithm === lattice) return latticeVerify(key.spec, material, type, message, signature);
  const known = publicKeyOf(material);
  if (algorithm === prehashedEdwards) return edwardsVerifyDigest(known, checkPrehashed(toVerify), signature);
  const hash = hashOf(algorithm);
  if (hash === undefined) return verify(null, checkEdwards(toVerify), known, signature);
  if (type === "DIGEST") {
    checkDigest(hash, message);
    if (algorithm.startsWith("ECDSA")) return ecdsaVerifyDigest(key.spec, known, message, signature);
    if (algorithm.startsWith("RSASSA_PSS")) return verifyPss(known, hash, message, signature);
    try {
      const info = publicDecrypt({ key: known, padding: constants.RSA_PKCS1_PADDING }, signature);
      return info.equals(Buffer.concat([Buffer.from(digestInfo[hash]!, "hex"), message]));
    } catch {
      return false;
    }
  }
  const padding = algorithm.startsWith("RSASSA_PSS") ? pss : {};
  return verify(hash, message, { key: known, ...padding }, signature);
}

/** Node's name of it; undefined for Edwards curves, which hash on their own. */
function hashOf(algorithm: SigningAlgorithmSpec): string | undefined {
  const bits = /^(?:RSASSA|ECDSA).*_SHA_(\d+)$/.exec(algorithm)?.[1];
  return bits === undefined ? undefined : `sha${bits}`;
}

const lattice = "ML_DSA_SHAKE_256";
const prehashedEdwards = "ED25519_PH_SHA_512";

function checkPrehashed({ type, message }: ToSign): Uint8Array {
  if (type !== "DIGEST") {
    throw invalid(`MessageType must be DIGEST for the signing algorithm ${prehashedEdwards}.`);
  }
  checkDigest("sha512", message);
  return message;
}

function checkEdwards({ type, message }: ToSign): Uint8Array {
  if (type !== "RAW") throw invalid("MessageType must be RAW for the signing algorithm ED25519_SHA_512.");
  return message;
}

function checkDigest(hash: string, digest: Uint8Array): void {
  const bytes = createHash(hash).digest().length;
  if (digest.length !== bytes) {
    throw invalid("Digest is invalid length for algorithm.");
  }
}
