// AWS::Lambda::Function: code, configuration, and what other operations set on
// it.

import {
  defineResourceType,
  type Properties,
  pick,
  type ResourceContext,
  ResourceFailure,
  type Tag,
  tagChanges,
  tagMap,
  unlessMissing,
  unlessRepeated,
} from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import { lambda } from "../model.ts";
import { packed } from "./inline-code.ts";

interface FunctionProperties {
  readonly FunctionName: string;
  readonly Architectures?: readonly string[];
  readonly Code: Properties & { readonly ZipFile?: string };
  readonly Description?: string;
  readonly Environment?: Properties;
  readonly KmsKeyArn?: string;
  readonly RecursiveLoop?: string;
  readonly ReservedConcurrentExecutions?: number;
  readonly Role: string;
  readonly Runtime?: string;
  readonly RuntimeManagementConfig?: Properties;
  readonly Tags?: readonly Tag[];
  readonly [name: string]: unknown;
}

/** What is named as UpdateFunctionConfiguration names it, and what an absent one goes back to. */
const settings: Readonly<Record<string, unknown>> = {
  DeadLetterConfig: { TargetArn: "" },
  Description: "",
  Environment: { Variables: {} },
  EphemeralStorage: { Size: 512 },
  FileSystemConfigs: [],
  Handler: undefined,
  ImageConfig: {},
  Layers: [],
  LoggingConfig: { LogFormat: "Text" },
  MemorySize: 128,
  Role: undefined,
  Runtime: undefined,
  SnapStart: { ApplyOn: "None" },
  Timeout: 3,
  TracingConfig: { Mode: "PassThrough" },
  VpcConfig: { SubnetIds: [], SecurityGroupIds: [] },
};

async function codeOf({ Code, Runtime = "" }: FunctionProperties): Promise<Properties> {
  const { ZipFile, S3ObjectStorageMode: _mode, ...rest } = Code;
  return ZipFile === undefined ? rest : { ...rest, ZipFile: await packed(ZipFile, Runtime) };
}

const pauseMilliseconds = 50;

async function ready(FunctionName: string, at: ResourceContext): Promise<void> {
  for (;;) {
    const found = await at.ctx.call(lambda, "GetFunctionConfiguration", { FunctionName });
    if (found.State === "Failed" || found.LastUpdateStatus === "Failed")
      throw new ResourceFailure(found.StateReason ?? found.LastUpdateStatusReason ?? "The function failed.");
    if (found.State !== "Pending" && found.LastUpdateStatus !== "InProgress") return;
    if (at.ctx.signal.aborted) throw new ResourceFailure("The wait for the function was cut off.");
    await at.ctx.sleepUntil(at.ctx.now() + pauseMilliseconds);
  }
}

/** What CreateFunction does not take. */
async function setExtras(
  after: FunctionProperties,
  before: Partial<FunctionProperties>,
  at: ResourceContext,
): Promise<void> {
  const { FunctionName, ReservedConcurrentExecutions, RecursiveLoop, RuntimeManagementConfig } = after;
  if (ReservedConcurrentExecutions !== before.ReservedConcurrentExecutions) {
    if (ReservedConcurrentExecutions === undefined)
      await at.call(lambda, "DeleteFunctionConcurrency", { FunctionName });
    else await at.call(lambda, "PutFunctionConcurrency", { FunctionName, ReservedConcurrentExecutions });
  }
  if (RecursiveLoop !== before.RecursiveLoop) {
    await at.call(lambda, "PutFunctionRecursionConfig", {
      FunctionName,
      RecursiveLoop: RecursiveLoop ?? "Terminate",
    });
  }
  if (!same(RuntimeManagementConfig, before.RuntimeManagementConfig)) {
    await at.call(lambda, "PutRuntimeManagementConfig", {
      FunctionName,
      ...(RuntimeManagementConfig ?? { UpdateRuntimeOn: "Auto" }),
    });
  }
}

