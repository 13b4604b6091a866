// AWS::Lambda::Version, LayerVersion and Url: what stands beside a function.

import { physicalName } from "../../../core/provision.ts";
import { defineResourceType, type Properties, pick, unlessMissing } from "../../../core/resource-type.ts";
import { lambda } from "../model.ts";

const last = (arn: string): string => arn.slice(arn.lastIndexOf(":") + 1);
const withoutLast = (arn: string): string => arn.slice(0, arn.lastIndexOf(":"));

interface VersionProperties {
  readonly FunctionName: string;
  readonly CodeSha256?: string;
  readonly Description?: string;
  readonly ProvisionedConcurrencyConfig?: Properties;
}

export const versionType = defineResourceType<VersionProperties>({
  type: "AWS::Lambda::Version",
  unsupported: ["RuntimePolicy", "FunctionScalingConfig"],
  create: async (properties, at) => {
    const { FunctionArn = "", Version } = await at.call(
      lambda,
      "PublishVersion",
      pick(properties, "FunctionName", "CodeSha256", "Description"),
    );
    at.made(FunctionArn);
    if (properties.ProvisionedConcurrencyConfig !== undefined) {
      await at.call(lambda, "PutProvisionedConcurrencyConfig", {
        FunctionName: properties.FunctionName,
        Qualifier: Version,
        ...properties.ProvisionedConcurrencyConfig,
      });
    }
    return { id: FunctionArn, attributes: { FunctionArn, Version } };
  },
  read: async (id, at) => {
    const found = await unlessMissing(at.call(lambda, "GetFunctionConfiguration", { FunctionName: id }));
    if (found === undefined) return undefined;
    const { Version, Description } = found;
    return {
      FunctionArn: id,
      Version,
      FunctionName: found.FunctionName,
      ...(Description ? { Description } : {}),
    };
  },
  delete: async (id, _properties, at) => {
    await at.call(lambda, "DeleteFunction", { FunctionName: withoutLast(id), Qualifier: last(id) });
  },
});

interface LayerProperties {
  readonly LayerName: string;
  readonly CompatibleArchitectures?: readonly string[];
  readonly CompatibleRuntimes?: readonly string[];
  readonly Content: Properties;
  readonly Description?: string;
  readonly LicenseInfo?: string;
}

export const layerVersionType = defineResourceType<LayerProperties>({
  type: "AWS::Lambda::LayerVersion",
  name: { property: "LayerName", maximum: 140 },
  create: async (properties, at) => {
    const { LayerVersionArn } = await at.call(lambda, "PublishLayerVersion", properties);
    return { id: LayerVersionArn!, attributes: { LayerVersionArn } };
  },
  read: async (id, at) => {
    const found = await unlessMissing(at.call(lambda, "GetLayerVersionByArn", { Arn: id }));
    return found === undefined
      ? undefined
      : {
          ...pick(found, "Description", "CompatibleRuntimes", "CompatibleArchitectures", "LicenseInfo"),
          LayerName: last(withoutLast(id)),
          LayerVersionArn: id,
        };
  },
  delete: async (id, _properties, at) => {
    await at.call(lambda, "DeleteLayerVersion", {
      LayerName: withoutLast(id),
      VersionNumber: Number(last(id)),
    });
  },
});

interface LayerPermissionProperties {
  readonly Action: string;
  readonly LayerVersionArn: string;
  readonly OrganizationId?: string;
  readonly Principal: string;
}

export const layerVersionPermissionType = defineResourceType<LayerPermissionProperties>({
  type: "AWS::Lambda::LayerVersionPermission",
  create: async ({ LayerVersionArn, ...rest }, at) => {
    const StatementId = physicalName(at, 100, false);
    await at.call(lambda, "AddLayerVersionPermission", {
      ...rest,
      StatementId,
      LayerName: withoutLast(LayerVersionArn),
      VersionNumber: Number(last(LayerVersionArn)),
    });
    const id = `${LayerVersionArn}#${StatementId}`;
    return { id, attributes: { Id: id } };
  },
  delete: async (id, _properties, at) => {
    const [arn = "", StatementId] = id.split("#");
    await at.call(lambda, "RemoveLayerVersionPermission", {
      StatementId,
      LayerName: withoutLast(arn),
      VersionNumber: Number(last(arn)),
    });
  },
});

interface UrlProperties {
  readonly AuthType: string;
  readonly Cors?: Properties;
  readonly InvokeMode?: string;
  readonly Qualifier?: string;
  readonly TargetFunctionArn: string;
}

function urlInput({ TargetFunctionArn, Qualifier, AuthType, Cors, InvokeMode = "BUFFERED" }: UrlProperties) {
  return {
    FunctionName: TargetFunctionArn,
    AuthType,
    InvokeMode,
    ...(Qualifier === undefined ? {} : { Qualifier }),
    ...(Cors === undefined ? {} : { Cors }),
  };
}

export const urlType = defineResourceType<UrlProperties>({
  type: "AWS::Lambda::Url",
  create: async (properties, at) => {
    const { FunctionArn, FunctionUrl } = await at.call(
      lambda,
      "CreateFunctionUrlConfig",
      urlInput(properties),
    );
    return { id: FunctionArn!, attributes: { FunctionArn, FunctionUrl } };
  },
  read: async (id, at) => {
    const found = await unlessMissing(at.call(lambda, "GetFunctionUrlConfig", { FunctionName: id }));
    return found === undefined
      ? undefined
      : {
          ...pick(found, "AuthType", "Cors", "InvokeMode", "FunctionUrl", "FunctionArn"),
          TargetFunctionArn: id,
        };
  },
  update: async (_id, after, _before, at) => {
    await at.call(lambda, "UpdateFunctionUrlConfig", { Cors: {}, ...urlInput(after) });
    return undefined;
  },
  delete: async (id, _properties, at) => {
    await at.call(lambda, "DeleteFunctionUrlConfig", { FunctionName: id });
  },
});
