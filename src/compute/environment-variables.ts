// The variables of an execution environment, as AWS sets them.

import type { FunctionSpec, RoleCredentials } from "../core/ports/compute.ts";
import type { Toolchain } from "./runtimes/toolchain.ts";
import type { Layout } from "./sandbox/sandbox.ts";

export interface VariableOptions {
  readonly spec: FunctionSpec;
  readonly credentials: RoleCredentials;
  readonly toolchain: Toolchain;
  readonly layout: Layout;
  readonly logStreamName: string;
  readonly endpoint: string;
  readonly initialization: "on-demand" | "provisioned-concurrency";
  /** `host:port` of the Runtime API, for a runtime that speaks it. */
  readonly runtimeApi?: string;
}

/** The user may set what AWS lets users set (`PATH`, `TZ`, `NODE_PATH`, ...), and nothing that is reserved. */
export function environmentVariables(options: VariableOptions): Readonly<Record<string, string>> {
  const { layout, toolchain } = options;
  return {
    ...baseVariables,
    LD_LIBRARY_PATH: [layout.task, `${layout.task}/lib`, layout.opt, `${layout.opt}/lib`].join(":"),
    ...toolchain.environment(layout),
    AWS_ENDPOINT_URL: reachable(options.endpoint),
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    AWS_XRAY_DAEMON_ADDRESS: "169.254.79.129:2000",
    _AWS_XRAY_DAEMON_ADDRESS: "169.254.79.129",
    _AWS_XRAY_DAEMON_PORT: "2000",
    ...options.spec.environment,
    ...reservedVariables(options),
  };
}

/** What a process has before it knows its function. */
export const baseVariables: Readonly<Record<string, string>> = {
  LANG: "en_US.UTF-8",
  TZ: ":UTC",
};

function reservedVariables(options: VariableOptions): Readonly<Record<string, string>> {
  const { spec, credentials, layout } = options;
  const variables: Record<string, string> = {
    _HANDLER: spec.handler,
    AWS_REGION: spec.region,
    AWS_DEFAULT_REGION: spec.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: spec.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: spec.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMegabytes),
    AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: options.logStreamName,
    AWS_LAMBDA_INITIALIZATION_TYPE: options.initialization,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    LAMBDA_TASK_ROOT: layout.task,
    LAMBDA_RUNTIME_DIR: layout.runtime,
  };
  if (options.runtimeApi !== undefined) variables.AWS_LAMBDA_RUNTIME_API = options.runtimeApi;
  if (spec.logFormat !== undefined) variables.AWS_LAMBDA_LOG_FORMAT = spec.logFormat;
  if (spec.applicationLogLevel !== undefined) variables.AWS_LAMBDA_LOG_LEVEL = spec.applicationLogLevel;
  return variables;
}

/**
 * An SDK puts a bucket's name before a host name, and `bucket.localhost` resolves
 * neither in glibc nor in Node; before an address it puts nothing.
 */
function reachable(endpoint: string): string {
  return endpoint.replace(/^(https?:\/\/)localhost(?=[:/]|$)/, "$1127.0.0.1");
}
