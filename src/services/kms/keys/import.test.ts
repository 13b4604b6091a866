// Imported material: brought, taken away, expired, followed by more, in one
// Region and in several.

import { constants, createCipheriv, createPrivateKey, createPublicKey, publicEncrypt } from "node:crypto";
import { expect, test } from "vitest";
import type { Caller } from "../../test-cloud.ts";
import { decrypted, kmsCloud, testKey } from "../test-key.ts";

const day = 86_400_000;
const secret = Buffer.alloc(32, 7);
const another = Buffer.alloc(32, 8);
const forGood = { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" };
const more = { ...forGood, ImportType: "NEW_KEY_MATERIAL" };

async function importInto(there: Caller, KeyId: string, bytes: Buffer, given: object = forGood) {
  const { ImportToken, PublicKey } = await there.call("kms", "GetParametersForImport", {
    KeyId,
    WrappingAlgorithm: "RSAES_OAEP_SHA_256",
    WrappingKeySpec: "RSA_2048",
  });
  const EncryptedKeyMaterial = publicEncrypt(
    {
      key: createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" }),
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: "sha256",
    },
    bytes,
  );
  return there.call("kms", "ImportKeyMaterial", { KeyId, ImportToken, EncryptedKeyMaterial, ...given });
}

async function external(input: object = {}) {
  const cloud = await kmsCloud();
  const key = await testKey(cloud, { Origin: "EXTERNAL", ...input });
  const rotations = async (there: Caller = cloud) => {
    const { Rotations } = await there.call("kms", "ListKeyRotations", {
      KeyId: key.id,
      IncludeKeyMaterial: "ALL_KEY_MATERIAL",
    });
    return Rotations.map((each: Record<string, string>) => [each.KeyMaterialState, each.ImportState]);
  };
  return {
    cloud,
    key,
    importIt: (bytes: Buffer, given?: object) => importInto(cloud, key.id, bytes, given),
    rotations,
  };
}

const incorrect = { code: "IncorrectKeyMaterialException" };

test("it makes a key usable; the same brings it back, no other does", async () => {
  const { cloud, key, importIt } = await external();
  expect(await key.state()).toBe("PendingImport");
  await importIt(secret);
  expect(await key.state()).toBe("Enabled");
  const blob = await key.encrypt("a");
  await key.call("DeleteImportedKeyMaterial");
  expect(await key.state()).toBe("PendingImport");
  await expect(decrypted(cloud, blob)).rejects.toThrow(`${key.arn} is pending import.`);
  await expect(importIt(another)).rejects.toMatchObject(incorrect);
  await importIt(secret);
  expect(await decrypted(cloud, blob)).toBe("a");
});

test("an elliptic key comes wrapped twice, and agrees on the secret of RFC 5903", async () => {
  const { key } = await external({ KeySpec: "ECC_NIST_P256", KeyUsage: "KEY_AGREEMENT" });
  const url = (hex: string) => Buffer.from(hex, "hex").toString("base64url");
  const curve = { kty: "EC", crv: "P-256" };
  // Section 8.1: the initiator's key, the responder's public key, and what they share.
  const own = createPrivateKey({
    format: "jwk",
    key: {
      ...curve,
      d: url("c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433"),
      x: url("dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180"),
      y: url("5271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3"),
    },
  });
  const other = createPublicKey({
    format: "jwk",
    key: {
      ...curve,
      x: url("d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf63"),
      y: url("56fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab"),
    },
  });
  const { ImportToken, PublicKey } = await key.call("GetParametersForImport", {
    WrappingAlgorithm: "RSA_AES_KEY_WRAP_SHA_256",
    WrappingKeySpec: "RSA_2048",
  });
  const aes = Buffer.alloc(32, 3);
  const cipher = createCipheriv("id-aes256-wrap-pad", aes, Buffer.from("a65959a6", "hex"));
  const wrapping = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const EncryptedKeyMaterial = Buffer.concat([
    publicEncrypt({ key: wrapping, padding, oaepHash: "sha256" }, aes),
    cipher.update(own.export({ format: "der", type: "pkcs8" })),
    cipher.final(),
  ]);
  await key.call("ImportKeyMaterial", { ImportToken, EncryptedKeyMaterial, ...forGood });
  const { SharedSecret } = await key.call("DeriveSharedSecret", {
    KeyAgreementAlgorithm: "ECDH",
    PublicKey: other.export({ format: "der", type: "spki" }),
  });
  expect(Buffer.from(SharedSecret).toString("hex")).toBe(
    "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de",
  );
  await expect(
    key.call("GetParametersForImport", {
      WrappingAlgorithm: "RSAES_PKCS1_V1_5",
      WrappingKeySpec: "RSA_2048",
    }),
  ).rejects.toMatchObject({ code: "UnsupportedOperationException" });
});

test("it expires by the clock", async () => {
  const { cloud, key, importIt } = await external();
  await importIt(secret, { ValidTo: Date.UTC(2024, 0, 3) });
  await cloud.advance(2 * day - 1);
  expect(await key.state()).toBe("Enabled");
  await cloud.advance(1);
  expect(await key.state()).toBe("PendingImport");
});

test("new material counts from its rotation on, and the key needs all that it ever encrypted with", async () => {
  const { cloud, key, importIt, rotations } = await external();
  const { KeyMaterialId: first } = await importIt(secret, more);
  const old = await key.encrypt("old");
  await expect(key.call("RotateKeyOnDemand")).rejects.toMatchObject({ code: "KMSInvalidStateException" });
  const { KeyMaterialId: second } = await importIt(another, more);
  await expect(importIt(Buffer.alloc(32, 9), more)).rejects.toMatchObject({
    code: "KMSInvalidStateException",
  });
  expect(await rotations()).toEqual([
    ["CURRENT", "IMPORTED"],
    ["PENDING_ROTATION", "IMPORTED"],
  ]);
  await key.call("RotateKeyOnDemand");
  expect(await rotations()).toEqual([
    ["NON_CURRENT", "IMPORTED"],
    ["CURRENT", "IMPORTED"],
  ]);
  const made = await cloud.call("kms", "Decrypt", { CiphertextBlob: await key.encrypt("new") });
  expect(made.KeyMaterialId).toBe(second);
  expect(await decrypted(cloud, old)).toBe("old");
  await key.call("DeleteImportedKeyMaterial", { KeyMaterialId: first });
  expect(await key.state()).toBe("PendingImport");
  await expect(importIt(another, { ...forGood, KeyMaterialId: first })).rejects.toMatchObject(incorrect);
  await importIt(secret, { ...forGood, KeyMaterialId: first });
  expect(await decrypted(cloud, old)).toBe("old");
});

test("new material that is deleted before its rotation is forgotten", async () => {
  const { key, importIt, rotations } = await external();
  await importIt(secret);
  const { KeyMaterialId } = await importIt(another, more);
  await key.call("DeleteImportedKeyMaterial", { KeyMaterialId });
  expect(await rotations()).toEqual([["CURRENT", "IMPORTED"]]);
  expect(await key.state()).toBe("Enabled");
});

test("a replica needs the same material as its primary, and new material is needed everywhere", async () => {
  const { cloud, key, importIt, rotations } = await external({ MultiRegion: true });
  await importIt(secret);
  const blob = await key.encrypt("a");
  await key.call("ReplicateKey", { ReplicaRegion: "eu-west-1" });
  const there = cloud.as({ region: "eu-west-1" });
  const state = async () => (await there.call("kms", "DescribeKey", { KeyId: key.id })).KeyMetadata.KeyState;
  expect(await state()).toBe("PendingImport");
  await expect(importInto(there, key.id, another)).rejects.toMatchObject(incorrect);
  await importInto(there, key.id, secret);
  expect(await state()).toBe("Enabled");
  expect(await decrypted(there, blob)).toBe("a");

  await expect(importInto(there, key.id, another, more)).rejects.toMatchObject({
    code: "UnsupportedOperationException",
  });
  await importIt(another, more);
  expect(await state()).toBe("Enabled");
  expect((await rotations())[1]).toEqual(["PENDING_MULTI_REGION_IMPORT_AND_ROTATION", "IMPORTED"]);
  await expect(key.call("RotateKeyOnDemand")).rejects.toMatchObject({ code: "KMSInvalidStateException" });
  await importInto(there, key.id, another);
  expect((await rotations())[1]).toEqual(["PENDING_ROTATION", "IMPORTED"]);
  await key.call("RotateKeyOnDemand");
  for (const caller of [cloud, there]) expect((await rotations(caller))[1]).toEqual(["CURRENT", "IMPORTED"]);
  expect(await decrypted(there, await key.encrypt("new"))).toBe("new");
});
