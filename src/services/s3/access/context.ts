// S3's own condition keys, read from a request's input
// (docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html).

import type { Context } from "../../../lang/policy/pattern.ts";
import type { BucketState } from "../buckets/bucket.ts";
import type { StoredObject } from "../objects/object.ts";
import type { Through } from "./access-point.ts";

type Input = Readonly<Record<string, unknown>>;

const members: Readonly<Record<string, string>> = {
  "s3:delimiter": "Delimiter",
  "s3:if-match": "IfMatch",
  "s3:if-none-match": "IfNoneMatch",
  "s3:inventoryaccessibleoptionalfields": "OptionalFields",
  "s3:locationconstraint": "LocationConstraint",
  "s3:max-keys": "MaxKeys",
  "s3:object-lock-legal-hold": "ObjectLockLegalHoldStatus",
  "s3:object-lock-mode": "ObjectLockMode",
  "s3:object-lock-retain-until-date": "ObjectLockRetainUntilDate",
  "s3:prefix": "Prefix",
  "s3:versionid": "VersionId",
  "s3:x-amz-acl": "ACL",
  "s3:x-amz-copy-source": "CopySource",
  "s3:x-amz-grant-full-control": "GrantFullControl",
  "s3:x-amz-grant-read": "GrantRead",
  "s3:x-amz-grant-read-acp": "GrantReadACP",
  "s3:x-amz-grant-write": "GrantWrite",
  "s3:x-amz-grant-write-acp": "GrantWriteACP",
  "s3:x-amz-metadata-directive": "MetadataDirective",
  "s3:x-amz-object-ownership": "ObjectOwnership",
  "s3:x-amz-server-side-encryption": "ServerSideEncryption",
  "s3:x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
  "s3:x-amz-server-side-encryption-customer-algorithm": "SSECustomerAlgorithm",
  "s3:x-amz-storage-class": "StorageClass",
  "s3:x-amz-website-redirect-location": "WebsiteRedirectLocation",
};

const creations: ReadonlySet<string> = new Set(["PutObject", "CopyObject", "CompleteMultipartUpload"]);

export interface Asked {
  readonly operation: string;
  readonly input: Input;
  readonly bucket: BucketState;
  readonly anonymous: boolean;
  /** The one that the request names, where it is there. */
  readonly object: StoredObject | undefined;
  readonly through?: Through | undefined;
}

export function s3Context({ operation, input, bucket, anonymous, object, through }: Asked): Context {
  return (key) => {
    const member = members[key];
    if (member !== undefined) return textsOf(input[member]);
    if (key === "s3:dataaccesspointarn") return through === undefined ? undefined : [through.arn];
    if (key === "s3:dataaccesspointaccount") return through === undefined ? undefined : [through.account];
    if (key === "s3:accesspointnetworkorigin" && through !== undefined) {
      return [through.vpcId === undefined ? "Internet" : "VPC"];
    }
    if (key === "s3:resourceaccount" || key === "aws:resourceaccount") return [bucket.owner];
    if (key === "s3:signatureversion") return anonymous ? undefined : ["AWS4-HMAC-SHA256"];
    if (key === "s3:tlsversion") return ["1.3"];
    if (key === "s3:objectcreationoperation") return creations.has(operation) ? ["true"] : undefined;
    if (key === "s3:requestobjecttagkeys") {
      const names = Object.keys(requestTags(input));
      return names.length === 0 ? undefined : names;
    }
    return (
      tagOf("s3:existingobjecttag/", key, object?.tags) ??
      tagOf("s3:requestobjecttag/", key, requestTags(input))
    );
  };
}

function textsOf(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

function tagOf(
  prefix: string,
  key: string,
  tags: Readonly<Record<string, string>> | undefined,
): readonly string[] | undefined {
  if (tags === undefined || !key.startsWith(prefix)) return undefined;
  const wanted = key.slice(prefix.length);
  const found = Object.entries(tags).find(([name]) => name.toLowerCase() === wanted);
  return found === undefined ? undefined : [found[1]];
}

/** In a header of the object's, or in the body of a request about tags. */
function requestTags({ Tagging }: Input): Readonly<Record<string, string>> {
  if (typeof Tagging === "string") return Object.fromEntries(new URLSearchParams(Tagging));
  const set = (Tagging as { readonly TagSet?: readonly { Key: string; Value: string }[] } | undefined)
    ?.TagSet;
  return Object.fromEntries((set ?? []).map(({ Key, Value }) => [Key, Value]));
}
