// What S3 does in its own way under REST XML: the names of root elements, which
// no model holds (API reference, "Response Syntax" of each action), its bare
// error element with what of it stands in headers, and its two request ids.

import { hostId } from "../../../base/host-id.ts";

/** Root elements of outputs, where they are not the shape's own name. */
export const s3Roots: Readonly<Record<string, string>> = {
  CompleteMultipartUploadOutput: "CompleteMultipartUploadResult",
  CreateMultipartUploadOutput: "InitiateMultipartUploadResult",
  CreateSessionOutput: "CreateSessionResult",
  DeleteObjectsOutput: "DeleteResult",
  GetBucketAccelerateConfigurationOutput: "AccelerateConfiguration",
  GetBucketAclOutput: "AccessControlPolicy",
  GetBucketCorsOutput: "CORSConfiguration",
  GetBucketLifecycleConfigurationOutput: "LifecycleConfiguration",
  GetBucketLifecycleOutput: "LifecycleConfiguration",
  GetBucketLoggingOutput: "BucketLoggingStatus",
  GetBucketRequestPaymentOutput: "RequestPaymentConfiguration",
  GetBucketTaggingOutput: "Tagging",
  GetBucketVersioningOutput: "VersioningConfiguration",
  GetBucketWebsiteOutput: "WebsiteConfiguration",
  GetObjectAclOutput: "AccessControlPolicy",
  GetObjectAttributesOutput: "GetObjectAttributesResponse",
  GetObjectTaggingOutput: "Tagging",
  ListBucketAnalyticsConfigurationsOutput: "ListBucketAnalyticsConfigurationResult",
  ListBucketInventoryConfigurationsOutput: "ListInventoryConfigurationsResult",
  ListBucketMetricsConfigurationsOutput: "ListMetricsConfigurationsResult",
  ListBucketsOutput: "ListAllMyBucketsResult",
  ListDirectoryBucketsOutput: "ListAllMyDirectoryBucketsResult",
  ListMultipartUploadsOutput: "ListMultipartUploadsResult",
  ListObjectVersionsOutput: "ListVersionsResult",
  ListObjectsOutput: "ListBucketResult",
  ListObjectsV2Output: "ListBucketResult",
  ListPartsOutput: "ListPartsResult",
  NotificationConfigurationDeprecated: "NotificationConfiguration",
};

export function s3Headers(requestId: string): Record<string, string> {
  return { "x-amz-request-id": requestId, "x-amz-id-2": hostId(requestId) };
}

/** Fields of a fault that S3 tells in headers; they are named as the headers are, the others as elements. */
export function errorHeaders(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (isHeaderField(name) && value !== undefined) headers[name] = String(value);
  }
  return headers;
}

/** Elements begin with a capital, our headers do not. */
export function isHeaderField(name: string): boolean {
  return /^[a-z]/.test(name);
}
