// The settings of a bucket: by which operation each is put, removed and read,
// and how the template's words become the operation's.

import type { Properties, ResourceContext, Tag } from "../../../core/resource-type.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { s3 } from "../model.ts";
import { lifecycleInput } from "./lifecycle.ts";
import { notificationInput } from "./notification.ts";

type List = readonly Properties[];

export interface BucketProperties {
  readonly BucketName: string;
  readonly AccessControl?: string;
  readonly AccelerateConfiguration?: { readonly AccelerationStatus: string };
  readonly BucketEncryption?: { readonly ServerSideEncryptionConfiguration: List };
  readonly CorsConfiguration?: { readonly CorsRules: List };
  readonly LifecycleConfiguration?: Properties;
  readonly LoggingConfiguration?: Properties;
  readonly NotificationConfiguration?: Properties;
  readonly ObjectLockConfiguration?: Properties;
  readonly ObjectLockEnabled?: boolean;
  readonly OwnershipControls?: { readonly Rules: readonly { readonly ObjectOwnership?: string }[] };
  readonly PublicAccessBlockConfiguration?: Properties;
  readonly ReplicationConfiguration?: Properties & { readonly Rules: List };
  readonly Tags?: readonly Tag[];
  readonly VersioningConfiguration?: Properties;
  readonly WebsiteConfiguration?: Properties & { readonly RoutingRules?: List };
}

type Operation = keyof S3["operations"] & string;

interface Setting<K extends keyof BucketProperties> {
  readonly property: K;
  readonly put: (value: NonNullable<BucketProperties[K]>) => readonly [Operation, object];
  readonly remove: readonly [Operation, object?];
  readonly get: (Bucket: string, at: ResourceContext) => Promise<unknown>;
}

function setting<K extends keyof BucketProperties>(given: Setting<K>): Setting<keyof BucketProperties> {
  return given as unknown as Setting<keyof BucketProperties>;
}

const renamed = (value: Properties, names: Readonly<Record<string, string>>): Properties =>
  Object.fromEntries(Object.entries(value).map(([name, each]) => [names[name] ?? name, each]));

function encryptionRule(rule: Properties): Properties {
  return renamed(rule, { ServerSideEncryptionByDefault: "ApplyServerSideEncryptionByDefault" });
}

function corsRule(rule: Properties): Properties {
  return renamed(rule, { Id: "ID", ExposedHeaders: "ExposeHeaders", MaxAge: "MaxAgeSeconds" });
}

function websiteInput({ RoutingRules, IndexDocument, ErrorDocument, RedirectAllRequestsTo }: Properties) {
  const rules = RoutingRules as
    | readonly { RedirectRule: object; RoutingRuleCondition?: object }[]
    | undefined;
  return {
    ...(IndexDocument === undefined ? {} : { IndexDocument: { Suffix: IndexDocument } }),
    ...(ErrorDocument === undefined ? {} : { ErrorDocument: { Key: ErrorDocument } }),
    ...(RedirectAllRequestsTo === undefined ? {} : { RedirectAllRequestsTo }),
    ...(rules === undefined
      ? {}
      : {
          RoutingRules: rules.map(({ RedirectRule, RoutingRuleCondition }) => ({
            Redirect: RedirectRule,
            ...(RoutingRuleCondition === undefined ? {} : { Condition: RoutingRuleCondition }),
          })),
        }),
  };
}

function replicationRule({ Id, ...rule }: Properties): Properties {
  const filter = rule.Filter as
    | (Properties & { And?: Properties & { TagFilters?: List }; TagFilter?: Properties })
    | undefined;
  if (filter === undefined) return { ...(Id === undefined ? {} : { ID: Id }), ...rule };
  const { TagFilter, And, ...rest } = filter;
  return {
    ...(Id === undefined ? {} : { ID: Id }),
    ...rule,
    Filter: {
      ...rest,
      ...(TagFilter === undefined ? {} : { Tag: TagFilter }),
      ...(And === undefined ? {} : { And: renamed(And, { TagFilters: "Tags" }) }),
    },
  };
}

