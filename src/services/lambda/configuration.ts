// One configuration of a function: `$LATEST` or a published version. The
// settings keep AWS's member names, so that they are stored, compared and
// answered as they are.

import type { Place } from "../../core/place.ts";
import type {
  CreateFunctionRequest,
  FunctionConfiguration,
  Runtime,
} from "../../model/generated/lambda.d.ts";
import type { StoredCode } from "./code/package.ts";
import { functionArn } from "./name.ts";
import { runtimeVersionArn } from "./runtime.ts";

type Optional<K extends keyof CreateFunctionRequest> = { readonly [P in K]?: CreateFunctionRequest[P] };

/** What a user sets, with AWS's defaults filled in. */
export interface Settings
  extends Optional<"DeadLetterConfig" | "Environment" | "KMSKeyArn" | "FileSystemConfigs" | "VpcConfig"> {
  readonly Runtime: Runtime;
  readonly Role: string;
  readonly Handler: string;
  readonly Description: string;
  readonly Timeout: number;
  readonly MemorySize: number;
  readonly TracingConfig: NonNullable<CreateFunctionRequest["TracingConfig"]>;
  readonly Architectures: readonly ("x86_64" | "arm64")[];
  readonly EphemeralStorage: { readonly Size: number };
  readonly SnapStart: { readonly ApplyOn?: "PublishedVersions" | "None" | undefined };
  readonly LoggingConfig: NonNullable<CreateFunctionRequest["LoggingConfig"]>;
}

export interface LayerUse {
  readonly arn: string;
  readonly sizeBytes: number;
  readonly blob: string;
}

export interface Configuration {
  readonly functionName: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  readonly settings: Settings;
  readonly code: StoredCode;
  /** As they were when the configuration was made: a deleted layer goes on serving it. */
  readonly layers: readonly LayerUse[];
  readonly revisionId: string;
  /** Epoch milliseconds. */
  readonly lastModified: number;
  readonly state: "Pending" | "Active";
  readonly lastUpdateStatus: "Successful" | "InProgress";
}

/** `2024-01-01T00:00:00.000+0000`. */
export function lambdaTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "+0000");
}

/** What AWS answers for a configuration, but for its state, which lists leave out. */
export function describeSettings(
  configuration: Configuration,
  place: Place,
  qualifier?: string,
): FunctionConfiguration {
  const { settings, code, layers, functionName, version } = configuration;
  const { SnapStart, VpcConfig, Environment, ...plain } = settings;
  return {
    ...plain,
    FunctionName: functionName,
    FunctionArn: functionArn(place, functionName, qualifier),
    Version: version,
    PackageType: "Zip",
    CodeSize: code.sizeBytes,
    CodeSha256: code.sha256,
    RevisionId: configuration.revisionId,
    LastModified: lambdaTime(configuration.lastModified),
    SnapStart: {
      ApplyOn: SnapStart.ApplyOn,
      OptimizationStatus: SnapStart.ApplyOn === "PublishedVersions" && version !== "$LATEST" ? "On" : "Off",
    },
    ...(Environment?.Variables === undefined || Object.keys(Environment.Variables).length === 0
      ? {}
      : { Environment }),
    ...(VpcConfig === undefined ? {} : { VpcConfig: { ...VpcConfig, VpcId: "" } }),
    ...(layers.length === 0
      ? {}
      : { Layers: layers.map((layer) => ({ Arn: layer.arn, CodeSize: layer.sizeBytes })) }),
  };
}

export function describeConfiguration(
  configuration: Configuration,
  place: Place,
  qualifier?: string,
): FunctionConfiguration {
  const pending = configuration.state === "Pending";
  return {
    ...describeSettings(configuration, place, qualifier),
    State: configuration.state,
    ...(pending ? { StateReason: "The function is being created.", StateReasonCode: "Creating" } : {}),
    LastUpdateStatus: configuration.lastUpdateStatus,
    RuntimeVersionConfig: {
      RuntimeVersionArn: runtimeVersionArn(configuration.settings.Runtime, place.region),
    },
  };
}
