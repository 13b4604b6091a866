// DeleteParameter and DeleteParameters.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  DeleteParameterRequest,
  DeleteParameterResult,
  DeleteParametersRequest,
  DeleteParametersResult,
} from "../../../model/generated/ssm.d.ts";
import { parameterNotFound } from "../model.ts";
import { findParameter } from "../parameters/parameter.ts";
import { removeParameter } from "../parameters/removal.ts";

async function remove(tx: Transaction, name: string, action: string): Promise<boolean> {
  const found = await findParameter(tx, name, action);
  if (found === undefined || found.shared || found.selector !== undefined) return false;
  await removeParameter(tx, found.parameter);
  return true;
}

export async function deleteParameter(
  { Name }: DeleteParameterRequest,
  tx: Transaction,
): Promise<DeleteParameterResult> {
  if (!(await remove(tx, Name, "DeleteParameter"))) throw parameterNotFound();
  return {};
}

export async function deleteParameters(
  { Names }: DeleteParametersRequest,
  tx: Transaction,
): Promise<DeleteParametersResult> {
  const DeletedParameters: string[] = [];
  const InvalidParameters: string[] = [];
  for (const name of new Set(Names)) {
    const there = await remove(tx, name, "DeleteParameters");
    (there ? DeletedParameters : InvalidParameters).push(name);
  }
  return { DeletedParameters, InvalidParameters };
}
