// PutFunctionEventInvokeConfig and its family.

import type { WritingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  DeleteFunctionEventInvokeConfigRequest,
  DestinationConfig,
  FunctionEventInvokeConfig,
  GetFunctionEventInvokeConfigRequest,
  ListFunctionEventInvokeConfigsRequest,
  ListFunctionEventInvokeConfigsResponse,
  PutFunctionEventInvokeConfigRequest,
  UpdateFunctionEventInvokeConfigRequest,
} from "../../../model/generated/lambda.d.ts";
import { describeEventInvoke, type EventInvokeConfig, EventInvokeRecord } from "../event-invoke.ts";
import { getFunctionState } from "../function.ts";
import { invalid, notFound } from "../model.ts";
import { type FunctionReference, functionArn, functionReference } from "../name.ts";
import { findTarget } from "../target.ts";

type Named = { readonly FunctionName: string; readonly Qualifier?: string | undefined };

async function locate(
  anyPlace: Transaction,
  input: Named,
): Promise<{ readonly tx: Transaction; readonly reference: FunctionReference; readonly qualifier: string }> {
  const reference = functionReference(input.FunctionName, anyPlace, input.Qualifier);
  const tx = anyPlace.at(reference);
  await findTarget(tx, reference);
  return { tx, reference, qualifier: reference.qualifier ?? "$LATEST" };
}

async function existing(
  anyPlace: Transaction,
  input: Named,
): Promise<{ tx: Transaction; config: EventInvokeConfig }> {
  const { tx, reference, qualifier } = await locate(anyPlace, input);
  const config = await tx.get(EventInvokeRecord, reference.name, qualifier);
  if (config === undefined) {
    throw notFound(
      `The function ${functionArn(tx, reference.name, qualifier)} doesn't have an EventInvokeConfig`,
    );
  }
  return { tx, config };
}

export const putFunctionEventInvokeConfig: WritingHandler<
  PutFunctionEventInvokeConfigRequest,
  FunctionEventInvokeConfig
> = async (input, anyPlace) => {
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = input;
  if ((MaximumRetryAttempts ?? MaximumEventAgeInSeconds ?? DestinationConfig) === undefined) {
    throw invalid("You must specify at least one of error handling or destination setting.");
  }
  const { tx, reference, qualifier } = await locate(anyPlace, input);
  return store(tx, {
    functionName: reference.name,
    qualifier,
    MaximumRetryAttempts: input.MaximumRetryAttempts,
    MaximumEventAgeInSeconds: input.MaximumEventAgeInSeconds,
    DestinationConfig: destinations(input.DestinationConfig),
    lastModified: tx.now,
  });
};

export const updateFunctionEventInvokeConfig: WritingHandler<
  UpdateFunctionEventInvokeConfigRequest,
  FunctionEventInvokeConfig
> = async (input, anyPlace) => {
  const { tx, config } = await existing(anyPlace, input);
  return store(tx, {
    ...config,
    MaximumRetryAttempts: input.MaximumRetryAttempts ?? config.MaximumRetryAttempts,
    MaximumEventAgeInSeconds: input.MaximumEventAgeInSeconds ?? config.MaximumEventAgeInSeconds,
    DestinationConfig: destinations({ ...config.DestinationConfig, ...input.DestinationConfig }),
    lastModified: tx.now,
  });
};

export const getFunctionEventInvokeConfig: WritingHandler<
  GetFunctionEventInvokeConfigRequest,
  FunctionEventInvokeConfig
> = async (input, anyPlace) => {
  const { tx, config } = await existing(anyPlace, input);
  return describeEventInvoke(config, tx);
};

export const deleteFunctionEventInvokeConfig: WritingHandler<
  DeleteFunctionEventInvokeConfigRequest,
  Record<string, never>
> = async (input, anyPlace) => {
  const { tx, config } = await existing(anyPlace, input);
  tx.delete(EventInvokeRecord, config.functionName, config.qualifier);
  return {};
};

export const listFunctionEventInvokeConfigs: WritingHandler<
  ListFunctionEventInvokeConfigsRequest,
  ListFunctionEventInvokeConfigsResponse
> = async (input, anyPlace) => {
  const reference = functionReference(input.FunctionName, anyPlace);
  const tx = anyPlace.at(reference);
  const fn = await getFunctionState(tx, reference);
  const page = await tx.list(EventInvokeRecord, {
    prefix: [fn.name],
    cursor: input.Marker,
    limit: input.MaxItems ?? 50,
  });
  return {
    FunctionEventInvokeConfigs: page.values.map((config) => describeEventInvoke(config, tx)),
    ...(page.cursor === undefined ? {} : { NextMarker: page.cursor }),
  };
};

function store(tx: Transaction, config: EventInvokeConfig): FunctionEventInvokeConfig {
  tx.put(EventInvokeRecord, config);
  return describeEventInvoke(config, tx);
}

const successServices = ["sqs", "sns", "lambda", "events"];

/** AWS always answers both members; an empty destination withdraws one. */
function destinations(given: DestinationConfig | undefined): DestinationConfig {
  const { OnSuccess, OnFailure } = given ?? {};
  checkDestination(OnSuccess?.Destination, successServices);
  checkDestination(OnFailure?.Destination, [...successServices, "s3"]);
  return {
    OnSuccess: OnSuccess?.Destination ? OnSuccess : {},
    OnFailure: OnFailure?.Destination ? OnFailure : {},
  };
}

function checkDestination(arn: string | undefined, services: readonly string[]): void {
  if (!arn || services.includes(arn.split(":")[2] ?? "")) return;
  throw invalid(`The destination ARN ${arn} is invalid.`);
}