export const settings = [
  setting({
    property: "VersioningConfiguration",
    put: (VersioningConfiguration) => ["PutBucketVersioning", { VersioningConfiguration }],
    remove: ["PutBucketVersioning", { VersioningConfiguration: { Status: "Suspended" } }],
    get: async (Bucket, at) => {
      const { Status } = await at.call(s3, "GetBucketVersioning", { Bucket });
      return Status === undefined ? undefined : { Status };
    },
  }),
  setting({
    property: "BucketEncryption",
    put: ({ ServerSideEncryptionConfiguration }) => [
      "PutBucketEncryption",
      { ServerSideEncryptionConfiguration: { Rules: ServerSideEncryptionConfiguration.map(encryptionRule) } },
    ],
    remove: ["DeleteBucketEncryption"],
    get: async (Bucket, at) => {
      const found = await at.call(s3, "GetBucketEncryption", { Bucket });
      const rules = found.ServerSideEncryptionConfiguration?.Rules ?? [];
      return {
        ServerSideEncryptionConfiguration: rules.map((rule) =>
          renamed({ ...rule }, { ApplyServerSideEncryptionByDefault: "ServerSideEncryptionByDefault" }),
        ),
      };
    },
  }),
  setting({
    property: "OwnershipControls",
    put: (OwnershipControls) => ["PutBucketOwnershipControls", { OwnershipControls }],
    remove: ["DeleteBucketOwnershipControls"],
    get: async (Bucket, at) =>
      (await at.call(s3, "GetBucketOwnershipControls", { Bucket })).OwnershipControls,
  }),
  setting({
    property: "PublicAccessBlockConfiguration",
    put: (PublicAccessBlockConfiguration) => ["PutPublicAccessBlock", { PublicAccessBlockConfiguration }],
    remove: ["DeletePublicAccessBlock"],
    get: async (Bucket, at) =>
      (await at.call(s3, "GetPublicAccessBlock", { Bucket })).PublicAccessBlockConfiguration,
  }),
  setting({
    property: "ObjectLockConfiguration",
    put: (ObjectLockConfiguration) => ["PutObjectLockConfiguration", { ObjectLockConfiguration }],
    remove: ["PutObjectLockConfiguration", { ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } }],
    get: async (Bucket, at) =>
      (await at.call(s3, "GetObjectLockConfiguration", { Bucket })).ObjectLockConfiguration,
  }),
  setting({
    property: "Tags",
    put: (TagSet) => ["PutBucketTagging", { Tagging: { TagSet } }],
    remove: ["DeleteBucketTagging"],
    get: async (Bucket, at) => (await at.call(s3, "GetBucketTagging", { Bucket })).TagSet,
  }),
  setting({
    property: "CorsConfiguration",
    put: ({ CorsRules }) => ["PutBucketCors", { CORSConfiguration: { CORSRules: CorsRules.map(corsRule) } }],
    remove: ["DeleteBucketCors"],
    get: async (Bucket, at) => {
      const { CORSRules = [] } = await at.call(s3, "GetBucketCors", { Bucket });
      const names = { ID: "Id", ExposeHeaders: "ExposedHeaders", MaxAgeSeconds: "MaxAge" };
      return { CorsRules: CORSRules.map((rule) => renamed({ ...rule }, names)) };
    },
  }),
  setting({
    property: "LifecycleConfiguration",
    put: (value) => ["PutBucketLifecycleConfiguration", lifecycleInput(value)],
    remove: ["DeleteBucketLifecycle"],
    get: async () => undefined,
  }),
  setting({
    property: "LoggingConfiguration",
    put: ({ DestinationBucketName, LogFilePrefix = "", TargetObjectKeyFormat }) => [
      "PutBucketLogging",
      {
        BucketLoggingStatus: {
          LoggingEnabled: {
            TargetBucket: DestinationBucketName,
            TargetPrefix: LogFilePrefix,
            ...(TargetObjectKeyFormat === undefined ? {} : { TargetObjectKeyFormat }),
          },
        },
      },
    ],
    remove: ["PutBucketLogging", { BucketLoggingStatus: {} }],
    get: async (Bucket, at) => {
      const { LoggingEnabled } = await at.call(s3, "GetBucketLogging", { Bucket });
      if (LoggingEnabled === undefined) return undefined;
      const { TargetBucket, TargetPrefix } = LoggingEnabled;
      return { DestinationBucketName: TargetBucket, LogFilePrefix: TargetPrefix };
    },
  }),
  setting({
    property: "WebsiteConfiguration",
    put: (value) => ["PutBucketWebsite", { WebsiteConfiguration: websiteInput(value) }],
    remove: ["DeleteBucketWebsite"],
    get: async (Bucket, at) => {
      const found = await at.call(s3, "GetBucketWebsite", { Bucket });
      return {
        ...(found.IndexDocument === undefined ? {} : { IndexDocument: found.IndexDocument.Suffix }),
        ...(found.ErrorDocument === undefined ? {} : { ErrorDocument: found.ErrorDocument.Key }),
        ...(found.RedirectAllRequestsTo === undefined
          ? {}
          : { RedirectAllRequestsTo: found.RedirectAllRequestsTo }),
      };
    },
  }),
  setting({
    property: "AccelerateConfiguration",
    put: ({ AccelerationStatus: Status }) => [
      "PutBucketAccelerateConfiguration",
      { AccelerateConfiguration: { Status } },
    ],
    remove: ["PutBucketAccelerateConfiguration", { AccelerateConfiguration: { Status: "Suspended" } }],
    get: async (Bucket, at) => {
      const { Status } = await at.call(s3, "GetBucketAccelerateConfiguration", { Bucket });
      return Status === undefined ? undefined : { AccelerationStatus: Status };
    },
  }),
  setting({
    property: "ReplicationConfiguration",
    put: ({ Rules, ...rest }) => [
      "PutBucketReplication",
      { ReplicationConfiguration: { ...rest, Rules: Rules.map(replicationRule) } },
    ],
    remove: ["DeleteBucketReplication"],
    get: async () => undefined,
  }),
  setting({
    property: "NotificationConfiguration",
    put: (value) => [
      "PutBucketNotificationConfiguration",
      { NotificationConfiguration: notificationInput(value) },
    ],
    remove: ["PutBucketNotificationConfiguration", { NotificationConfiguration: {} }],
    get: async () => undefined,
  }),
];
