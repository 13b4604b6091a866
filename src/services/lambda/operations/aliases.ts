// CreateAlias, UpdateAlias, GetAlias, ListAliases and DeleteAlias.

import type { WritingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  AliasConfiguration,
  AliasRoutingConfiguration,
  CreateAliasRequest,
  DeleteAliasRequest,
  GetAliasRequest,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateAliasRequest,
} from "../../../model/generated/lambda.d.ts";
import { type Alias, AliasRecord, describeAlias } from "../alias.ts";
import { type FunctionState, getFunctionState } from "../function.ts";
import { checkRevision, conflict, functionNotFound, invalid, notFound } from "../model.ts";
import { functionArn, functionReference } from "../name.ts";
import { VersionRecord } from "../version.ts";

export const createAlias: WritingHandler<CreateAliasRequest, AliasConfiguration> = async (
  input,
  anyPlace,
) => {
  const reference = functionReference(input.FunctionName, anyPlace);
  const tx = anyPlace.at(reference);
  const fn = await getFunctionState(tx, reference);
  if ((await tx.get(AliasRecord, fn.name, input.Name)) !== undefined) {
    throw conflict(`Alias already exists: ${functionArn(tx, fn.name, input.Name)}`);
  }
  return store(tx, fn, {
    functionName: fn.name,
    name: input.Name,
    functionVersion: input.FunctionVersion,
    description: input.Description ?? "",
    revisionId: tx.ids.uuid(),
    ...weights(input.RoutingConfig),
  });
};

export const updateAlias: WritingHandler<UpdateAliasRequest, AliasConfiguration> = async (
  input,
  anyPlace,
) => {
  const reference = functionReference(input.FunctionName, anyPlace);
  const tx = anyPlace.at(reference);
  const fn = await getFunctionState(tx, reference);
  const { weights: currentWeights, ...alias } = await find(tx, fn.name, input.Name);
  checkRevision(input.RevisionId, alias.revisionId);
  return store(tx, fn, {
    ...alias,
    functionVersion: input.FunctionVersion ?? alias.functionVersion,
    description: input.Description ?? alias.description,
    revisionId: tx.ids.uuid(),
    ...(input.RoutingConfig !== undefined
      ? weights(input.RoutingConfig)
      : currentWeights === undefined
        ? {}
        : { weights: currentWeights }),
  });
};

export const getAlias: WritingHandler<GetAliasRequest, AliasConfiguration> = async (input, anyPlace) => {
  const reference = functionReference(input.FunctionName, anyPlace);
  const tx = anyPlace.at(reference);
  const fn = await getFunctionState(tx, reference);
  return describeAlias(await find(tx, fn.name, input.Name), tx);
};

export const listAliases: WritingHandler<ListAliasesRequest, ListAliasesResponse> = async (
  input,
  anyPlace,
) => {
  const reference = functionReference(input.FunctionName, anyPlace);
  const tx = anyPlace.at(reference);
  const fn = await getFunctionState(tx, reference);
  const page = await tx.list(AliasRecord, {
    prefix: [fn.name],
    cursor: input.Marker,
    limit: Math.min(input.MaxItems ?? 50, 50),
  });
  const wanted = (alias: Alias): boolean =>
    input.FunctionVersion === undefined ||
    alias.functionVersion === input.FunctionVersion ||
    alias.weights?.[input.FunctionVersion] !== undefined;
  return {
    Aliases: page.values.filter(wanted).map((alias) => describeAlias(alias, tx)),
    ...(page.cursor === undefined ? {} : { NextMarker: page.cursor }),
  };
};

/** Deleting an alias that is not there succeeds, as on AWS. */
export const deleteAlias: WritingHandler<DeleteAliasRequest, Record<string, never>> = async (
  input,
  anyPlace,
) => {
  const reference = functionReference(input.FunctionName, anyPlace);
  const tx = anyPlace.at(reference);
  const fn = await getFunctionState(tx, reference);
  tx.delete(AliasRecord, fn.name, input.Name);
  return {};
};

async function find(tx: Transaction, functionName: string, name: string): Promise<Alias> {
  const alias = await tx.get(AliasRecord, functionName, name);
  if (alias === undefined) throw notFound(`Cannot find alias arn: ${functionArn(tx, functionName, name)}`);
  return alias;
}

async function store(tx: Transaction, fn: FunctionState, alias: Alias): Promise<AliasConfiguration> {
  const additional = Object.entries(alias.weights ?? {});
  for (const version of [alias.functionVersion, ...additional.map(([version]) => version)]) {
    if (version === "$LATEST" && additional.length === 0) continue;
    if (version === "$LATEST")
      throw invalid("$LATEST is not supported for an alias pointing to more than 1 version");
    if ((await tx.get(VersionRecord, fn.name, Number(version))) === undefined) {
      throw functionNotFound(functionArn(tx, fn.name, version));
    }
  }
  if (additional.length > 1) {
    throw invalid("Number of items in AdditionalVersionWeights cannot be greater than 1");
  }
  if (additional[0]?.[0] === alias.functionVersion) {
    throw invalid(
      `Invalid function version ${alias.functionVersion}. Function version ${alias.functionVersion} is already included in routing configuration.`,
    );
  }
  tx.put(AliasRecord, alias);
  return describeAlias(alias, tx);
}

function weights(routing: AliasRoutingConfiguration | undefined): Pick<Alias, "weights"> {
  const given = routing?.AdditionalVersionWeights;
  return given === undefined || Object.keys(given).length === 0 ? {} : { weights: given };
}
