// AWS Secrets Manager: values that are kept in versions, and change by rotation.
// What differs from AWS is in README.md.

import { defineService } from "../../core/service.ts";
import type { Secretsmanager } from "../../model/generated/secretsmanager.d.ts";
import { secretsmanager } from "./model.ts";
import { createSecret } from "./operations/create.ts";
import { deleteSecret, restoreSecret } from "./operations/deletion.ts";
import { describeSecret, listSecrets } from "./operations/list.ts";
import * as policy from "./operations/policy.ts";
import { getRandomPassword } from "./operations/random-password.ts";
import * as replication from "./operations/replication.ts";
import { cancelRotateSecret, rotateSecret } from "./operations/rotation.ts";
import { tagResource, untagResource } from "./operations/tags.ts";
import { updateSecret, updateSecretVersionStage } from "./operations/update.ts";
import * as values from "./operations/values.ts";
import { resourcePolicyType } from "./resource-types/resource-policy.ts";
import { rotationScheduleType } from "./resource-types/rotation-schedule.ts";
import { secretType } from "./resource-types/secret.ts";
import { rotate } from "./rotation/rotate.ts";
import { rotateWhenDue } from "./rotation/schedule.ts";
import { deleteWhenDue } from "./secrets/deletion.ts";
import { Secret } from "./secrets/secret.ts";
import { SecretValue } from "./secrets/value.ts";

export default defineService<Secretsmanager>({
  model: secretsmanager,
  resources: [Secret, SecretValue],
  operations: {
    CreateSecret: { waits: createSecret },
    DescribeSecret: describeSecret,
    ListSecrets: listSecrets,
    UpdateSecret: { waits: updateSecret },
    DeleteSecret: deleteSecret,
    RestoreSecret: restoreSecret,
    GetSecretValue: { waits: values.getSecretValue },
    BatchGetSecretValue: { waits: values.batchGetSecretValue },
    PutSecretValue: { waits: values.putSecretValue },
    ListSecretVersionIds: values.listSecretVersionIds,
    UpdateSecretVersionStage: updateSecretVersionStage,
    GetRandomPassword: getRandomPassword,
    RotateSecret: { waits: rotateSecret },
    CancelRotateSecret: cancelRotateSecret,
    ReplicateSecretToRegions: { waits: replication.replicateSecretToRegions },
    RemoveRegionsFromReplication: replication.removeRegionsFromReplication,
    StopReplicationToReplica: replication.stopReplicationToReplica,
    PutResourcePolicy: policy.putResourcePolicy,
    GetResourcePolicy: policy.getResourcePolicy,
    DeleteResourcePolicy: policy.deleteResourcePolicy,
    ValidateResourcePolicy: policy.validateResourcePolicy,
    TagResource: tagResource,
    UntagResource: untagResource,
  },
  resourceTypes: [secretType, resourcePolicyType, rotationScheduleType],
  jobs: [rotate, rotateWhenDue, deleteWhenDue],
  cursorError: "InvalidNextTokenException",
});
