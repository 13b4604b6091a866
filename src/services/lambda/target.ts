// From a function's name and qualifier to the configuration that is meant.

import type { Transaction } from "../../core/transaction.ts";
import { AliasRecord, routeAlias } from "./alias.ts";
import type { Configuration } from "./configuration.ts";
import { type FunctionState, getFunctionState } from "./function.ts";
import { functionNotFound } from "./model.ts";
import { type FunctionReference, functionArn, isVersionNumber } from "./name.ts";
import { VersionRecord } from "./version.ts";

export interface Target {
  readonly reference: FunctionReference;
  readonly fn: FunctionState;
  readonly configuration: Configuration;
  /** With the qualifier that the caller used, if any. */
  readonly arn: string;
}

/** `fraction`, from [0, 1), chooses between the versions of a weighted alias; 1 always means its main one. */
export async function findTarget(
  anyPlace: Transaction,
  reference: FunctionReference,
  fraction = 1,
): Promise<Target> {
  const tx = anyPlace.at(reference);
  const fn = await getFunctionState(tx, reference);
  const { qualifier } = reference;
  const arn = functionArn(reference, reference.name, qualifier);
  const configuration =
    qualifier === undefined || qualifier === "$LATEST"
      ? fn.latest
      : await findConfiguration(tx, fn, qualifier, fraction);
  if (configuration === undefined) throw functionNotFound(arn);
  return { reference, fn, configuration, arn };
}

async function findConfiguration(
  tx: Transaction,
  fn: FunctionState,
  qualifier: string,
  fraction: number,
): Promise<Configuration | undefined> {
  if (isVersionNumber(qualifier)) return tx.get(VersionRecord, fn.name, Number(qualifier));
  const alias = await tx.get(AliasRecord, fn.name, qualifier);
  if (alias === undefined) return undefined;
  const version = routeAlias(alias, fraction);
  return version === "$LATEST" ? fn.latest : tx.get(VersionRecord, fn.name, Number(version));
}
