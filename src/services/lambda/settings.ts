// From what a user asks for to the settings of a configuration: defaults,
// merging, and the limits that the model does not state.

import { notImplemented } from "../../core/fault.ts";
import type {
  CreateFunctionRequest,
  UpdateFunctionConfigurationRequest,
} from "../../model/generated/lambda.d.ts";
import type { Settings } from "./configuration.ts";
import { invalid, tooLarge } from "./model.ts";
import { checkRuntime } from "./runtime.ts";

const reservedVariables = new Set(
  `_HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_NAME
   AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE
   AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID
   AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR`.split(
    /\s+/,
  ),
);

export function newSettings(input: CreateFunctionRequest): Settings {
  if (input.PackageType === "Image" || input.Code.ImageUri !== undefined) {
    throw notImplemented("lambda", "functions from container images (PackageType Image)");
  }
  if (input.Runtime === undefined)
    throw invalid("Runtime is mandatory for functions created with deployment packages.");
  if (input.Handler === undefined)
    throw invalid("Handler is mandatory for functions created with deployment packages.");
  const settings: Settings = {
    Runtime: input.Runtime,
    Role: input.Role,
    Handler: input.Handler,
    Description: input.Description ?? "",
    Timeout: input.Timeout ?? 3,
    MemorySize: input.MemorySize ?? 128,
    TracingConfig: input.TracingConfig ?? { Mode: "PassThrough" },
    Architectures: input.Architectures ?? ["x86_64"],
    EphemeralStorage: input.EphemeralStorage ?? { Size: 512 },
    SnapStart: { ApplyOn: input.SnapStart?.ApplyOn ?? "None" },
    LoggingConfig: loggingConfig(input.LoggingConfig, input.FunctionName),
    ...optional(input),
  };
  return check(settings, input);
}

export function changedSettings(
  settings: Settings,
  input: UpdateFunctionConfigurationRequest,
  functionName: string,
): Settings {
  const changed: Settings = {
    ...settings,
    Runtime: input.Runtime ?? settings.Runtime,
    Role: input.Role ?? settings.Role,
    Handler: input.Handler ?? settings.Handler,
    Description: input.Description ?? settings.Description,
    Timeout: input.Timeout ?? settings.Timeout,
    MemorySize: input.MemorySize ?? settings.MemorySize,
    TracingConfig: input.TracingConfig ?? settings.TracingConfig,
    EphemeralStorage: input.EphemeralStorage ?? settings.EphemeralStorage,
    SnapStart: { ApplyOn: input.SnapStart?.ApplyOn ?? settings.SnapStart.ApplyOn },
    LoggingConfig:
      input.LoggingConfig === undefined
        ? settings.LoggingConfig
        : loggingConfig(
            {
              LogGroup: settings.LoggingConfig.LogGroup,
              LogFormat: settings.LoggingConfig.LogFormat,
              ...input.LoggingConfig,
            },
            functionName,
          ),
    ...optional(input),
  };
  return check(changed, input);
}

/** The members that may be absent; an empty value means that it shall be. */
function optional(input: UpdateFunctionConfigurationRequest): Partial<Settings> {
  const { DeadLetterConfig, Environment, KMSKeyArn, VpcConfig } = input;
  return {
    ...(Environment === undefined ? {} : { Environment }),
    ...(DeadLetterConfig === undefined
      ? {}
      : { DeadLetterConfig: DeadLetterConfig.TargetArn ? DeadLetterConfig : undefined }),
    ...(KMSKeyArn === undefined ? {} : { KMSKeyArn: KMSKeyArn || undefined }),
    ...(VpcConfig === undefined
      ? {}
      : {
          VpcConfig: {
            SubnetIds: VpcConfig.SubnetIds ?? [],
            SecurityGroupIds: VpcConfig.SecurityGroupIds ?? [],
            Ipv6AllowedForDualStack: VpcConfig.Ipv6AllowedForDualStack ?? false,
          },
        }),
  };
}

function loggingConfig(
  given: CreateFunctionRequest["LoggingConfig"],
  functionName: string,
): Settings["LoggingConfig"] {
  const LogGroup = given?.LogGroup ?? `/aws/lambda/${functionName}`;
  if (given?.LogFormat !== "JSON") return { LogFormat: "Text", LogGroup };
  return {
    LogFormat: "JSON",
    ApplicationLogLevel: given.ApplicationLogLevel ?? "INFO",
    SystemLogLevel: given.SystemLogLevel ?? "INFO",
    LogGroup,
  };
}

function check(
  settings: Settings,
  input: Omit<CreateFunctionRequest, "Role" | "Code"> | UpdateFunctionConfigurationRequest,
): Settings {
  for (const member of ["CapacityProviderConfig", "DurableConfig", "ImageConfig"] as const) {
    if (input[member] !== undefined) throw notImplemented("lambda", `the parameter ${member}`);
  }
  if (input.FileSystemConfigs !== undefined && input.FileSystemConfigs.length > 0) {
    throw notImplemented("lambda", "the parameter FileSystemConfigs");
  }
  if ("TenancyConfig" in input) throw notImplemented("lambda", "the parameter TenancyConfig");
  if ("CodeSigningConfigArn" in input) throw notImplemented("lambda", "the parameter CodeSigningConfigArn");
  if (input.Runtime !== undefined) checkRuntime(settings.Runtime);
  if (settings.Timeout > 900) throw tooLarge(settings.Timeout, "timeout", 900);
  if (settings.MemorySize > 10_240) throw tooLarge(settings.MemorySize, "memorySize", 10_240);
  if (settings.SnapStart.ApplyOn === "PublishedVersions" && !settings.Runtime.startsWith("python3.1")) {
    throw invalid(`${settings.Runtime} is not supported for SnapStart enabled functions.`);
  }
  checkEnvironment(settings.Environment?.Variables ?? {});
  return settings;
}

function checkEnvironment(variables: Readonly<Record<string, string>>): void {
  const prefix =
    "Lambda was unable to configure your environment variables because the environment variables you have provided";
  const reserved = Object.keys(variables).filter((name) => reservedVariables.has(name));
  if (reserved.length > 0) {
    throw invalid(
      `${prefix} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  }
  const text = JSON.stringify(variables);
  if (Buffer.byteLength(text) > 4096) {
    throw invalid(`${prefix} exceeded the 4KB limit. String measured: ${text}`);
  }
}
