// Amazon S3: buckets of objects, with versions, uploads in parts and checksums.
// What differs from AWS, and what is not there yet, is in README.md.

import { defineService } from "../../core/service.ts";
import type { S3 } from "../../model/generated/s3.d.ts";
import { accessOperations } from "./access/operations.ts";
import { policyOperations } from "./access/policy-operations.ts";
import { charging } from "./access/request-charged.ts";
import { archiveOperations } from "./archive/operations.ts";
import { tellRestore } from "./archive/telling.ts";
import { Bucket } from "./buckets/bucket.ts";
import { BucketConfiguration } from "./buckets/configuration.ts";
import { corsOperations } from "./cors/operations.ts";
import { crossOrigin } from "./cors/rules.ts";
import { OwnKey } from "./encryption/keys.ts";
import { encryptionOperations } from "./encryption/operations.ts";
import { inventoryOperations } from "./inventory/operations.ts";
import { takeInventory } from "./inventory/report.ts";
import { deleteBlobs, deleteParts } from "./jobs.ts";
import { lifecycleOperations } from "./lifecycle/operations.ts";
import { sweepBucket } from "./lifecycle/sweep.ts";
import { lockOperations } from "./lock/operations.ts";
import { AccessLogLine, deliverLogs } from "./logging/delivery.ts";
import { loggingOperations } from "./logging/operations.ts";
import { s3 } from "./model.ts";
import { deliverNotification } from "./notifications/delivery.ts";
import { notificationOperations } from "./notifications/operations.ts";
import { Arrival, dropArrival } from "./objects/arrival.ts";
import { CoveredVersion, LiveObject } from "./objects/object.ts";
import { attributeOperations } from "./operations/attributes.ts";
import { bucketOperations } from "./operations/buckets.ts";
import { configurationOperations } from "./operations/configuration.ts";
import { copyOperations } from "./operations/copy.ts";
import { deleteOperations } from "./operations/delete.ts";
import { deprecatedOperations } from "./operations/deprecated.ts";
import { listOperations } from "./operations/list.ts";
import { listVersionsOperations } from "./operations/list-versions.ts";
import { objectOperations } from "./operations/objects.ts";
import { partOperations } from "./operations/parts.ts";
import { taggingOperations } from "./operations/tagging.ts";
import { uploadOperations } from "./operations/upload.ts";
import { replicateChange } from "./replication/change.ts";
import { replicationOperations } from "./replication/operations.ts";
import { replicate } from "./replication/replicate.ts";
import { bucketType } from "./resource-types/bucket.ts";
import { bucketPolicyType } from "./resource-types/bucket-policy.ts";
import { selectOperations } from "./select/operations.ts";
import { NumberedConfiguration } from "./settings/numbered.ts";
import { numberedOperations } from "./settings/numbered-operations.ts";
import { settingOperations } from "./settings/operations.ts";
import { Upload, UploadedPart } from "./uploads/upload.ts";
import { validationFault } from "./validation.ts";
import { websiteEndpoint } from "./website/endpoint.ts";
import { websiteOperations } from "./website/operations.ts";

export default defineService<S3>({
  model: s3,
  // The object first: a request that names a key is about it.
  resources: [
    LiveObject,
    Bucket,
    BucketConfiguration,
    NumberedConfiguration,
    AccessLogLine,
    CoveredVersion,
    Upload,
    UploadedPart,
    Arrival,
    OwnKey,
  ],
  operations: charging({
    ...bucketOperations,
    ...configurationOperations,
    ...encryptionOperations,
    ...lockOperations,
    ...archiveOperations,
    ...selectOperations,
    ...accessOperations,
    ...policyOperations,
    ...notificationOperations,
    ...corsOperations,
    ...websiteOperations,
    ...lifecycleOperations,
    ...deprecatedOperations,
    ...replicationOperations,
    ...loggingOperations,
    ...inventoryOperations,
    ...numberedOperations,
    ...settingOperations,
    ...taggingOperations,
    ...objectOperations,
    ...deleteOperations,
    ...copyOperations,
    ...attributeOperations,
    ...listOperations,
    ...listVersionsOperations,
    ...uploadOperations,
    ...partOperations,
  }),
  jobs: [
    deliverNotification,
    sweepBucket,
    replicate,
    replicateChange,
    deliverLogs,
    takeInventory,
    tellRestore,
    deleteBlobs,
    deleteParts,
    dropArrival,
  ],
  resourceTypes: [bucketPolicyType, bucketType],
  endpoints: [websiteEndpoint],
  crossOrigin,
  validationFault,
  cursorError: "InvalidArgument",
});
