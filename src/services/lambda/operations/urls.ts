// CreateFunctionUrlConfig and its family.

import type { WritingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  Cors,
  CreateFunctionUrlConfigRequest,
  CreateFunctionUrlConfigResponse,
  DeleteFunctionUrlConfigRequest,
  FunctionUrlConfig,
  GetFunctionUrlConfigRequest,
  ListFunctionUrlConfigsRequest,
  ListFunctionUrlConfigsResponse,
  UpdateFunctionUrlConfigRequest,
} from "../../../model/generated/lambda.d.ts";
import { getFunctionState } from "../function.ts";
import { conflict, notFound } from "../model.ts";
import { functionReference } from "../name.ts";
import { findTarget } from "../target.ts";
import { deleteUrl, describeUrl, type FunctionUrl, putUrl, UrlRecord } from "../url/url.ts";

type Named = { readonly FunctionName: string; readonly Qualifier?: string | undefined };

export const createFunctionUrlConfig: WritingHandler<
  CreateFunctionUrlConfigRequest,
  CreateFunctionUrlConfigResponse
> = async (input, anyPlace) => {
  const reference = functionReference(input.FunctionName, anyPlace, input.Qualifier);
  const tx = anyPlace.at(reference);
  const { arn } = await findTarget(tx, reference);
  const qualifier = reference.qualifier ?? "";
  if ((await tx.get(UrlRecord, reference.name, qualifier)) !== undefined) {
    throw conflict(`FunctionUrlConfig exists for this Lambda function ${arn}`);
  }
  const url: FunctionUrl = {
    functionName: reference.name,
    qualifier,
    urlId: tx.ids.lower(32),
    AuthType: input.AuthType,
    Cors: input.Cors,
    InvokeMode: input.InvokeMode ?? "BUFFERED",
    createdAt: tx.now,
    lastModified: tx.now,
  };
  putUrl(tx, url);
  return describeUrl(tx, url);
};

export const updateFunctionUrlConfig: WritingHandler<
  UpdateFunctionUrlConfigRequest,
  FunctionUrlConfig
> = async (input, anyPlace) => {
  const { tx, url } = await find(anyPlace, input);
  const changed: FunctionUrl = {
    ...url,
    AuthType: input.AuthType ?? url.AuthType,
    // An empty Cors withdraws it.
    Cors: input.Cors === undefined ? url.Cors : isEmpty(input.Cors) ? undefined : input.Cors,
    InvokeMode: input.InvokeMode ?? url.InvokeMode,
    lastModified: tx.now,
  };
  putUrl(tx, changed);
  return describeUrl(tx, changed);
};

export const getFunctionUrlConfig: WritingHandler<GetFunctionUrlConfigRequest, FunctionUrlConfig> = async (
  input,
  anyPlace,
) => {
  const { tx, url } = await find(anyPlace, input);
  return describeUrl(tx, url);
};

export const deleteFunctionUrlConfig: WritingHandler<
  DeleteFunctionUrlConfigRequest,
  Record<string, never>
> = async (input, anyPlace) => {
  const { tx, url } = await find(anyPlace, input);
  deleteUrl(tx, url);
  return {};
};

export const listFunctionUrlConfigs: WritingHandler<
  ListFunctionUrlConfigsRequest,
  ListFunctionUrlConfigsResponse
> = async (input, anyPlace) => {
  const reference = functionReference(input.FunctionName, anyPlace);
  const tx = anyPlace.at(reference);
  const fn = await getFunctionState(tx, reference);
  const page = await tx.list(UrlRecord, {
    prefix: [fn.name],
    cursor: input.Marker,
    limit: input.MaxItems ?? 50,
  });
  return {
    FunctionUrlConfigs: page.values.map((url) => describeUrl(tx, url)),
    ...(page.cursor === undefined ? {} : { NextMarker: page.cursor }),
  };
};

async function find(anyPlace: Transaction, input: Named): Promise<{ tx: Transaction; url: FunctionUrl }> {
  const reference = functionReference(input.FunctionName, anyPlace, input.Qualifier);
  const tx = anyPlace.at(reference);
  const url = await tx.get(UrlRecord, reference.name, reference.qualifier ?? "");
  if (url === undefined) throw notFound("The resource you requested does not exist.");
  return { tx, url };
}

function isEmpty(cors: Cors): boolean {
  return Object.values(cors).every((value) => value === undefined);
}