export const functionType = defineResourceType<FunctionProperties>({
  type: "AWS::Lambda::Function",
  name: { property: "FunctionName" },
  unsupported: [
    "CapacityProviderConfig",
    "CodeSigningConfigArn",
    "DurableConfig",
    "FunctionScalingConfig",
    "PublishToLatestPublished",
    "TenancyConfig",
  ],
  create: async (properties, at) => {
    const { FunctionName } = properties;
    const made = at.call(lambda, "CreateFunction", {
      ...pick(properties, ...Object.keys(settings), "FunctionName", "Architectures", "PackageType"),
      ...(properties.KmsKeyArn === undefined ? {} : { KMSKeyArn: properties.KmsKeyArn }),
      ...(properties.Tags === undefined ? {} : { Tags: tagMap(properties.Tags) }),
      Code: await codeOf(properties),
    });
    const created = await unlessRepeated(at, made, "ResourceConflictException");
    at.made(FunctionName);
    await ready(FunctionName, at);
    await setExtras(properties, {}, at);
    const Arn =
      created?.FunctionArn ??
      (await at.ctx.call(lambda, "GetFunctionConfiguration", { FunctionName })).FunctionArn;
    return { id: FunctionName, attributes: { Arn } };
  },
  read: async (FunctionName, at) => {
    const found = await unlessMissing(at.call(lambda, "GetFunction", { FunctionName }));
    if (found?.Configuration === undefined) return undefined;
    const configuration = found.Configuration;
    const { Layers, FunctionArn, KMSKeyArn, VpcConfig } = configuration;
    const subnets = VpcConfig?.SubnetIds ?? [];
    const Tags = Object.entries(found.Tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
    return {
      ...pick(
        configuration,
        "FunctionName",
        "Description",
        "Handler",
        "MemorySize",
        "Role",
        "Runtime",
        "Timeout",
        "Architectures",
        "PackageType",
        "DeadLetterConfig",
        "EphemeralStorage",
        "LoggingConfig",
        "TracingConfig",
      ),
      ...(configuration.Environment === undefined
        ? {}
        : { Environment: { Variables: configuration.Environment.Variables } }),
      ...(KMSKeyArn === undefined ? {} : { KmsKeyArn: KMSKeyArn }),
      ...(subnets.length > 0 ? { VpcConfig } : {}),
      ...((Layers ?? []).length > 0 ? { Layers: Layers!.map(({ Arn }) => Arn) } : {}),
      ...(found.Concurrency === undefined
        ? {}
        : { ReservedConcurrentExecutions: found.Concurrency.ReservedConcurrentExecutions }),
      Tags,
      Arn: FunctionArn,
    };
  },
  update: async (FunctionName, after, before, at) => {
    if (!same([after.Code, after.Architectures], [before.Code, before.Architectures])) {
      await at.call(lambda, "UpdateFunctionCode", {
        FunctionName,
        ...(await codeOf(after)),
        ...pick(after, "Architectures"),
      });
      await ready(FunctionName, at);
    }
    const changed: Record<string, unknown> = {};
    for (const [name, otherwise] of Object.entries(settings))
      if (!same(after[name], before[name])) changed[name] = after[name] ?? otherwise;
    if (after.KmsKeyArn !== before.KmsKeyArn) changed.KMSKeyArn = after.KmsKeyArn ?? "";
    if (Object.keys(changed).length > 0) {
      await at.call(lambda, "UpdateFunctionConfiguration", { FunctionName, ...changed });
      await ready(FunctionName, at);
    }
    await setExtras(after, before, at);
    const { set, remove } = tagChanges(before.Tags, after.Tags);
    const Resource = `arn:aws:lambda:${at.region}:${at.account}:function:${FunctionName}`;
    if (remove.length > 0) await at.call(lambda, "UntagResource", { Resource, TagKeys: remove });
    if (set.length > 0) await at.call(lambda, "TagResource", { Resource, Tags: tagMap(set) });
    return undefined;
  },
  delete: async (FunctionName, _properties, at) => {
    await at.call(lambda, "DeleteFunction", { FunctionName });
  },
  list: async (at) => {
    const names: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await at.call(lambda, "ListFunctions", { Marker });
      names.push(...(page.Functions ?? []).map((each) => each.FunctionName!));
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    return names;
  },
});
