// GetParametersForImport, ImportKeyMaterial, DeleteImportedKeyMaterial.

import { createPrivateKey, createPublicKey, generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { type Fault, fault } from "../../../core/fault.ts";
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
import { expireMaterial, expireToken, ImportToken, unwrap, withoutMaterial } from "../keys/import.ts";
import { associatedMaterials, Key, type KeyState, type Material } from "../keys/key.ts";
import { factsOf, isAsymmetric } from "../keys/key-spec.ts";
import { importedMaterialId } from "../keys/material.ts";
import { invalid, invalidState, kms, notFound, unsupported } from "../model.ts";
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
  const { key, tx } = await openImported(caller, input.KeyId, "ImportKeyMaterial");
  const token = await tx.get(ImportToken, Buffer.from(input.ImportToken).toString("base64"));
  if (token === undefined || token.keyId !== key.id) throw fault(kms, "InvalidImportTokenException", "");
  if (token.validTo <= tx.now) throw fault(kms, "ExpiredImportTokenException", "");
  const validTo = validityOf(input, tx.now);
  const material: Material = {
    ...materialOf(key, unwrap(token, input.EncryptedKeyMaterial), tx.now, validTo),
    description: input.KeyMaterialDescription,
  };
  if (input.KeyMaterialId !== undefined && input.KeyMaterialId !== material.id) throw incorrect();
  if (input.ImportType === "NEW_KEY_MATERIAL") await importNew(tx, key, material);
  else importKnown(tx, key, material);
  const run = { keyId: key.id, materialId: material.id };
  const id = `${key.id} ${material.id}`;
  if (validTo === undefined) tx.cancel(expireMaterial, id);
  else tx.enqueue(expireMaterial, run, { id, at: validTo });
  return { KeyId: key.arn, ...(key.spec === "SYMMETRIC_DEFAULT" && { KeyMaterialId: material.id }) };
}

/** The key's first material, or some that was the key's before: for ever the same. */
function importKnown(tx: Transaction, key: KeyState, material: Material): void {
  const former = key.materials.find(({ id }) => id === material.id);
  if (former === undefined && (key.materials.length > 0 || isReplica(key))) throw incorrect();
  const { createdAt, rotation, pending } = former ?? material;
  const again: Material = { ...material, createdAt, rotation, pending };
  const materials =
    former === undefined ? [again] : key.materials.map((each) => (each === former ? again : each));
  tx.put(Key, { ...key, materials });
}

/** Further material, which RotateKeyOnDemand makes the current one. The other Regions' keys must get it as well. */
async function importNew(tx: Transaction, key: KeyState, material: Material): Promise<void> {
  if (key.spec !== "SYMMETRIC_DEFAULT") {
    throw unsupported("Only symmetric encryption keys can have more than one key material.");
  }
  if (isReplica(key)) throw unsupported(`${key.arn} is a replica key: import into the primary key first.`);
  if (key.materials.some(({ id }) => id === material.id)) throw incorrect();
  if (key.materials.some(({ pending }) => pending === true)) {
    throw invalidState(key.arn, "has key material that is pending rotation");
  }
  const first = key.materials.length === 0;
  const added: Material = first ? material : { ...material, pending: true };
  tx.put(Key, { ...key, materials: [...key.materials, added] });
  for (const region of key.multiRegion?.replicas ?? []) {
    const there = tx.at({ region });
    const replica = await there.get(Key, key.id);
    const known: Material = { ...added, secret: undefined, validTo: undefined };
    if (replica !== undefined) there.put(Key, { ...replica, materials: [...replica.materials, known] });
  }
}

export async function deleteImportedKeyMaterial(
  { KeyId, KeyMaterialId }: DeleteImportedKeyMaterialRequest,
  caller: Transaction,
): Promise<DeleteImportedKeyMaterialResponse> {
  const { key, tx } = await openImported(caller, KeyId, "DeleteImportedKeyMaterial");
  const chosen =
    KeyMaterialId === undefined
      ? associatedMaterials(key).at(-1)
      : key.materials.find(({ id }) => id === KeyMaterialId);
  if (chosen === undefined) {
    if (KeyMaterialId === undefined) return { KeyId: key.arn };
    throw notFound(`Key material ${KeyMaterialId} does not exist in ${key.arn}`);
  }
  tx.put(Key, withoutMaterial(key, chosen.id));
  tx.cancel(expireMaterial, `${key.id} ${chosen.id}`);
  return { KeyId: key.arn, ...(key.spec === "SYMMETRIC_DEFAULT" && { KeyMaterialId: chosen.id }) };
}

async function openImported(caller: Transaction, name: string, action: string) {
  const open = await openLivingKey(caller, name, action);
  if (open.key.origin !== "EXTERNAL") {
    throw unsupported(`${open.key.arn} origin is ${open.key.origin} which is not valid for this operation.`);
  }
  return open;
}

function isReplica({ multiRegion, region }: KeyState): boolean {
  return multiRegion !== undefined && multiRegion.primary !== region;
}

function incorrect(): Fault {
  return fault(kms, "IncorrectKeyMaterialException", "");
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
    if (secret.length !== factsOf(key.spec)?.size) throw incorrect();
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
    throw incorrect();
  }
}
