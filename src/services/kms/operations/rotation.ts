// Rotation: switched on and off, looked at, and asked for at once.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  DisableKeyRotationRequest,
  EnableKeyRotationRequest,
  GetKeyRotationStatusRequest,
  GetKeyRotationStatusResponse,
  KeyMaterialState,
  ListKeyRotationsRequest,
  ListKeyRotationsResponse,
  RotateKeyOnDemandRequest,
  RotateKeyOnDemandResponse,
} from "../../../model/generated/kms.d.ts";
import { associatedMaterials, Key, type KeyState, type Material } from "../keys/key.ts";
import { tellRotation } from "../keys/key-event.ts";
import { enqueueRotation, withNewMaterial, withPendingMaterial, yearDays } from "../keys/rotation.ts";
import { checkUsable } from "../keys/usable.ts";
import { kms, unsupported } from "../model.ts";
import { openKey, openLivingKey } from "./keys.ts";

type Nothing = Record<string, never>;

const dayMilliseconds = 86_400_000;
const mostOnDemand = 25;
const defaultPage = 100;

export async function enableKeyRotation(
  { KeyId, RotationPeriodInDays: periodDays = yearDays }: EnableKeyRotationRequest,
  caller: Transaction,
): Promise<Nothing> {
  const { key, tx } = await openLivingKey(caller, KeyId, "EnableKeyRotation");
  checkRotates(key);
  checkUsable(key);
  const from =
    key.rotation?.periodDays === periodDays ? key.rotation.nextAt : tx.now + periodDays * dayMilliseconds;
  const rotating: KeyState = { ...key, rotation: { periodDays, nextAt: from } };
  tx.put(Key, rotating);
  enqueueRotation(tx, rotating);
  return {};
}

export async function disableKeyRotation(
  { KeyId }: DisableKeyRotationRequest,
  caller: Transaction,
): Promise<Nothing> {
  const { key, tx } = await openLivingKey(caller, KeyId, "DisableKeyRotation");
  checkRotates(key);
  checkUsable(key);
  const still: KeyState = { ...key, rotation: undefined };
  tx.put(Key, still);
  enqueueRotation(tx, still);
  return {};
}

export async function getKeyRotationStatus(
  { KeyId }: GetKeyRotationStatusRequest,
  caller: Transaction,
): Promise<GetKeyRotationStatusResponse> {
  const { key } = await openKey(caller, KeyId, "GetKeyRotationStatus");
  const { rotation } = key;
  return {
    KeyId: key.arn,
    KeyRotationEnabled: rotation !== undefined,
    ...(rotation !== undefined && {
      RotationPeriodInDays: rotation.periodDays,
      NextRotationDate: rotation.nextAt,
    }),
  };
}

export async function rotateKeyOnDemand(
  { KeyId }: RotateKeyOnDemandRequest,
  caller: Transaction,
): Promise<RotateKeyOnDemandResponse> {
  const { key, tx } = await openLivingKey(caller, KeyId, "RotateKeyOnDemand");
  checkRotates(key, true);
  checkUsable(key);
  if (key.materials.filter(({ rotation }) => rotation === "ON_DEMAND").length >= mostOnDemand) {
    throw fault(
      kms,
      "LimitExceededException",
      `The number of on-demand rotations of ${key.arn} has reached its limit of ${mostOnDemand}.`,
    );
  }
  const imported = key.origin === "EXTERNAL";
  const rotated = await (imported ? withPendingMaterial(tx, key) : withNewMaterial(tx, key, "ON_DEMAND"));
  tx.put(Key, rotated);
  tellRotation(tx, key, rotated);
  return { KeyId: key.arn };
}

/** The marker is how many were shown: rotations are only ever added. */
export async function listKeyRotations(
  { KeyId, IncludeKeyMaterial, Limit = defaultPage, Marker = "0" }: ListKeyRotationsRequest,
  caller: Transaction,
): Promise<ListKeyRotationsResponse> {
  const { key, tx } = await openKey(caller, KeyId, "ListKeyRotations");
  if (key.spec !== "SYMMETRIC_DEFAULT") throw unsupported();
  if (!/^\d{1,6}$/.test(Marker)) throw fault(kms, "InvalidMarkerException", "The marker is not valid.");
  const all = key.materials.filter(
    ({ rotation }) => rotation !== undefined || IncludeKeyMaterial === "ALL_KEY_MATERIAL",
  );
  const start = Number(Marker);
  const elsewhere = await isMissingElsewhere(tx, key);
  const Rotations = all.slice(start, start + Limit).map((material) => ({
    KeyId: key.arn,
    KeyMaterialId: material.id,
    KeyMaterialDescription: material.description,
    KeyMaterialState: materialState(key, material, elsewhere),
    ...(material.rotation !== undefined && {
      RotationDate: material.createdAt,
      RotationType: material.rotation,
    }),
    ...(key.origin === "EXTERNAL" && {
      ImportState: material.secret === undefined ? ("PENDING_IMPORT" as const) : ("IMPORTED" as const),
      ...(material.secret !== undefined && {
        ExpirationModel:
          material.validTo === undefined
            ? ("KEY_MATERIAL_DOES_NOT_EXPIRE" as const)
            : ("KEY_MATERIAL_EXPIRES" as const),
        ValidTo: material.validTo,
      }),
    }),
  }));
  const Truncated = start + Rotations.length < all.length;
  return { Rotations, Truncated, ...(Truncated && { NextMarker: String(start + Rotations.length) }) };
}

function materialState(key: KeyState, material: Material, elsewhere: boolean): KeyMaterialState {
  if (material.pending === true) {
    return elsewhere ? "PENDING_MULTI_REGION_IMPORT_AND_ROTATION" : "PENDING_ROTATION";
  }
  return material === associatedMaterials(key).at(-1) ? "CURRENT" : "NON_CURRENT";
}

/** Whether material that waits for its rotation is still to be imported into another Region. */
async function isMissingElsewhere(tx: Transaction, { id, multiRegion, region, materials }: KeyState) {
  if (multiRegion === undefined || !materials.some(({ pending }) => pending === true)) return false;
  for (const other of [multiRegion.primary, ...multiRegion.replicas]) {
    if (other === region) continue;
    const key = await tx.at({ region: other }).get(Key, id);
    if (key?.materials.some(({ pending, secret }) => pending === true && secret === undefined)) return true;
  }
  return false;
}

/** By the clock AWS makes new material for keys that it made itself; on demand imported material follows too. */
function checkRotates(key: KeyState, onDemand = false): void {
  if (key.spec !== "SYMMETRIC_DEFAULT" || (key.origin !== "AWS_KMS" && !onDemand)) throw unsupported();
  if (key.multiRegion !== undefined && key.multiRegion.primary !== key.region) {
    throw unsupported(`You cannot perform the operation on the replica key ${key.arn}.`);
  }
}
