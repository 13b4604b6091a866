// A stage's settings in a template, as the patches that take a stage from one
// state to the other.

import type { Properties } from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import type { MethodSetting, PatchOperation } from "../../../model/generated/apigateway.d.ts";
import { entryPatches, replacements, textOf } from "./patches.ts";

interface MethodSettingProperties {
  readonly ResourcePath?: string;
  readonly HttpMethod?: string;
  readonly [setting: string]: unknown;
}

export interface StageSettings {
  readonly Description?: string;
  readonly Variables?: Readonly<Record<string, string>>;
  readonly CacheClusterEnabled?: boolean;
  readonly CacheClusterSize?: string;
  readonly ClientCertificateId?: string;
  readonly DocumentationVersion?: string;
  readonly TracingEnabled?: boolean;
  readonly MethodSettings?: readonly MethodSettingProperties[];
  readonly AccessLogSetting?: { readonly DestinationArn?: string; readonly Format?: string };
  readonly CanarySetting?: {
    readonly DeploymentId?: string;
    readonly PercentTraffic?: number;
    readonly StageVariableOverrides?: Readonly<Record<string, string>>;
    readonly UseStageCache?: boolean;
  };
}

const plain = {
  Description: "/description",
  CacheClusterEnabled: "/cacheClusterEnabled",
  CacheClusterSize: "/cacheClusterSize",
  ClientCertificateId: "/clientCertificateId",
  DocumentationVersion: "/documentationVersion",
  TracingEnabled: "/tracingEnabled",
};

const plainDefaults = { CacheClusterEnabled: "false", CacheClusterSize: "0.5", TracingEnabled: "false" };

const settingPaths: Readonly<Record<string, string>> = {
  CacheDataEncrypted: "caching/dataEncrypted",
  CacheTtlInSeconds: "caching/ttlInSeconds",
  CachingEnabled: "caching/enabled",
  DataTraceEnabled: "logging/dataTrace",
  LoggingLevel: "logging/loglevel",
  MetricsEnabled: "metrics/enabled",
  ThrottlingBurstLimit: "throttling/burstLimit",
  ThrottlingRateLimit: "throttling/rateLimit",
};

export function stagePatches(after: StageSettings, before: StageSettings): readonly PatchOperation[] {
  return [
    ...replacements({ ...after }, { ...before }, plain, plainDefaults),
    ...entryPatches(after.Variables, before.Variables, "/variables"),
    ...canaryPatches(after.CanarySetting, before.CanarySetting),
    ...logPatches(after.AccessLogSetting, before.AccessLogSetting),
    ...methodPatches(after.MethodSettings, before.MethodSettings),
  ];
}

function canaryPatches(
  after: StageSettings["CanarySetting"],
  before: StageSettings["CanarySetting"],
): readonly PatchOperation[] {
  if (same(after, before)) return [];
  if (after === undefined) return [{ op: "remove", path: "/canarySettings" }];
  return [
    ...replacements(
      { ...after },
      { ...before },
      {
        DeploymentId: "/canarySettings/deploymentId",
        PercentTraffic: "/canarySettings/percentTraffic",
        UseStageCache: "/canarySettings/useStageCache",
      },
      { PercentTraffic: "0", UseStageCache: "false" },
    ),
    ...entryPatches(
      after.StageVariableOverrides,
      before?.StageVariableOverrides,
      "/canarySettings/stageVariableOverrides",
    ),
  ];
}

function logPatches(
  after: StageSettings["AccessLogSetting"],
  before: StageSettings["AccessLogSetting"],
): readonly PatchOperation[] {
  if (same(after, before)) return [];
  if (after === undefined) return [{ op: "remove", path: "/accessLogSettings" }];
  return replacements(
    { ...after },
    { ...before },
    { DestinationArn: "/accessLogSettings/destinationArn", Format: "/accessLogSettings/format" },
  );
}

/** `/~1pets~1{id}` and a method, as the template writes them, begin the path of each setting. */
function methodPatches(
  after: readonly MethodSettingProperties[] = [],
  before: readonly MethodSettingProperties[] = [],
): readonly PatchOperation[] {
  const keyOf = ({ ResourcePath = "/*", HttpMethod = "*" }: MethodSettingProperties) =>
    `${ResourcePath}/${HttpMethod}`;
  const wanted = new Map(after.map((each) => [keyOf(each), each]));
  const old = new Map(before.map((each) => [keyOf(each), each]));
  return [
    ...[...old]
      .filter(([key, setting]) => !same(setting, wanted.get(key)))
      .map(([key]) => ({ op: "remove" as const, path: key })),
    ...[...wanted]
      .filter(([key, setting]) => !same(setting, old.get(key)))
      .flatMap(([key, setting]) =>
        Object.entries(settingPaths)
          .filter(([name]) => setting[name] !== undefined)
          .map(([name, path]) => ({
            op: "replace" as const,
            path: `${key}/${path}`,
            value: textOf(setting[name]),
          })),
      ),
  ];
}

/** The settings of methods as a template writes them. */
export function shownMethodSettings(
  settings: Readonly<Record<string, MethodSetting>> = {},
): readonly Properties[] {
  return Object.entries(settings).map(([key, setting]) => {
    const slash = key.lastIndexOf("/");
    return {
      ResourcePath: `/${key.slice(0, slash)}`,
      HttpMethod: key.slice(slash + 1),
      LoggingLevel: setting.loggingLevel,
      MetricsEnabled: setting.metricsEnabled,
      DataTraceEnabled: setting.dataTraceEnabled,
      ThrottlingBurstLimit: setting.throttlingBurstLimit,
      ThrottlingRateLimit: setting.throttlingRateLimit,
      CachingEnabled: setting.cachingEnabled,
      CacheTtlInSeconds: setting.cacheTtlInSeconds,
      CacheDataEncrypted: setting.cacheDataEncrypted,
    };
  });
}
