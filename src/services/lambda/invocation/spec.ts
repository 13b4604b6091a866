// From a stored configuration to what the function host runs.

import type { FunctionSpec } from "../../../core/ports/compute.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Configuration } from "../configuration.ts";
import { type FunctionReference, functionArn } from "../name.ts";
import type { Target } from "../target.ts";
import { type CodeFiles, processState } from "./process-state.ts";

/** The pool's key: a change of code or settings makes a new one. */
export function specId(reference: FunctionReference, configuration: Configuration): string {
  return `${functionArn(reference, reference.name, configuration.version)}#${configuration.revisionId}`;
}

export async function functionSpec(ctx: Waiting, target: Target): Promise<FunctionSpec> {
  const { reference, configuration, arn } = target;
  const { settings, version, functionName } = configuration;
  const id = specId(reference, configuration);
  const files = processState(ctx.functions).files.get(id) ?? (await findFiles(ctx, id, configuration));
  const { LoggingConfig } = settings;
  return {
    id,
    ...files,
    functionName,
    version,
    invokedArn: arn,
    accountId: reference.account,
    region: reference.region,
    runtime: settings.Runtime,
    handler: settings.Handler,
    environment: settings.Environment?.Variables ?? noVariables,
    memoryMegabytes: settings.MemorySize,
    timeoutMilliseconds: settings.Timeout * 1000,
    ephemeralStorageMegabytes: settings.EphemeralStorage.Size,
    architecture: settings.Architectures[0] ?? "x86_64",
    logGroupName: LoggingConfig.LogGroup!,
    logStreamName: () =>
      `${new Date(ctx.now()).toISOString().slice(0, 10).replaceAll("-", "/")}/[${version}]${ctx.ids.hex(32)}`,
    logFormat: LoggingConfig.LogFormat ?? "Text",
    ...(LoggingConfig.ApplicationLogLevel === undefined
      ? {}
      : { applicationLogLevel: LoggingConfig.ApplicationLogLevel }),
  };
}

const noVariables = {};
const mostFiles = 1000;

async function findFiles(ctx: Waiting, id: string, configuration: Configuration): Promise<CodeFiles> {
  const { files } = processState(ctx.functions);
  const found = {
    codeZip: await ctx.blobs.file(configuration.code.blob),
    layerZips: await Promise.all(configuration.layers.map((layer) => ctx.blobs.file(layer.blob))),
  };
  if (files.size >= mostFiles) files.clear();
  files.set(id, found);
  return found;
}

/** Ends the environments of a configuration that is no longer current. */
export function retire(ctx: Waiting, reference: FunctionReference, configuration: Configuration): void {
  const id = specId(reference, configuration);
  processState(ctx.functions).files.delete(id);
  ctx.functions.retire(id);
}
