// What EventBridge hears of a key's life: its rotation, the expiry of its
// imported material, its end.

import type { Transaction } from "../../../core/transaction.ts";
import { currentMaterial, type KeyState } from "./key.ts";

type Happening = "KMS CMK Rotation" | "KMS Imported Key Material Expiration" | "KMS CMK Deletion";

export function tell(tx: Transaction, key: KeyState, happening: Happening, more: object = {}): void {
  tx.publish("aws.kms", {
    "detail-type": happening,
    resources: [key.arn],
    detail: { "key-id": key.id, ...more },
  });
}

/** `before` and `after` differ in their current material. */
export function tellRotation(tx: Transaction, before: KeyState, after: KeyState): void {
  const current = currentMaterial(after);
  tell(tx, after, "KMS CMK Rotation", {
    "key-origin": after.origin,
    "rotation-type": current?.rotation,
    "previous-key-material-id": currentMaterial(before)?.id,
    "current-key-material-id": current?.id,
  });
}
