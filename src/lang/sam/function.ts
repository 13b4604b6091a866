// AWS::Serverless::Function: the function, its role, and what its properties bring along.

import { type Fields, isFields, type Value } from "../template/value.ts";
import { functionEvents } from "./events/function-events.ts";
import {
  add,
  attribute,
  attributesOf,
  checkProperties,
  type Declared,
  defined,
  type Expansion,
  objectOf,
  pick,
  ref,
  resolved,
  tagsOf,
} from "./expansion.ts";
import { addUrl, asynchronousInvocation } from "./function-invocation.ts";
import { publish } from "./function-version.ts";
import { refuse } from "./refusal.ts";
import { addRole } from "./role.ts";

const asGiven = [
  "FunctionName",
  "Description",
  "Handler",
  "Runtime",
  "MemorySize",
  "Timeout",
  "Environment",
  "VpcConfig",
  "Layers",
  "KmsKeyArn",
  "ReservedConcurrentExecutions",
  "FileSystemConfigs",
  "ImageConfig",
  "CodeSigningConfigArn",
  "Architectures",
  "EphemeralStorage",
  "SnapStart",
  "RuntimeManagementConfig",
  "LoggingConfig",
  "RecursiveLoop",
  "PackageType",
  "DurableConfig",
  "TenancyConfig",
  "FunctionScalingConfig",
  "PublishToLatestPublished",
] as const;

export const functionProperties = [
  ...asGiven,
  "CodeUri",
  "ImageUri",
  "InlineCode",
  "SourceKMSKeyArn",
  "Role",
  "AssumeRolePolicyDocument",
  "RolePath",
  "Policies",
  "PermissionsBoundary",
  "Events",
  "Tags",
  "PropagateTags",
  "Tracing",
  "DeadLetterQueue",
  "AutoPublishAlias",
  "AutoPublishAliasAllProperties",
  "AutoPublishCodeSha256",
  "DeploymentPreference",
  "VersionDescription",
  "VersionDeletionPolicy",
  "ProvisionedConcurrencyConfig",
  "EventInvokeConfig",
  "FunctionUrlConfig",
  "CapacityProviderConfig",
] as const;

export function expandFunction(expansion: Expansion, declared: Declared): void {
  const { id, properties } = declared;
  checkProperties(declared, functionProperties);
  const code = codeOf(declared);
  const dead = deadLetters(properties.DeadLetterQueue);
  const tracing = resolved(expansion, properties.Tracing);
  const traced = isFields(tracing) || tracing === "Active" || tracing === "PassThrough";
  const propagated = properties.PropagateTags === true && properties.Tags !== undefined;
  const tags = tagsOf(propagated ? undefined : "lambda", properties.Tags);
  const role = properties.Role;
  const roleId = `${id}Role`;
  add(expansion, id, {
    Type: "AWS::Lambda::Function",
    ...attributesOf(declared),
    Properties: defined({
      Code: code,
      ...pick(properties, asGiven),
      CapacityProviderConfig: capacityOf(properties.CapacityProviderConfig),
      Description: properties.Description ?? codeSum(expansion, properties),
      DeadLetterConfig: dead === undefined ? undefined : { TargetArn: dead.arn },
      Layers: layersOf(expansion, properties.Layers),
      Role: role ?? attribute(roleId, "Arn"),
      Tags: tags,
      TracingConfig: !traced ? undefined : { Mode: properties.Tracing ?? null },
    }),
  });
  const alias = publish(expansion, declared, code);
  addUrl(expansion, declared, alias);
  const asynchronous = asynchronousInvocation(expansion, declared, alias);
  const called = alias === undefined ? ref(id) : ref(alias.id);
  const needs = functionEvents(expansion, declared, called, alias);
  if (role !== undefined) return;
  const before = [
    properties.DurableConfig === undefined
      ? "AWSLambdaBasicExecutionRole"
      : "AWSLambdaBasicDurableExecutionRolePolicy",
  ];
  if (traced) before.push("AWSXrayWriteOnlyAccess");
  if (properties.VpcConfig !== undefined) before.push("AWSLambdaVPCAccessExecutionRole");
  addRole(expansion, declared, roleId, {
    service: "lambda.amazonaws.com",
    before,
    after: [...needs.managed],
    policiesBefore: [...(dead === undefined ? [] : [dead.policy]), ...asynchronous],
    policiesAfter: needs.policies,
    tags: properties.PropagateTags === false ? tags.slice(0, 1) : tags,
  });
}

function capacityOf(given: Value | undefined): Fields | undefined {
  if (!isFields(given)) return undefined;
  const { Arn, ...others } = given;
  return {
    LambdaManagedInstancesCapacityProviderConfig: { ...others, ...defined({ CapacityProviderArn: Arn }) },
  };
}

/** A sum that is given makes a change of the function, where nothing else of it changes. */
function codeSum(expansion: Expansion, properties: Fields): Value | undefined {
  return properties.AutoPublishAlias === undefined
    ? undefined
    : resolved(expansion, properties.AutoPublishCodeSha256);
}

function codeOf({ properties }: Declared): Fields {
  const { InlineCode, CodeUri, ImageUri, PackageType, SourceKMSKeyArn } = properties;
  const image = PackageType === "Image" || ImageUri !== undefined;
  if (image) {
    if (ImageUri === undefined) refuse("'ImageUri' must be set.");
    return { ImageUri };
  }
  if ((InlineCode === undefined) === (CodeUri === undefined))
    refuse("Only one of 'InlineCode' or 'CodeUri' can be set.");
  if (properties.Runtime === undefined || properties.Handler === undefined)
    refuse("Runtime and Handler needs to be present when PackageType is of type `Zip`");
  if (InlineCode !== undefined) return { ZipFile: InlineCode };
  return defined({
    ...objectOf(CodeUri, "CodeUri", ["S3Bucket", "S3Key", "S3ObjectVersion"]),
    SourceKMSKeyArn,
  });
}

/** A layer of this template has another logical id than it was declared with. */
function layersOf(expansion: Expansion, layers: Value | undefined): Value | undefined {
  if (!Array.isArray(layers)) return layers;
  return layers.map((layer) => resolved(expansion, layer) ?? null);
}

function deadLetters(given: Value | undefined): { arn: Value; policy: Fields } | undefined {
  if (given === undefined) return undefined;
  if (!isFields(given) || Object.keys(given).length === 0) return undefined;
  const kinds: Readonly<Record<string, string>> = { SQS: "sqs:SendMessage", SNS: "sns:Publish" };
  const action = typeof given.Type === "string" ? kinds[given.Type] : undefined;
  if (given.Type === undefined || given.TargetArn === undefined)
    refuse("'DeadLetterQueue' requires Type and TargetArn properties to be specified.");
  if (action === undefined) refuse("'DeadLetterQueue' requires Type of ['SQS', 'SNS']");
  const statement: Fields = { Action: action, Resource: given.TargetArn, Effect: "Allow" };
  return {
    arn: given.TargetArn,
    policy: {
      PolicyName: "DeadLetterQueuePolicy",
      PolicyDocument: { Version: "2012-10-17", Statement: [statement] },
    },
  };
}
