// Hooks that have run: none, since nobody can register one.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  GetHookResultInput,
  GetHookResultOutput,
  ListHookResultsInput,
  ListHookResultsOutput,
} from "../../../model/generated/cloudformation.d.ts";
import { cloudformation } from "../model.ts";

export async function listHookResults(
  { TargetType, TargetId }: ListHookResultsInput,
  _tx: Transaction,
): Promise<ListHookResultsOutput> {
  return { TargetType, TargetId, HookResults: [] };
}

export async function getHookResult(
  { HookResultId }: GetHookResultInput,
  _tx: Transaction,
): Promise<GetHookResultOutput> {
  throw fault(cloudformation, "HookResultNotFound", `Hook result ${HookResultId} does not exist`);
}
