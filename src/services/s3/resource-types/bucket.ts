// AWS::S3::Bucket: the bucket, and each of its settings under the operation
// that sets it. What the template says differently from the API is turned round
// in bucket-settings.ts.

import {
  defineResourceType,
  type Properties,
  type ResourceContext,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import { s3 } from "../model.ts";
import { type BucketProperties, settings } from "./bucket-settings.ts";

function attributes(name: string, region: string): Properties {
  return {
    Arn: `arn:aws:s3:::${name}`,
    DomainName: `${name}.s3.amazonaws.com`,
    DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
    RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    WebsiteURL: `http://${name}.s3-website-${region}.amazonaws.com`,
  };
}

async function applySettings(
  after: BucketProperties,
  before: Partial<BucketProperties>,
  at: ResourceContext,
): Promise<void> {
  const Bucket = after.BucketName;
  for (const { property, put, remove } of settings) {
    const value = after[property];
    if (same(value, before[property])) continue;
    if (value !== undefined) {
      const [operation, input] = put(value as never);
      await at.call(s3, operation, { Bucket, ...input });
    } else if (before[property] !== undefined) {
      const [operation, input = {}] = remove;
      await at.call(s3, operation, { Bucket, ...input });
    }
  }
}

const cannedAcl = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();

export const bucketType = defineResourceType<BucketProperties>({
  type: "AWS::S3::Bucket",
  name: { property: "BucketName", maximum: 63, lowerCase: true },
  unsupported: [
    "AbacStatus",
    "AnalyticsConfigurations",
    "BucketNamePrefix",
    "BucketNamespace",
    "IntelligentTieringConfigurations",
    "InventoryConfigurations",
    "MetadataConfiguration",
    "MetadataTableConfiguration",
    "MetricsConfigurations",
  ],
  existing: async ({ BucketName }, at) => {
    const found = await unlessMissing(
      at.ctx.call(s3, "HeadBucket", { Bucket: BucketName }),
      "NoSuchBucket",
      "NotFound",
    );
    return found === undefined ? undefined : BucketName;
  },
  create: async (properties, at) => {
    const { BucketName, AccessControl, ObjectLockEnabled, OwnershipControls } = properties;
    await at.call(s3, "CreateBucket", {
      Bucket: BucketName,
      ...(AccessControl === undefined ? {} : { ACL: cannedAcl(AccessControl) }),
      ...(ObjectLockEnabled === true ? { ObjectLockEnabledForBucket: true } : {}),
      ...(AccessControl === undefined
        ? {}
        : { ObjectOwnership: OwnershipControls?.Rules[0]?.ObjectOwnership }),
      ...(at.region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: at.region } }),
    });
    at.made(BucketName);
    await applySettings(properties, {}, at);
    return { id: BucketName, attributes: attributes(BucketName, at.region) };
  },
  read: async (Bucket, at) => {
    const found = await unlessMissing(at.call(s3, "HeadBucket", { Bucket }), "NoSuchBucket", "NotFound");
    if (found === undefined) return undefined;
    const values: Record<string, unknown> = { BucketName: Bucket, ...attributes(Bucket, at.region) };
    for (const { property, get } of settings) {
      const value = await unlessMissing(get(Bucket, at));
      if (value !== undefined) values[property] = value;
    }
    return values;
  },
  update: async (_id, after, before, at) => {
    const { AccessControl } = after;
    if (AccessControl !== before.AccessControl)
      await at.call(s3, "PutBucketAcl", {
        Bucket: after.BucketName,
        ACL: cannedAcl(AccessControl ?? "Private"),
      });
    await applySettings(after, before, at);
    return undefined;
  },
  delete: async (Bucket, _properties, at) => {
    await at.call(s3, "DeleteBucket", { Bucket });
  },
  list: async (at) => {
    const { Buckets = [] } = await at.call(s3, "ListBuckets", {});
    return Buckets.map(({ Name }) => Name!);
  },
});
