// Rotation: switched on and off, looked at, and asked for at once.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  DisableKeyRotationRequest,
  EnableKeyRotationRequest,
  GetKeyRotationStatusRequest,
  GetKeyRotationStatusResponse,
  ListKeyRotationsRequest,
  ListKeyRotationsResponse,
  RotateKeyOnDemandRequest,
  RotateKeyOnDemandResponse,
} from "../../../model/generated/kms.d.ts";
import { Key, type KeyState } from "../keys/key.ts";
import { enqueueRotation, withNewMaterial, yearDays } from "../keys/rotation.ts";
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
  checkRotates(key);
  checkUsable(key);
  if (key.materials.filter(({ rotation }) => rotation === "ON_DEMAND").length >= mostOnDemand) {
    throw fault(
      kms,
      "LimitExceededException",
      `The number of on-demand rotations of ${key.arn} has reached its limit of ${mostOnDemand}.`,
    );
  }
  tx.put(Key, await withNewMaterial(tx, key, "ON_DEMAND"));
  return { KeyId: key.arn };
}

/** The marker is how many were shown: rotations are only ever added. */
export async function listKeyRotations(
  { KeyId, IncludeKeyMaterial, Limit = defaultPage, Marker = "0" }: ListKeyRotationsRequest,
  caller: Transaction,
): Promise<ListKeyRotationsResponse> {
  const { key } = await openKey(caller, KeyId, "ListKeyRotations");
  if (key.spec !== "SYMMETRIC_DEFAULT") throw unsupported();
  if (!/^\d{1,6}$/.test(Marker)) throw fault(kms, "InvalidMarkerException", "The marker is not valid.");
  const all = key.materials.filter(
    ({ rotation }) => rotation !== undefined || IncludeKeyMaterial === "ALL_KEY_MATERIAL",
  );
  const start = Number(Marker);
  const Rotations = all.slice(start, start + Limit).map((material) => ({
    KeyId: key.arn,
    KeyMaterialId: material.id,
    KeyMaterialState: material === key.materials.at(-1) ? ("CURRENT" as const) : ("NON_CURRENT" as const),
    ...(material.rotation !== undefined && {
      RotationDate: material.createdAt,
      RotationType: material.rotation,
    }),
    ...(key.origin === "EXTERNAL" && {
      ImportState: material.secret === undefined ? ("PENDING_IMPORT" as const) : ("IMPORTED" as const),
    }),
  }));
  const Truncated = start + Rotations.length < all.length;
  return { Rotations, Truncated, ...(Truncated && { NextMarker: String(start + Rotations.length) }) };
}

/** AWS makes new material for symmetric keys that it made itself, at the primary of several Regions. */
function checkRotates(key: KeyState): void {
  if (key.spec !== "SYMMETRIC_DEFAULT" || key.origin !== "AWS_KMS") throw unsupported();
  if (key.multiRegion !== undefined && key.multiRegion.primary !== key.region) {
    throw unsupported(`You cannot perform the operation on the replica key ${key.arn}.`);
  }
}
