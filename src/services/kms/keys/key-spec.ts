// The kinds of keys: what each may be used for, and by which algorithms.
// https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html

import type {
  EncryptionAlgorithmSpec,
  KeySpec,
  KeyUsageType,
  MacAlgorithmSpec,
  SigningAlgorithmSpec,
} from "../../../model/generated/kms.d.ts";

export interface SpecFacts {
  /** The first is what a request without one means; undefined where it must say. */
  readonly usages: readonly KeyUsageType[];
  readonly encryption?: readonly EncryptionAlgorithmSpec[];
  readonly signing?: readonly SigningAlgorithmSpec[];
  readonly mac?: readonly MacAlgorithmSpec[];
  /** RSA: bits. HMAC and symmetric keys: bytes. */
  readonly size?: number;
  /** OpenSSL's name. */
  readonly curve?: string;
}

const rsa = (size: number): SpecFacts => ({
  usages: ["ENCRYPT_DECRYPT", "SIGN_VERIFY"],
  encryption: ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"],
  signing: [
    "RSASSA_PKCS1_V1_5_SHA_256",
    "RSASSA_PKCS1_V1_5_SHA_384",
    "RSASSA_PKCS1_V1_5_SHA_512",
    "RSASSA_PSS_SHA_256",
    "RSASSA_PSS_SHA_384",
    "RSASSA_PSS_SHA_512",
  ],
  size,
});

const elliptic = (curve: string, signing: SigningAlgorithmSpec): SpecFacts => ({
  usages: ["SIGN_VERIFY", "KEY_AGREEMENT"],
  signing: [signing],
  curve,
});

const hmac = (mac: MacAlgorithmSpec, size: number): SpecFacts => ({
  usages: ["GENERATE_VERIFY_MAC"],
  mac: [mac],
  size,
});

const lattice: SpecFacts = { usages: ["SIGN_VERIFY"], signing: ["ML_DSA_SHAKE_256"] };

const facts: Partial<Record<KeySpec, SpecFacts>> = {
  SYMMETRIC_DEFAULT: { usages: ["ENCRYPT_DECRYPT"], encryption: ["SYMMETRIC_DEFAULT"], size: 32 },
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: elliptic("prime256v1", "ECDSA_SHA_256"),
  ECC_NIST_P384: elliptic("secp384r1", "ECDSA_SHA_384"),
  ECC_NIST_P521: elliptic("secp521r1", "ECDSA_SHA_512"),
  ECC_SECG_P256K1: { usages: ["SIGN_VERIFY"], signing: ["ECDSA_SHA_256"], curve: "secp256k1" },
  ECC_NIST_EDWARDS25519: {
    usages: ["SIGN_VERIFY"],
    signing: ["ED25519_SHA_512", "ED25519_PH_SHA_512"],
    curve: "ed25519",
  },
  ML_DSA_44: lattice,
  ML_DSA_65: lattice,
  ML_DSA_87: lattice,
  HMAC_224: hmac("HMAC_SHA_224", 28),
  HMAC_256: hmac("HMAC_SHA_256", 32),
  HMAC_384: hmac("HMAC_SHA_384", 48),
  HMAC_512: hmac("HMAC_SHA_512", 64),
};

/** Undefined for those that are not implemented, or exist in other partitions only. */
export function factsOf(spec: string): SpecFacts | undefined {
  return Object.hasOwn(facts, spec) ? facts[spec as KeySpec] : undefined;
}

export function isAsymmetric(spec: string): boolean {
  return /^(RSA|ECC|ML_DSA)_/.test(spec);
}
