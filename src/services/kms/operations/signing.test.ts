// Signatures and MACs, against Node's crypto as an independent other side.

import {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  verify,
} from "node:crypto";
import { describe, expect, test } from "vitest";
import { edwardsSignDigest } from "../crypto/edwards.ts";
import { kmsCloud, testKey } from "../test-key.ts";

const message = Buffer.from("to be signed");

describe.each([
  ["RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256", "sha256"],
  ["RSA_2048", "RSASSA_PKCS1_V1_5_SHA_512", "sha512"],
  ["RSA_2048", "RSASSA_PSS_SHA_256", "sha256"],
  ["RSA_3072", "RSASSA_PSS_SHA_384", "sha384"],
  ["ECC_NIST_P256", "ECDSA_SHA_256", "sha256"],
  ["ECC_NIST_P384", "ECDSA_SHA_384", "sha384"],
  ["ECC_NIST_P521", "ECDSA_SHA_512", "sha512"],
  ["ECC_SECG_P256K1", "ECDSA_SHA_256", "sha256"],
])("%s by %s", (KeySpec, SigningAlgorithm, hash) => {
  test.each(["RAW", "DIGEST"])(
    "signs a message given as %s so that others verify it",
    async (MessageType) => {
      const key = await testKey(await kmsCloud(), { KeySpec, KeyUsage: "SIGN_VERIFY" });
      const Message = MessageType === "RAW" ? message : createHash(hash).update(message).digest();
      const input = { Message, MessageType, SigningAlgorithm };
      const { Signature } = await key.call("Sign", input);
      const { PublicKey } = await key.call("GetPublicKey");
      const known = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
      const padding = SigningAlgorithm.includes("PSS")
        ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
        : {};
      expect(verify(hash, message, { key: known, ...padding }, Signature)).toBe(true);
      // What was signed one way is verified the other way too.
      for (const type of ["RAW", "DIGEST"]) {
        const given = type === "RAW" ? message : createHash(hash).update(message).digest();
        const asked = { Message: given, MessageType: type, SigningAlgorithm, Signature };
        expect(await key.call("Verify", asked)).toMatchObject({ SignatureValid: true });
        const wrong = Buffer.from(given);
        wrong[0] = (wrong[0] ?? 0) ^ 1;
        await expect(key.call("Verify", { ...asked, Message: wrong })).rejects.toMatchObject({
          code: "KMSInvalidSignatureException",
        });
      }
      if (MessageType === "DIGEST") {
        await expect(key.call("Sign", { ...input, Message: Buffer.alloc(5) })).rejects.toThrow(
          "Digest is invalid length for algorithm.",
        );
      }
    },
  );
});

test("an Edwards key signs messages", async () => {
  const key = await testKey(await kmsCloud(), { KeySpec: "ECC_NIST_EDWARDS25519", KeyUsage: "SIGN_VERIFY" });
  const SigningAlgorithm = "ED25519_SHA_512";
  const { Signature } = await key.call("Sign", { Message: message, SigningAlgorithm });
  const { PublicKey } = await key.call("GetPublicKey");
  const known = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
  expect(verify(null, message, known, Signature)).toBe(true);
});

test("an Edwards key signs digests, as RFC 8032 has it", async () => {
  const digest = createHash("sha512").update("abc").digest();
  const der = Buffer.concat([
    Buffer.from("302e020100300506032b657004220420", "hex"),
    Buffer.from("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42", "hex"),
  ]);
  const known = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const vector =
    "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406";
  expect((await edwardsSignDigest(known, digest)).toString("hex")).toBe(vector);

  const key = await testKey(await kmsCloud(), { KeySpec: "ECC_NIST_EDWARDS25519", KeyUsage: "SIGN_VERIFY" });
  const SigningAlgorithm = "ED25519_PH_SHA_512";
  const given = { Message: digest, MessageType: "DIGEST", SigningAlgorithm };
  const { Signature } = await key.call("Sign", given);
  expect((await key.call("Verify", { ...given, Signature })).SignatureValid).toBe(true);
  const other = createHash("sha512").update("abd").digest();
  await expect(key.call("Verify", { ...given, Message: other, Signature })).rejects.toMatchObject({
    code: "KMSInvalidSignatureException",
  });
  await expect(key.call("Sign", { Message: message, SigningAlgorithm })).rejects.toThrow(
    "MessageType must be DIGEST",
  );
});

