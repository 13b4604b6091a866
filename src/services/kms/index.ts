// AWS KMS: keys that never leave, and what is done with them. What differs from
// AWS is in README.md.

import { defineService } from "../../core/service.ts";
import type { Kms } from "../../model/generated/kms.d.ts";
import { Grant } from "./grants/grant.ts";
import { deleteKey } from "./keys/deletion.ts";
import { expireMaterial, expireToken, ImportToken } from "./keys/import.ts";
import { Alias, Key } from "./keys/key.ts";
import { rotate } from "./keys/rotation.ts";
import { kms } from "./model.ts";
import { createAlias, deleteAlias, listAliases, updateAlias } from "./operations/aliases.ts";
import { createKey } from "./operations/create-key.ts";
import * as dataKeys from "./operations/data-keys.ts";
import { cancelKeyDeletion, scheduleKeyDeletion } from "./operations/deletion.ts";
import { decrypt, encrypt, reEncrypt } from "./operations/encryption.ts";
import * as grants from "./operations/grants.ts";
import { deleteImportedKeyMaterial, getParametersForImport, importKeyMaterial } from "./operations/import.ts";
import * as keys from "./operations/keys.ts";
import { replicateKey, updatePrimaryRegion } from "./operations/multi-region.ts";
import * as rotation from "./operations/rotation.ts";
import * as signing from "./operations/signing.ts";
import { aliasType, keyType, replicaKeyType } from "./resource-types/key.ts";

export default defineService<Kms>({
  model: kms,
  resourceTypes: [aliasType, keyType, replicaKeyType],
  resources: [Key, Alias, Grant, ImportToken],
  operations: {
    CreateKey: { waits: createKey },
    DescribeKey: keys.describeKey,
    GetKeyLastUsage: keys.getKeyLastUsage,
    ListKeys: keys.listKeys,
    EnableKey: keys.enableKey,
    DisableKey: keys.disableKey,
    UpdateKeyDescription: keys.updateKeyDescription,
    GetKeyPolicy: keys.getKeyPolicy,
    PutKeyPolicy: keys.putKeyPolicy,
    ListKeyPolicies: keys.listKeyPolicies,
    TagResource: keys.tagResource,
    UntagResource: keys.untagResource,
    ListResourceTags: keys.listResourceTags,
    ScheduleKeyDeletion: scheduleKeyDeletion,
    CancelKeyDeletion: cancelKeyDeletion,
    CreateAlias: createAlias,
    UpdateAlias: updateAlias,
    DeleteAlias: deleteAlias,
    ListAliases: listAliases,
    Encrypt: encrypt,
    Decrypt: decrypt,
    ReEncrypt: reEncrypt,
    GenerateDataKey: dataKeys.generateDataKey,
    GenerateDataKeyWithoutPlaintext: dataKeys.generateDataKeyWithoutPlaintext,
    GenerateDataKeyPair: { waits: dataKeys.generateDataKeyPair },
    GenerateDataKeyPairWithoutPlaintext: { waits: dataKeys.generateDataKeyPairWithoutPlaintext },
    GenerateRandom: dataKeys.generateRandom,
    Sign: signing.sign,
    Verify: signing.verify,
    GetPublicKey: signing.getPublicKey,
    DeriveSharedSecret: signing.deriveSharedSecret,
    GenerateMac: signing.generateMac,
    VerifyMac: signing.verifyMac,
    CreateGrant: grants.createGrant,
    ListGrants: grants.listGrants,
    ListRetirableGrants: grants.listRetirableGrants,
    RevokeGrant: grants.revokeGrant,
    RetireGrant: grants.retireGrant,
    EnableKeyRotation: rotation.enableKeyRotation,
    DisableKeyRotation: rotation.disableKeyRotation,
    GetKeyRotationStatus: rotation.getKeyRotationStatus,
    RotateKeyOnDemand: rotation.rotateKeyOnDemand,
    ListKeyRotations: rotation.listKeyRotations,
    GetParametersForImport: { waits: getParametersForImport },
    ImportKeyMaterial: importKeyMaterial,
    DeleteImportedKeyMaterial: deleteImportedKeyMaterial,
    ReplicateKey: replicateKey,
    UpdatePrimaryRegion: updatePrimaryRegion,
  },
  jobs: [rotate, deleteKey, expireMaterial, expireToken],
  cursorError: "InvalidMarkerException",
});
