// A key ready for a cryptographic operation: found, allowed, enabled, and of the
// right kind.

import { type Fault, fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { KeyUsageType } from "../../../model/generated/kms.d.ts";
import { dryRun, invalidState, kms } from "../model.ts";
import { checkAccess, type EncryptionContext } from "./access.ts";
import { currentMaterial, findKey, type KeyState, type Material } from "./key.ts";
import { noteUsage } from "./last-usage.ts";
import { ensureManagedKey } from "./managed.ts";
import { stateOf } from "./metadata.ts";

export interface Wanted {
  /** As policies and grants write it. */
  readonly action: string;
  /** As the operation is called, where policies call it differently. */
  readonly operation?: string;
  readonly usage: KeyUsageType;
  readonly context?: EncryptionContext | undefined;
  readonly dryRun?: boolean | undefined;
}

export interface UsableKey {
  readonly key: KeyState;
  readonly material: Material;
}

export async function useKey(caller: Transaction, name: string, wanted: Wanted): Promise<UsableKey> {
  await ensureManagedKey(caller, name);
  const open = await findKey(caller, name);
  const { key } = open;
  await checkAccess(caller, open, wanted.action, wanted.context);
  const material = checkUsable(key);
  if (key.usage !== wanted.usage) throw wrongUsage(key, wanted.operation ?? wanted.action);
  if (wanted.dryRun === true) throw dryRun();
  // What fails from here on leaves no trace: the transaction ends with it.
  await noteUsage(open.tx, key.id, wanted.operation ?? wanted.action);
  return { key, material };
}

/** Throws AWS's fault unless the key can be used now. */
export function checkUsable(key: KeyState): Material {
  const material = currentMaterial(key);
  switch (stateOf(key)) {
    case "PendingDeletion":
    case "PendingReplicaDeletion":
      throw invalidState(key.arn, "is pending deletion");
    case "PendingImport":
      throw invalidState(key.arn, "is pending import");
    case "Disabled":
      throw fault(kms, "DisabledException", `${key.arn} is disabled.`);
    default:
      return material!;
  }
}

function wrongUsage(key: KeyState, operation: string): Fault {
  return fault(
    kms,
    "InvalidKeyUsageException",
    `${key.arn} key usage is ${key.usage} which is not valid for ${operation}.`,
  );
}

export function wrongAlgorithm(key: KeyState, algorithm: string): Fault {
  return fault(
    kms,
    "InvalidKeyUsageException",
    `Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`,
  );
}
