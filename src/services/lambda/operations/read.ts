// GetFunction, GetFunctionConfiguration and ListFunctions.

import type { WritingHandler } from "../../../core/service.ts";
import type {
  FunctionConfiguration,
  GetFunctionConfigurationRequest,
  GetFunctionRequest,
  GetFunctionResponse,
  ListFunctionsRequest,
  ListFunctionsResponse,
} from "../../../model/generated/lambda.d.ts";
import { codeLocation } from "../code/link.ts";
import { describeConfiguration, describeSettings } from "../configuration.ts";
import { FunctionRecord } from "../function.ts";
import { functionReference } from "../name.ts";
import { findTarget } from "../target.ts";
import { VersionRecord } from "../version.ts";

export const getFunction: WritingHandler<GetFunctionRequest, GetFunctionResponse> = async (input, tx) => {
  const reference = functionReference(input.FunctionName, tx, input.Qualifier);
  const { fn, configuration } = await findTarget(tx, reference);
  return {
    Configuration: describeConfiguration(configuration, reference, reference.qualifier),
    Code: { RepositoryType: "S3", Location: codeLocation(tx.endpoint, configuration.code.token) },
    ...(Object.keys(fn.tags).length === 0 ? {} : { Tags: fn.tags }),
    ...(fn.reservedConcurrency === undefined
      ? {}
      : { Concurrency: { ReservedConcurrentExecutions: fn.reservedConcurrency } }),
  };
};

export const getFunctionConfiguration: WritingHandler<
  GetFunctionConfigurationRequest,
  FunctionConfiguration
> = async (input, tx) => {
  const reference = functionReference(input.FunctionName, tx, input.Qualifier);
  const { configuration } = await findTarget(tx, reference);
  return describeConfiguration(configuration, reference, reference.qualifier);
};

export const listFunctions: WritingHandler<ListFunctionsRequest, ListFunctionsResponse> = async (
  input,
  tx,
) => {
  const limit = Math.min(input.MaxItems ?? 50, 50);
  const page = await tx.list(FunctionRecord, { cursor: input.Marker, limit });
  const Functions: FunctionConfiguration[] = [];
  for (const fn of page.values) {
    if (input.FunctionVersion !== "ALL") {
      Functions.push(describeSettings(fn.latest, tx));
      continue;
    }
    Functions.push(describeSettings(fn.latest, tx, "$LATEST"));
    for (const version of await tx.all(VersionRecord, [fn.name])) {
      Functions.push(describeSettings(version, tx, version.version));
    }
  }
  return { Functions, ...(page.cursor === undefined ? {} : { NextMarker: page.cursor }) };
};
