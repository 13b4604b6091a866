// The actions that policies name for each operation: most are the operation's
// own name, the others are historical, and some requests need several
// (docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html).

import type { Operation } from "../model.ts";

type Input = Readonly<Record<string, unknown>>;

/** Where the action is not called as the operation. */
const renamed: Partial<Record<Operation, string>> = {
  CompleteMultipartUpload: "PutObject",
  CreateMultipartUpload: "PutObject",
  DeleteBucketAnalyticsConfiguration: "PutAnalyticsConfiguration",
  DeleteBucketCors: "PutBucketCORS",
  DeleteBucketEncryption: "PutEncryptionConfiguration",
  DeleteBucketIntelligentTieringConfiguration: "PutIntelligentTieringConfiguration",
  DeleteBucketInventoryConfiguration: "PutInventoryConfiguration",
  DeleteBucketLifecycle: "PutLifecycleConfiguration",
  DeleteBucketMetricsConfiguration: "PutMetricsConfiguration",
  DeleteBucketOwnershipControls: "PutBucketOwnershipControls",
  DeleteBucketReplication: "PutReplicationConfiguration",
  DeleteBucketTagging: "PutBucketTagging",
  DeletePublicAccessBlock: "PutBucketPublicAccessBlock",
  GetBucketAccelerateConfiguration: "GetAccelerateConfiguration",
  GetBucketAnalyticsConfiguration: "GetAnalyticsConfiguration",
  GetBucketCors: "GetBucketCORS",
  GetBucketEncryption: "GetEncryptionConfiguration",
  GetBucketIntelligentTieringConfiguration: "GetIntelligentTieringConfiguration",
  GetBucketInventoryConfiguration: "GetInventoryConfiguration",
  GetBucketLifecycle: "GetLifecycleConfiguration",
  GetBucketLifecycleConfiguration: "GetLifecycleConfiguration",
  GetBucketMetricsConfiguration: "GetMetricsConfiguration",
  GetBucketNotificationConfiguration: "GetBucketNotification",
  GetBucketReplication: "GetReplicationConfiguration",
  GetObjectLockConfiguration: "GetBucketObjectLockConfiguration",
  GetPublicAccessBlock: "GetBucketPublicAccessBlock",
  HeadBucket: "ListBucket",
  ListBucketAnalyticsConfigurations: "GetAnalyticsConfiguration",
  ListBucketIntelligentTieringConfigurations: "GetIntelligentTieringConfiguration",
  ListBucketInventoryConfigurations: "GetInventoryConfiguration",
  ListBucketMetricsConfigurations: "GetMetricsConfiguration",
  ListMultipartUploads: "ListBucketMultipartUploads",
  ListObjects: "ListBucket",
  ListObjectsV2: "ListBucket",
  ListObjectVersions: "ListBucketVersions",
  ListParts: "ListMultipartUploadParts",
  PutBucketAccelerateConfiguration: "PutAccelerateConfiguration",
  PutBucketAnalyticsConfiguration: "PutAnalyticsConfiguration",
  PutBucketCors: "PutBucketCORS",
  PutBucketEncryption: "PutEncryptionConfiguration",
  PutBucketIntelligentTieringConfiguration: "PutIntelligentTieringConfiguration",
  PutBucketInventoryConfiguration: "PutInventoryConfiguration",
  PutBucketLifecycle: "PutLifecycleConfiguration",
  PutBucketLifecycleConfiguration: "PutLifecycleConfiguration",
  PutBucketMetricsConfiguration: "PutMetricsConfiguration",
  PutBucketNotificationConfiguration: "PutBucketNotification",
  PutBucketReplication: "PutReplicationConfiguration",
  PutObjectLockConfiguration: "PutBucketObjectLockConfiguration",
  PutPublicAccessBlock: "PutBucketPublicAccessBlock",
  SelectObjectContent: "GetObject",
  UploadPart: "PutObject",
  UploadPartCopy: "PutObject",
};

/** Those that speak of one version have another name where a version is named. */
const versioned: Readonly<Record<string, string>> = {
  DeleteObject: "DeleteObjectVersion",
  DeleteObjectTagging: "DeleteObjectVersionTagging",
  GetObject: "GetObjectVersion",
  GetObjectAcl: "GetObjectVersionAcl",
  GetObjectAttributes: "GetObjectVersionAttributes",
  GetObjectTagging: "GetObjectVersionTagging",
  PutObjectAcl: "PutObjectVersionAcl",
  PutObjectTagging: "PutObjectVersionTagging",
};

/** All that must be allowed; `s3:` is before each. */
export function actionsOf(operation: string, input: Input): readonly string[] {
  return namesOf(operation, input).map((name) => `s3:${name}`);
}

function namesOf(operation: string, input: Input): readonly string[] {
  const ofVersion = (name: string): string =>
    input.VersionId === undefined ? name : (versioned[name] ?? name);
  switch (operation) {
    case "HeadObject":
      return [ofVersion("GetObject")];
    case "GetObjectAttributes":
      return [ofVersion("GetObject"), ofVersion("GetObjectAttributes")];
    case "PutObject":
    case "PostObject":
    case "CopyObject":
    case "CreateMultipartUpload":
      return ["PutObject", ...asides(input)];
    case "DeleteObject":
      return [
        ofVersion("DeleteObject"),
        ...(input.BypassGovernanceRetention === true ? ["BypassGovernanceRetention"] : []),
      ];
    default:
      return [ofVersion(renamed[operation as Operation] ?? operation)];
  }
}

/** What a write asks for beside the object has permissions of its own. */
function asides(input: Input): readonly string[] {
  const grants = Object.keys(input).some((name) => /^(?:ACL$|Grant)/.test(name) && input[name] !== undefined);
  return [
    ...(grants ? ["PutObjectAcl"] : []),
    ...(input.Tagging === undefined ? [] : ["PutObjectTagging"]),
    ...(input.ObjectLockMode === undefined ? [] : ["PutObjectRetention"]),
    ...(input.ObjectLockLegalHoldStatus === undefined ? [] : ["PutObjectLegalHold"]),
  ];
}
