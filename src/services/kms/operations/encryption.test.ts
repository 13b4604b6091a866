// Encrypting and decrypting: what opens what, and what does not.

import { constants, publicEncrypt } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decrypted, kmsCloud, testKey } from "../test-key.ts";

describe("a symmetric key", () => {
  test("decrypts what it encrypted, under the same context alone, without being named", async () => {
    const cloud = await kmsCloud();
    const key = await testKey(cloud);
    const blob = await key.encrypt("secret", { a: "1", b: "2" });
    expect(Buffer.from(blob).includes("secret")).toBe(false);
    expect(await decrypted(cloud, blob, { b: "2", a: "1" })).toBe("secret");
    for (const context of [undefined, { a: "1" }, { a: "1", b: "3" }]) {
      await expect(decrypted(cloud, blob, context)).rejects.toMatchObject({
        code: "InvalidCiphertextException",
        message: "",
      });
    }
    const answer = await cloud.call("kms", "Decrypt", {
      CiphertextBlob: blob,
      EncryptionContext: { a: "1", b: "2" },
    });
    expect(answer).toMatchObject({ KeyId: key.arn, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" });
  });

  test("property: a ciphertext with any bit changed opens nothing", async () => {
    const cloud = await kmsCloud();
    const key = await testKey(cloud);
    const blob = Buffer.from(await key.encrypt("secret"));
    await fc.assert(
      fc.asyncProperty(fc.nat(blob.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const changed = Buffer.from(blob);
        changed[at] = (changed[at] ?? 0) ^ mask;
        await expect(decrypted(cloud, changed)).rejects.toMatchObject({
          code: expect.stringMatching(/^(InvalidCiphertext|NotFound|AccessDenied)Exception$/),
        });
      }),
      { numRuns: 100 },
    );
  });

  test("is not taken for another", async () => {
    const cloud = await kmsCloud();
    const [key, other] = [await testKey(cloud), await testKey(cloud)];
    const CiphertextBlob = await key.encrypt("secret");
    await expect(other.call("Decrypt", { CiphertextBlob })).rejects.toMatchObject({
      code: "IncorrectKeyException",
      message: "The key ID in the request does not identify a CMK that can perform this operation.",
    });
  });

  test("hands text over to another by ReEncrypt", async () => {
    const cloud = await kmsCloud();
    const [key, other] = [await testKey(cloud), await testKey(cloud)];
    const answer = await cloud.call("kms", "ReEncrypt", {
      CiphertextBlob: await key.encrypt("secret", { a: "1" }),
      SourceEncryptionContext: { a: "1" },
      DestinationKeyId: other.id,
      DestinationEncryptionContext: { b: "2" },
    });
    expect(answer).toMatchObject({ SourceKeyId: key.arn, KeyId: other.arn });
    expect(await decrypted(cloud, answer.CiphertextBlob, { b: "2" })).toBe("secret");
  });

  test("makes data keys of the size asked for, with and without their plaintext", async () => {
    const cloud = await kmsCloud();
    const key = await testKey(cloud);
    const made = await key.call("GenerateDataKey", { KeySpec: "AES_256" });
    expect(made.Plaintext).toHaveLength(32);
    const opened = await cloud.call("kms", "Decrypt", { CiphertextBlob: made.CiphertextBlob });
    expect(Buffer.from(opened.Plaintext)).toEqual(Buffer.from(made.Plaintext));
    expect((await key.call("GenerateDataKey", { NumberOfBytes: 7 })).Plaintext).toHaveLength(7);
    expect(await key.call("GenerateDataKeyWithoutPlaintext", { KeySpec: "AES_128" })).not.toHaveProperty(
      "Plaintext",
    );
    await expect(key.call("GenerateDataKey")).rejects.toThrow(
      "Please specify either number of bytes or key spec.",
    );
  });

  test("answers a dry run with an error that says it would work", async () => {
    const key = await testKey(await kmsCloud());
    await expect(key.call("Encrypt", { Plaintext: Buffer.from("a"), DryRun: true })).rejects.toMatchObject({
      code: "DryRunOperationException",
    });
  });
});

test("an RSA key decrypts what its public key encrypted elsewhere", async () => {
  const cloud = await kmsCloud();
  const key = await testKey(cloud, { KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" });
  const { PublicKey } = await key.call("GetPublicKey");
  const ciphertext = publicEncrypt(
    {
      key: `-----BEGIN PUBLIC KEY-----\n${Buffer.from(PublicKey).toString("base64")}\n-----END PUBLIC KEY-----`,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: "sha256",
    },
    Buffer.from("secret"),
  );
  const EncryptionAlgorithm = "RSAES_OAEP_SHA_256";
  const { Plaintext } = await key.call("Decrypt", { CiphertextBlob: ciphertext, EncryptionAlgorithm });
  expect(Buffer.from(Plaintext).toString()).toBe("secret");
  await expect(key.call("Encrypt", { Plaintext: Buffer.alloc(191), EncryptionAlgorithm })).rejects.toThrow(
    "Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048 cannot encrypt data larger than 190 bytes.",
  );
  await expect(key.call("Encrypt", { Plaintext: Buffer.alloc(1) })).rejects.toMatchObject({
    code: "InvalidKeyUsageException",
  });
});

describe("a name", () => {
  test.each([
    [
      "11111111-1111-1111-1111-111111111111",
      "Key 'arn:aws:kms:us-east-1:000000000000:key/11111111-1111-1111-1111-111111111111' does not exist",
    ],
    ["alias/none", "Alias arn:aws:kms:us-east-1:000000000000:alias/none is not found."],
    ["what", "Invalid keyId 'what'"],
    ["arn:aws:kms:eu-west-1:000000000000:key/x", "Invalid arn eu-west-1"],
  ])("%s that means no key is not found", async (KeyId, message) => {
    const cloud = await kmsCloud();
    await expect(cloud.call("kms", "DescribeKey", { KeyId })).rejects.toMatchObject({
      code: "NotFoundException",
      message,
    });
  });

  test("may be an alias, which can be moved to another key of the same kind", async () => {
    const cloud = await kmsCloud();
    const [key, other] = [await testKey(cloud), await testKey(cloud)];
    const AliasName = "alias/app";
    await cloud.call("kms", "CreateAlias", { AliasName, TargetKeyId: key.id });
    const meant = async () =>
      (await cloud.call("kms", "DescribeKey", { KeyId: AliasName })).KeyMetadata.KeyId;
    expect(await meant()).toBe(key.id);
    await cloud.call("kms", "UpdateAlias", { AliasName, TargetKeyId: other.arn });
    expect(await meant()).toBe(other.id);
    expect((await cloud.call("kms", "ListAliases", { KeyId: key.id })).Aliases).toEqual([]);
    const hmac = await testKey(cloud, { KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" });
    await expect(cloud.call("kms", "UpdateAlias", { AliasName, TargetKeyId: hmac.id })).rejects.toMatchObject(
      { code: "ValidationException" },
    );
    await expect(cloud.call("kms", "CreateAlias", { AliasName, TargetKeyId: key.id })).rejects.toMatchObject({
      code: "AlreadyExistsException",
    });
    await cloud.call("kms", "DeleteAlias", { AliasName });
    await expect(meant()).rejects.toMatchObject({ code: "NotFoundException" });
  });

  test("of an AWS managed key brings the key into being, which nobody may change", async () => {
    const cloud = await kmsCloud();
    const data = await cloud.call("kms", "GenerateDataKey", { KeyId: "alias/aws/s3", KeySpec: "AES_256" });
    const { KeyMetadata } = await cloud.call("kms", "DescribeKey", { KeyId: "alias/aws/s3" });
    expect(KeyMetadata).toMatchObject({ Arn: data.KeyId, KeyManager: "AWS", KeyState: "Enabled" });
    const { KeyId } = KeyMetadata;
    expect(await cloud.call("kms", "GetKeyRotationStatus", { KeyId })).toMatchObject({
      KeyRotationEnabled: true,
    });
    await expect(cloud.call("kms", "DisableKey", { KeyId })).rejects.toMatchObject({
      code: "AccessDeniedException",
    });
  });
});
