// AWS::S3::BucketPolicy.

import {
  defineResourceType,
  policyText,
  type ResourceContext,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { s3 } from "../model.ts";

interface BucketPolicyProperties {
  readonly Bucket: string;
  readonly PolicyDocument: unknown;
}

const put = ({ Bucket, PolicyDocument }: BucketPolicyProperties, at: ResourceContext) =>
  at.call(s3, "PutBucketPolicy", { Bucket, Policy: policyText(PolicyDocument) });

export const bucketPolicyType = defineResourceType<BucketPolicyProperties>({
  type: "AWS::S3::BucketPolicy",
  existing: async ({ Bucket }, at) => {
    const found = await unlessMissing(at.ctx.call(s3, "GetBucketPolicy", { Bucket }));
    return found?.Policy === undefined ? undefined : Bucket;
  },
  create: async (properties, at) => {
    await put(properties, at);
    return { id: properties.Bucket };
  },
  read: async (Bucket, at) => {
    const found = await unlessMissing(at.call(s3, "GetBucketPolicy", { Bucket }));
    return found?.Policy === undefined
      ? undefined
      : { Bucket, PolicyDocument: JSON.parse(String(found.Policy)) };
  },
  update: async (_id, after, _before, at) => {
    await put(after, at);
    return undefined;
  },
  delete: async (Bucket, _properties, at) => {
    await at.call(s3, "DeleteBucketPolicy", { Bucket });
  },
});
