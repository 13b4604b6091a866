// The small settings that stand beside a function's configuration: runtime
// management, recursion, code signing.

import type { WritingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  GetFunctionCodeSigningConfigRequest,
  GetFunctionCodeSigningConfigResponse,
  GetFunctionRecursionConfigRequest,
  GetFunctionRecursionConfigResponse,
  GetRuntimeManagementConfigRequest,
  GetRuntimeManagementConfigResponse,
  PutFunctionRecursionConfigRequest,
  PutFunctionRecursionConfigResponse,
  PutRuntimeManagementConfigRequest,
  PutRuntimeManagementConfigResponse,
} from "../../../model/generated/lambda.d.ts";
import { FunctionRecord, getFunctionState, type RuntimeManagement } from "../function.ts";
import { invalid } from "../model.ts";
import { functionArn, functionReference } from "../name.ts";
import { findTarget } from "../target.ts";

export const getFunctionCodeSigningConfig: WritingHandler<
  GetFunctionCodeSigningConfigRequest,
  GetFunctionCodeSigningConfigResponse
> = async (input, anyPlace) => {
  const reference = functionReference(input.FunctionName, anyPlace);
  const fn = await getFunctionState(anyPlace.at(reference), reference);
  // The model requires the ARN; AWS answers an empty one for a function that has no configuration.
  return { CodeSigningConfigArn: "", FunctionName: fn.name };
};

export const getFunctionRecursionConfig: WritingHandler<
  GetFunctionRecursionConfigRequest,
  GetFunctionRecursionConfigResponse
> = async (input, anyPlace) => {
  const reference = functionReference(input.FunctionName, anyPlace);
  const fn = await getFunctionState(anyPlace.at(reference), reference);
  return { RecursiveLoop: fn.recursiveLoop ?? "Terminate" };
};

export const putFunctionRecursionConfig: WritingHandler<
  PutFunctionRecursionConfigRequest,
  PutFunctionRecursionConfigResponse
> = async (input, anyPlace) => {
  const reference = functionReference(input.FunctionName, anyPlace);
  const tx = anyPlace.at(reference);
  const fn = await getFunctionState(tx, reference);
  tx.put(FunctionRecord, { ...fn, recursiveLoop: input.RecursiveLoop });
  return { RecursiveLoop: input.RecursiveLoop };
};

export const getRuntimeManagementConfig: WritingHandler<
  GetRuntimeManagementConfigRequest,
  GetRuntimeManagementConfigResponse
> = async (input, anyPlace) => {
  const { arn, management } = await managed(anyPlace, input);
  return { ...(management ?? { UpdateRuntimeOn: "Auto" }), FunctionArn: arn };
};

export const putRuntimeManagementConfig: WritingHandler<
  PutRuntimeManagementConfigRequest,
  PutRuntimeManagementConfigResponse
> = async (input, anyPlace) => {
  const { tx, fn, arn, qualifier } = await managed(anyPlace, input);
  const { UpdateRuntimeOn, RuntimeVersionArn } = input;
  if ((UpdateRuntimeOn === "Manual") !== (RuntimeVersionArn !== undefined)) {
    throw invalid(
      UpdateRuntimeOn === "Manual"
        ? "You must specify RuntimeVersionArn when UpdateRuntimeOn is Manual."
        : "RuntimeVersionArn can only be specified when UpdateRuntimeOn is Manual.",
    );
  }
  const management: RuntimeManagement = {
    UpdateRuntimeOn,
    ...(RuntimeVersionArn === undefined ? {} : { RuntimeVersionArn }),
  };
  const runtimeManagement = { ...fn.runtimeManagement, [qualifier]: management };
  tx.put(FunctionRecord, { ...fn, runtimeManagement });
  return { ...management, FunctionArn: arn };
};

async function managed(
  anyPlace: Transaction,
  input: { readonly FunctionName: string; readonly Qualifier?: string | undefined },
) {
  const reference = functionReference(input.FunctionName, anyPlace, input.Qualifier);
  const { fn } = await findTarget(anyPlace, reference);
  const qualifier = reference.qualifier ?? "$LATEST";
  return {
    tx: anyPlace.at(reference),
    fn,
    qualifier,
    arn: functionArn(reference, fn.name, qualifier),
    management: fn.runtimeManagement?.[qualifier],
  };
}
