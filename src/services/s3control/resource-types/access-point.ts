// AWS::S3::AccessPoint: a name by which a bucket is reached under a policy of its own.

import {
  defineResourceType,
  type Properties,
  policyText,
  ResourceFailure,
  type Tag,
  tagChanges,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import { s3control } from "../model.ts";

interface AccessPointProperties {
  readonly Bucket: string;
  readonly BucketAccountId?: string;
  readonly Name: string;
  readonly Policy?: Properties;
  readonly PublicAccessBlockConfiguration?: Properties;
  readonly Tags?: readonly Tag[];
  readonly VpcConfiguration?: Properties;
}

export const accessPointType = defineResourceType<AccessPointProperties>({
  type: "AWS::S3::AccessPoint",
  name: { property: "Name", maximum: 50, lowerCase: true },
  create: async (properties, at) => {
    const { Policy, ...input } = properties;
    const { Name } = properties;
    const AccountId = at.account;
    const made = await at.call(s3control, "CreateAccessPoint", { AccountId, ...input });
    at.made(Name);
    if (Policy !== undefined)
      await at.call(s3control, "PutAccessPointPolicy", { AccountId, Name, Policy: policyText(Policy) });
    const { Alias, AccessPointArn: Arn } = made;
    const NetworkOrigin = properties.VpcConfiguration === undefined ? "Internet" : "VPC";
    return { id: Name, attributes: { Alias, Arn, Name, NetworkOrigin } };
  },
  read: async (Name, at) => {
    const names = { AccountId: at.account, Name };
    const found = await unlessMissing(at.call(s3control, "GetAccessPoint", names));
    if (found === undefined) return undefined;
    const { Policy } = (await unlessMissing(at.call(s3control, "GetAccessPointPolicy", names))) ?? {};
    return {
      Name,
      Alias: found.Alias,
      Arn: found.AccessPointArn,
      Bucket: found.Bucket,
      NetworkOrigin: found.NetworkOrigin,
      PublicAccessBlockConfiguration: found.PublicAccessBlockConfiguration,
      ...(Policy === undefined ? {} : { Policy: JSON.parse(Policy) }),
    };
  },
  update: async (Name, after, before, at) => {
    if (!same(after.PublicAccessBlockConfiguration, before.PublicAccessBlockConfiguration))
      throw new ResourceFailure(
        "Cumulet does not implement changes of PublicAccessBlockConfiguration of AWS::S3::AccessPoint yet.",
      );
    const names = { AccountId: at.account, Name };
    if (!same(after.Policy, before.Policy)) {
      const Policy = policyText(after.Policy);
      if (Policy === undefined) await unlessMissing(at.call(s3control, "DeleteAccessPointPolicy", names));
      else await at.call(s3control, "PutAccessPointPolicy", { ...names, Policy });
    }
    const { set, remove } = tagChanges(before.Tags, after.Tags);
    const AccountId = at.account;
    const ResourceArn = `arn:aws:s3:${at.region}:${AccountId}:accesspoint/${Name}`;
    if (remove.length > 0)
      await at.call(s3control, "UntagResource", { AccountId, ResourceArn, TagKeys: remove });
    if (set.length > 0) await at.call(s3control, "TagResource", { AccountId, ResourceArn, Tags: set });
    return undefined;
  },
  delete: async (Name, _properties, at) => {
    await at.call(s3control, "DeleteAccessPoint", { AccountId: at.account, Name });
  },
  list: async (at) => {
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await at.call(s3control, "ListAccessPoints", { AccountId: at.account, NextToken });
      names.push(...(page.AccessPointList ?? []).map(({ Name }) => Name!));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return names;
  },
});