test.each([
  ["ML_DSA_44", 2420, 1312],
  ["ML_DSA_65", 3309, 1952],
  ["ML_DSA_87", 4627, 2592],
])(
  "a lattice key %s signs messages, and their representatives",
  async (KeySpec, signatureBytes, publicBytes) => {
    const key = await testKey(await kmsCloud(), { KeySpec, KeyUsage: "SIGN_VERIFY" });
    const SigningAlgorithm = "ML_DSA_SHAKE_256";
    const { Signature } = await key.call("Sign", { Message: message, SigningAlgorithm });
    expect(Signature).toHaveLength(signatureBytes);
    const given = { Message: message, SigningAlgorithm };
    expect((await key.call("Verify", { ...given, Signature })).SignatureValid).toBe(true);
    await expect(
      key.call("Verify", { ...given, Message: Buffer.from("x"), Signature }),
    ).rejects.toMatchObject({
      code: "KMSInvalidSignatureException",
    });
    // FIPS 204, algorithm 7: the representative, made elsewhere of the public key and the message.
    const { PublicKey } = await key.call("GetPublicKey");
    const known = Buffer.from(PublicKey).subarray(-publicBytes);
    expect(Buffer.from(PublicKey).toString("hex")).toMatch(/^3082....300b06096086480165030403/);
    const shake = (...parts: Buffer[]) =>
      createHash("shake256", { outputLength: 64 }).update(Buffer.concat(parts)).digest();
    const mu = shake(shake(known), Buffer.of(0, 0), message);
    const made = await key.call("Sign", { Message: mu, MessageType: "EXTERNAL_MU", SigningAlgorithm });
    expect((await key.call("Verify", { ...given, Signature: made.Signature })).SignatureValid).toBe(true);
    await expect(key.call("Sign", { Message: mu, MessageType: "DIGEST", SigningAlgorithm })).rejects.toThrow(
      "MessageType must be RAW or EXTERNAL_MU",
    );
  },
);

test("a key is used for what it is for, by algorithms of its kind", async () => {
  const cloud = await kmsCloud();
  const key = await testKey(cloud, { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" });
  await expect(key.call("Encrypt", { Plaintext: message })).rejects.toThrow(
    `${key.arn} key usage is SIGN_VERIFY which is not valid for Encrypt.`,
  );
  await expect(key.call("Sign", { Message: message, SigningAlgorithm: "ECDSA_SHA_384" })).rejects.toThrow(
    "Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.",
  );
  const symmetric = await testKey(cloud);
  await expect(symmetric.call("GetPublicKey")).rejects.toMatchObject({
    code: "UnsupportedOperationException",
  });
});

test.each(["224", "256", "384", "512"])("an HMAC_%s key makes and verifies MACs", async (bits) => {
  const key = await testKey(await kmsCloud(), { KeySpec: `HMAC_${bits}`, KeyUsage: "GENERATE_VERIFY_MAC" });
  const MacAlgorithm = `HMAC_SHA_${bits}`;
  const { Mac } = await key.call("GenerateMac", { Message: message, MacAlgorithm });
  expect(Mac).toHaveLength(createHmac(`sha${bits}`, "k").digest().length);
  expect(await key.call("VerifyMac", { Message: message, MacAlgorithm, Mac })).toMatchObject({
    MacValid: true,
  });
  await expect(
    key.call("VerifyMac", { Message: Buffer.from("other"), MacAlgorithm, Mac }),
  ).rejects.toMatchObject({ code: "KMSInvalidMacException" });
});

test("two sides derive the same secret", async () => {
  const key = await testKey(await kmsCloud(), { KeySpec: "ECC_NIST_P384", KeyUsage: "KEY_AGREEMENT" });
  const { PublicKey } = await key.call("GetPublicKey");
  const ours = generateKeyPairSync("ec", { namedCurve: "secp384r1" });
  const { SharedSecret } = await key.call("DeriveSharedSecret", {
    KeyAgreementAlgorithm: "ECDH",
    PublicKey: ours.publicKey.export({ type: "spki", format: "der" }),
  });
  const publicKey = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
  expect(Buffer.from(SharedSecret)).toEqual(diffieHellman({ privateKey: ours.privateKey, publicKey }));
});

test("a data key pair comes with its private key encrypted", async () => {
  const cloud = await kmsCloud();
  const key = await testKey(cloud);
  const pair = await key.call("GenerateDataKeyPair", { KeyPairSpec: "ECC_NIST_P256" });
  const { Plaintext } = await cloud.call("kms", "Decrypt", { CiphertextBlob: pair.PrivateKeyCiphertextBlob });
  expect(Buffer.from(Plaintext)).toEqual(Buffer.from(pair.PrivateKeyPlaintext));
  const without = await key.call("GenerateDataKeyPairWithoutPlaintext", { KeyPairSpec: "ECC_NIST_P256" });
  expect(without).not.toHaveProperty("PrivateKeyPlaintext");
});
