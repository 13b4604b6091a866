// GetParametersForImport, ImportKeyMaterial, DeleteImportedKeyMaterial.

import { createPrivateKey, createPublicKey, generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { fault, notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  DeleteImportedKeyMaterialRequest,
  DeleteImportedKeyMaterialResponse,
  GetParametersForImportRequest,
  GetParametersForImportResponse,
  ImportKeyMaterialRequest,
  ImportKeyMaterialResponse,
} from "../../../model/generated/kms.d.ts";
import { expireMaterial, expireToken, ImportToken, unwrap } from "../keys/import.ts";
import { Key, type KeyState, type Material } from "../keys/key.ts";
import { factsOf, isAsymmetric } from "../keys/key-spec.ts";
import { importedMaterialId } from "../keys/material.ts";
import { invalid, kms, unsupported } from "../model.ts";
import { openLivingKey } from "./keys.ts";

const tokenMilliseconds = 86_400_000;
const longestValidity = 365 * 86_400_000;

export async function getParametersForImport(
  input: GetParametersForImportRequest,
  ctx: Waiting,
): Promise<GetParametersForImportResponse> {
  const { WrappingAlgorithm: algorithm, WrappingKeySpec: spec } = input;
  if (algorithm === "RSAES_PKCS1_V1_5" || algorithm === "SM2PKE" || spec === "SM2") throw unsupported();
  const look = (tx: Transaction) => openImported(tx, input.KeyId, "GetParametersForImport");
  const { key } = await ctx.atomically(look);
  if (isAsymmetric(key.spec) && algorithm.startsWith("RSAES") && key.spec.startsWith("RSA")) {
    throw invalid(
      `The wrapping algorithm ${algorithm} cannot wrap key material of the key spec ${key.spec}.`,
    );
  }
  const modulusLength = Number(spec.slice("RSA_".length));
  const { privateKey, publicKey } = await promisify(generateKeyPair)("rsa", { modulusLength });
  return ctx.atomically(async (caller) => {
    const { tx } = await look(caller);
    const bytes = tx.ids.bytes(256);
    const token = Buffer.from(bytes).toString("base64");
    const validTo = tx.now + tokenMilliseconds;
    tx.put(ImportToken, {
      token,
      keyId: key.id,
      algorithm,
      privateKey: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
      validTo,
    });
    tx.enqueue(expireToken, { token }, { at: validTo });
    return {
      KeyId: key.arn,
      ImportToken: bytes,
      PublicKey: publicKey.export({ type: "spki", format: "der" }),
      ParametersValidTo: validTo,
    };
  });
}

export async function importKeyMaterial(
  input: ImportKeyMaterialRequest,
  caller: Transaction,
): Promise<ImportKeyMaterialResponse> {
  if (input.ImportType === "NEW_KEY_MATERIAL" && input.KeyMaterialId !== undefined) {
    throw invalid("KeyMaterialId cannot be given with NEW_KEY_MATERIAL");
  }
  const { key, tx } = await openImported(caller, input.KeyId, "ImportKeyMaterial");
  const token = await tx.get(ImportToken, Buffer.from(input.ImportToken).toString("base64"));
  if (token === undefined || token.keyId !== key.id) throw fault(kms, "InvalidImportTokenException", "");
  if (token.validTo <= tx.now) throw fault(kms, "ExpiredImportTokenException", "");
  const validTo = validityOf(input, tx.now);
  const material = materialOf(key, unwrap(token, input.EncryptedKeyMaterial), tx.now, validTo);
  const former = key.materials.at(-1);
  if (former !== undefined && former.id !== material.id) {
    if (input.ImportType === "NEW_KEY_MATERIAL") {
      throw notImplemented("kms", "the import of further key material (ImportType NEW_KEY_MATERIAL)");
    }
    // A key is for ever the key of its first material.
    throw fault(kms, "IncorrectKeyMaterialException", "");
  }
  const described = { ...material, description: input.KeyMaterialDescription };
  tx.put(Key, { ...key, materials: [described] });
  if (validTo === undefined) tx.cancel(expireMaterial, key.id);
  else tx.enqueue(expireMaterial, { keyId: key.id, materialId: material.id }, { id: key.id, at: validTo });
  return { KeyId: key.arn, ...(key.spec === "SYMMETRIC_DEFAULT" && { KeyMaterialId: material.id }) };
}

export async function deleteImportedKeyMaterial(
  { KeyId }: DeleteImportedKeyMaterialRequest,
  caller: Transaction,
): Promise<DeleteImportedKeyMaterialResponse> {
  const { key, tx } = await openImported(caller, KeyId, "DeleteImportedKeyMaterial");
  const current = key.materials.at(-1);
  if (current !== undefined) {
    const materials = [...key.materials.slice(0, -1), { ...current, secret: undefined }];
    tx.put(Key, { ...key, materials });
  }
  tx.cancel(expireMaterial, key.id);
  return {
    KeyId: key.arn,
    ...(current !== undefined && key.spec === "SYMMETRIC_DEFAULT" && { KeyMaterialId: current.id }),
  };
}

async function openImported(caller: Transaction, name: string, action: string) {
  const open = await openLivingKey(caller, name, action);
  if (open.key.origin !== "EXTERNAL") {
    throw unsupported(`${open.key.arn} origin is ${open.key.origin} which is not valid for this operation.`);
  }
  if (open.key.multiRegion !== undefined) {
    throw notImplemented("kms", "imported key material of multi-Region keys");
  }
  return open;
}

function validityOf(
  { ExpirationModel = "KEY_MATERIAL_EXPIRES", ValidTo }: ImportKeyMaterialRequest,
  now: number,
): number | undefined {
  if (ExpirationModel === "KEY_MATERIAL_DOES_NOT_EXPIRE") {
    if (ValidTo !== undefined) throw invalid("ValidTo must not be set when key material does not expire");
    return undefined;
  }
  if (ValidTo === undefined)
    throw invalid("A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES");
  if (ValidTo <= now || ValidTo > now + longestValidity) {
    throw invalid("ValidTo must be in the future, and at most 365 days away");
  }
  return ValidTo;
}

/** What was unwrapped must be a key of the right kind. */
function materialOf(key: KeyState, secret: Buffer, now: number, validTo: number | undefined): Material {
  const id = importedMaterialId(key.id, secret);
  const common = { id, createdAt: now, validTo, secret: secret.toString("base64") };
  if (!isAsymmetric(key.spec)) {
    if (secret.length !== factsOf(key.spec)?.size) throw fault(kms, "IncorrectKeyMaterialException", "");
    return common;
  }
  try {
    const privateKey = createPrivateKey({ key: secret, format: "der", type: "pkcs8" });
    const { modulusLength, namedCurve } = privateKey.asymmetricKeyDetails ?? {};
    const { size, curve } = factsOf(key.spec) ?? {};
    const type = curve === "ed25519" ? privateKey.asymmetricKeyType : namedCurve;
    if (curve === undefined ? modulusLength !== size : type !== curve) throw new Error("another kind");
    const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "der" });
    return { ...common, publicKey: publicKey.toString("base64") };
  } catch {
    throw fault(kms, "IncorrectKeyMaterialException", "");
  }
}
