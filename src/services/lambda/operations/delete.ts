// DeleteFunction: the whole function with all that belongs to it, or one version.

import type { Resource } from "../../../core/resource.ts";
import type { WaitingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { DeleteFunctionRequest, DeleteFunctionResponse } from "../../../model/generated/lambda.d.ts";
import { AliasRecord } from "../alias.ts";
import { unlinkFunctionCode } from "../code/link.ts";
import type { Configuration } from "../configuration.ts";
import { EventInvokeRecord } from "../event-invoke.ts";
import { FunctionRecord, getFunctionState } from "../function.ts";
import { retire } from "../invocation/spec.ts";
import { conflict, invalid } from "../model.ts";
import { type FunctionReference, functionArn, functionReference, isVersionNumber } from "../name.ts";
import { PolicyRecord } from "../policy.ts";
import { ProvisionedRecord, withdrawProvisioned } from "../provisioned.ts";
import { deleteUrl, UrlRecord } from "../url/url.ts";
import { VersionRecord } from "../version.ts";

export const deleteFunction: WaitingHandler<DeleteFunctionRequest, DeleteFunctionResponse> = {
  waits: async (input, ctx) => {
    const reference = functionReference(input.FunctionName, ctx, input.Qualifier);
    const gone =
      reference.qualifier === undefined
        ? await deleteWhole(ctx, reference)
        : await deleteVersion(ctx, reference, reference.qualifier);
    for (const configuration of gone) retire(ctx, reference, configuration);
    return { StatusCode: 204 };
  },
};

function deleteWhole(ctx: Waiting, reference: FunctionReference): Promise<readonly Configuration[]> {
  return ctx.atomically(async (anyPlace) => {
    const tx = anyPlace.at(reference);
    const fn = await getFunctionState(tx, reference);
    const versions = await tx.all(VersionRecord, [fn.name]);
    await deleteAll(tx, VersionRecord, fn.name);
    await deleteAll(tx, AliasRecord, fn.name);
    await deleteAll(tx, PolicyRecord, fn.name);
    await deleteAll(tx, EventInvokeRecord, fn.name);
    for (const provisioned of await tx.all(ProvisionedRecord, [fn.name]))
      withdrawProvisioned(tx, provisioned);
    for (const url of await tx.all(UrlRecord, [fn.name])) deleteUrl(tx, url);
    await unlinkFunctionCode(tx, fn.name);
    tx.delete(FunctionRecord, fn.name);
    return [fn.latest, ...versions];
  });
}

async function deleteAll<T extends object, K extends readonly (string | number)[]>(
  tx: Transaction,
  resource: Resource<T, K>,
  functionName: string,
): Promise<void> {
  for (const value of await tx.all(resource, [functionName])) tx.delete(resource, ...resource.key(value));
}

function deleteVersion(
  ctx: Waiting,
  reference: FunctionReference,
  qualifier: string,
): Promise<readonly Configuration[]> {
  if (qualifier === "$LATEST") {
    throw invalid("$LATEST version cannot be deleted without deleting the function.");
  }
  if (!isVersionNumber(qualifier)) throw invalid("Deletion of aliases is not currently supported.");
  return ctx.atomically(async (anyPlace) => {
    const tx = anyPlace.at(reference);
    const fn = await getFunctionState(tx, reference);
    const version = await tx.get(VersionRecord, fn.name, Number(qualifier));
    // Deleting what is not there succeeds, as on AWS.
    if (version === undefined) return [];
    const users = (await tx.all(AliasRecord, [fn.name])).filter(
      (alias) => alias.functionVersion === qualifier || alias.weights?.[qualifier] !== undefined,
    );
    if (users.length > 0) {
      throw conflict(
        `Version ${qualifier} cannot be deleted because it is referenced by alias(es): ${users.map((alias) => functionArn(tx, fn.name, alias.name)).join(", ")}`,
      );
    }
    tx.delete(VersionRecord, fn.name, version.number);
    const provisioned = await tx.get(ProvisionedRecord, fn.name, qualifier);
    if (provisioned !== undefined) withdrawProvisioned(tx, provisioned);
    return [version];
  });
}
