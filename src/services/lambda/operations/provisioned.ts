// PutProvisionedConcurrencyConfig and its family.

import { fault } from "../../../core/fault.ts";
import type { WritingHandler } from "../../../core/service.ts";
import type {
  DeleteProvisionedConcurrencyConfigRequest,
  GetProvisionedConcurrencyConfigRequest,
  GetProvisionedConcurrencyConfigResponse,
  ListProvisionedConcurrencyConfigsRequest,
  ListProvisionedConcurrencyConfigsResponse,
  PutProvisionedConcurrencyConfigRequest,
} from "../../../model/generated/lambda.d.ts";
import { lambdaTime } from "../configuration.ts";
import { getFunctionState } from "../function.ts";
import { invalid, lambda } from "../model.ts";
import { functionArn, functionReference } from "../name.ts";
import {
  beginProvisioned,
  type Provisioned,
  ProvisionedRecord,
  withdrawProvisioned,
} from "../provisioned.ts";
import { findTarget } from "../target.ts";

export const putProvisionedConcurrencyConfig: WritingHandler<
  PutProvisionedConcurrencyConfigRequest,
  GetProvisionedConcurrencyConfigResponse
> = async (input, anyPlace) => {
  const reference = functionReference(input.FunctionName, anyPlace, input.Qualifier);
  if (reference.qualifier === "$LATEST") {
    throw invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
  }
  const tx = anyPlace.at(reference);
  const { fn } = await findTarget(tx, reference);
  const { reservedConcurrency } = fn;
  if (reservedConcurrency !== undefined && reservedConcurrency < input.ProvisionedConcurrentExecutions) {
    throw invalid(
      `Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function`,
    );
  }
  const provisioned: Provisioned = {
    functionName: fn.name,
    qualifier: input.Qualifier,
    requested: input.ProvisionedConcurrentExecutions,
    available: 0,
    status: "IN_PROGRESS",
    lastModified: tx.now,
    revisionId: tx.ids.uuid(),
  };
  beginProvisioned(tx, provisioned);
  return describe(provisioned);
};

export const getProvisionedConcurrencyConfig: WritingHandler<
  GetProvisionedConcurrencyConfigRequest,
  GetProvisionedConcurrencyConfigResponse
> = async (input, anyPlace) => {
  const reference = functionReference(input.FunctionName, anyPlace, input.Qualifier);
  const tx = anyPlace.at(reference);
  await findTarget(tx, reference);
  const provisioned = await tx.get(ProvisionedRecord, reference.name, input.Qualifier);
  if (provisioned === undefined) {
    throw fault(
      lambda,
      "ProvisionedConcurrencyConfigNotFoundException",
      "No Provisioned Concurrency Config found for this function",
      { fields: { Type: "User" } },
    );
  }
  return describe(provisioned);
};

export const listProvisionedConcurrencyConfigs: WritingHandler<
  ListProvisionedConcurrencyConfigsRequest,
  ListProvisionedConcurrencyConfigsResponse
> = async (input, anyPlace) => {
  const reference = functionReference(input.FunctionName, anyPlace);
  const tx = anyPlace.at(reference);
  const fn = await getFunctionState(tx, reference);
  const page = await tx.list(ProvisionedRecord, {
    prefix: [fn.name],
    cursor: input.Marker,
    limit: input.MaxItems ?? 50,
  });
  return {
    ProvisionedConcurrencyConfigs: page.values.map((provisioned) => ({
      FunctionArn: functionArn(tx, fn.name, provisioned.qualifier),
      ...describe(provisioned),
    })),
    ...(page.cursor === undefined ? {} : { NextMarker: page.cursor }),
  };
};

export const deleteProvisionedConcurrencyConfig: WritingHandler<
  DeleteProvisionedConcurrencyConfigRequest,
  Record<string, never>
> = async (input, anyPlace) => {
  const reference = functionReference(input.FunctionName, anyPlace, input.Qualifier);
  const tx = anyPlace.at(reference);
  await getFunctionState(tx, reference);
  withdrawProvisioned(tx, { functionName: reference.name, qualifier: input.Qualifier });
  return {};
};

function describe(provisioned: Provisioned): GetProvisionedConcurrencyConfigResponse {
  const { requested, available, status, statusReason } = provisioned;
  return {
    RequestedProvisionedConcurrentExecutions: requested,
    AvailableProvisionedConcurrentExecutions: available,
    AllocatedProvisionedConcurrentExecutions: available,
    Status: status,
    ...(statusReason === undefined ? {} : { StatusReason: statusReason }),
    LastModified: lambdaTime(provisioned.lastModified),
  };
}
