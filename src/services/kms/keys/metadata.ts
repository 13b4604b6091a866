// What DescribeKey and its kin show of a key.

import type {
  CustomerMasterKeySpec,
  KeyMetadata,
  KeyState as StateName,
} from "../../../model/generated/kms.d.ts";
import { currentMaterial, type KeyState, keyArn } from "./key.ts";
import { factsOf } from "./key-spec.ts";

export function stateOf(key: KeyState): StateName {
  if (key.deletionWaitsDays !== undefined) return "PendingReplicaDeletion";
  if (key.deletionAt !== undefined) return "PendingDeletion";
  if (currentMaterial(key) === undefined) return "PendingImport";
  return key.enabled ? "Enabled" : "Disabled";
}

export function showKey(key: KeyState): KeyMetadata {
  const facts = factsOf(key.spec);
  const state = stateOf(key);
  const material = currentMaterial(key);
  const { usage, multiRegion } = key;
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.createdAt,
    Enabled: state === "Enabled",
    Description: key.description,
    KeyUsage: usage,
    KeyState: state,
    ...(key.deletionAt !== undefined && { DeletionDate: key.deletionAt }),
    ...(key.deletionWaitsDays !== undefined && { PendingDeletionWindowInDays: key.deletionWaitsDays }),
    Origin: key.origin,
    ...(key.origin === "EXTERNAL" &&
      material !== undefined && {
        ExpirationModel:
          material.validTo === undefined ? "KEY_MATERIAL_DOES_NOT_EXPIRE" : "KEY_MATERIAL_EXPIRES",
        ...(material.validTo !== undefined && { ValidTo: material.validTo }),
      }),
    KeyManager: key.manager,
    CustomerMasterKeySpec: key.spec as CustomerMasterKeySpec,
    KeySpec: key.spec,
    ...(usage === "ENCRYPT_DECRYPT" && { EncryptionAlgorithms: facts?.encryption ?? [] }),
    ...(usage === "SIGN_VERIFY" && { SigningAlgorithms: facts?.signing ?? [] }),
    ...(usage === "GENERATE_VERIFY_MAC" && { MacAlgorithms: facts?.mac ?? [] }),
    ...(usage === "KEY_AGREEMENT" && { KeyAgreementAlgorithms: ["ECDH"] }),
    MultiRegion: multiRegion !== undefined,
    ...(multiRegion !== undefined && {
      MultiRegionConfiguration: {
        MultiRegionKeyType: multiRegion.primary === key.region ? "PRIMARY" : "REPLICA",
        PrimaryKey: regional(key, multiRegion.primary),
        ReplicaKeys: multiRegion.replicas.map((region) => regional(key, region)),
      },
    }),
    ...(key.spec === "SYMMETRIC_DEFAULT" && material !== undefined && { CurrentKeyMaterialId: material.id }),
  };
}

function regional({ id, account }: KeyState, region: string) {
  return { Arn: keyArn(id, { account, region }), Region: region };
}
