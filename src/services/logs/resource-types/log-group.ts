// AWS::Logs::LogGroup and AWS::Logs::LogStream.

import {
  defineResourceType,
  type ResourceContext,
  type Tag,
  tagChanges,
  tagMap,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { logs } from "../model.ts";

interface LogGroupProperties {
  readonly LogGroupName: string;
  readonly DeletionProtectionEnabled?: boolean;
  readonly KmsKeyId?: string;
  readonly LogGroupClass?: string;
  readonly RetentionInDays?: number;
  readonly Tags?: readonly Tag[];
}

const arnOf = (name: string, at: ResourceContext) =>
  `arn:aws:logs:${at.region}:${at.account}:log-group:${name}`;

async function setRetention(
  logGroupName: string,
  days: number | undefined,
  at: ResourceContext,
): Promise<void> {
  if (days === undefined) await at.call(logs, "DeleteRetentionPolicy", { logGroupName });
  else await at.call(logs, "PutRetentionPolicy", { logGroupName, retentionInDays: days });
}

export const logGroupType = defineResourceType<LogGroupProperties>({
  type: "AWS::Logs::LogGroup",
  name: { property: "LogGroupName", maximum: 512 },
  unsupported: [
    "BearerTokenAuthenticationEnabled",
    "DataProtectionPolicy",
    "FieldIndexPolicies",
    "ResourcePolicyDocument",
  ],
  create: async (properties, at) => {
    const { LogGroupName: name, KmsKeyId, LogGroupClass, RetentionInDays, Tags } = properties;
    await at.call(logs, "CreateLogGroup", {
      logGroupName: name,
      kmsKeyId: KmsKeyId,
      logGroupClass: LogGroupClass,
      deletionProtectionEnabled: properties.DeletionProtectionEnabled,
      tags: tagMap(Tags),
    });
    at.made(name);
    if (RetentionInDays !== undefined) await setRetention(name, RetentionInDays, at);
    return { id: name, attributes: { Arn: `${arnOf(name, at)}:*` } };
  },
  read: async (name, at) => {
    const { logGroups = [] } = await at.call(logs, "DescribeLogGroups", { logGroupNamePrefix: name });
    const found = logGroups.find(({ logGroupName }) => logGroupName === name);
    if (found === undefined) return undefined;
    const { tags = {} } = await at.call(logs, "ListTagsForResource", { resourceArn: arnOf(name, at) });
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    return {
      LogGroupName: name,
      Arn: `${arnOf(name, at)}:*`,
      ...(found.retentionInDays === undefined ? {} : { RetentionInDays: found.retentionInDays }),
      ...(found.kmsKeyId === undefined ? {} : { KmsKeyId: found.kmsKeyId }),
      LogGroupClass: found.logGroupClass ?? "STANDARD",
      Tags,
    };
  },
  update: async (name, after, before, at) => {
    if (after.RetentionInDays !== before.RetentionInDays) await setRetention(name, after.RetentionInDays, at);
    if (after.KmsKeyId !== before.KmsKeyId) {
      if (after.KmsKeyId === undefined) await at.call(logs, "DisassociateKmsKey", { logGroupName: name });
      else await at.call(logs, "AssociateKmsKey", { logGroupName: name, kmsKeyId: after.KmsKeyId });
    }
    if (after.DeletionProtectionEnabled !== before.DeletionProtectionEnabled) {
      await at.call(logs, "PutLogGroupDeletionProtection", {
        logGroupIdentifier: name,
        deletionProtectionEnabled: after.DeletionProtectionEnabled ?? false,
      });
    }
    const { set, remove } = tagChanges(before.Tags, after.Tags);
    const resourceArn = arnOf(name, at);
    if (remove.length > 0) await at.call(logs, "UntagResource", { resourceArn, tagKeys: remove });
    if (set.length > 0) await at.call(logs, "TagResource", { resourceArn, tags: tagMap(set) });
    return undefined;
  },
  delete: async (logGroupName, _properties, at) => {
    await at.call(logs, "DeleteLogGroup", { logGroupName });
  },
  list: async (at) => {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await at.call(logs, "DescribeLogGroups", { nextToken });
      names.push(...(page.logGroups ?? []).map(({ logGroupName }) => logGroupName!));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return names;
  },
});

interface LogStreamProperties {
  readonly LogGroupName: string;
  readonly LogStreamName: string;
}

export const logStreamType = defineResourceType<LogStreamProperties>({
  type: "AWS::Logs::LogStream",
  name: { property: "LogStreamName", maximum: 512 },
  create: async ({ LogGroupName, LogStreamName }, at) => {
    await at.call(logs, "CreateLogStream", { logGroupName: LogGroupName, logStreamName: LogStreamName });
    return { id: LogStreamName };
  },
  read: async (id, at, { LogGroupName }) => {
    const page = await unlessMissing(
      at.call(logs, "DescribeLogStreams", { logGroupName: LogGroupName, logStreamNamePrefix: id }),
    );
    const found = page?.logStreams?.some(({ logStreamName }) => logStreamName === id);
    return found === true ? { LogGroupName, LogStreamName: id } : undefined;
  },
  delete: async (id, { LogGroupName }, at) => {
    await at.call(logs, "DeleteLogStream", { logGroupName: LogGroupName, logStreamName: id });
  },
  identifier: (id, { LogGroupName }) => `${LogGroupName}|${id}`,
});
