// PutFunctionConcurrency, GetFunctionConcurrency, DeleteFunctionConcurrency and
// GetAccountSettings.

import type { WritingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  Concurrency,
  DeleteFunctionConcurrencyRequest,
  GetAccountSettingsRequest,
  GetAccountSettingsResponse,
  GetFunctionConcurrencyRequest,
  GetFunctionConcurrencyResponse,
  PutFunctionConcurrencyRequest,
} from "../../../model/generated/lambda.d.ts";
import { LayerVersionRecord } from "../code/layer.ts";
import { largestUnzippedBytes } from "../code/package.ts";
import { FunctionRecord, type FunctionState, getFunctionState } from "../function.ts";
import { accountConcurrency } from "../invocation/concurrency.ts";
import { invalid } from "../model.ts";
import { functionReference } from "../name.ts";
import { VersionRecord } from "../version.ts";

/** AWS keeps this much for functions without a reservation. */
const leastUnreserved = 100;

async function find(anyPlace: Transaction, name: string): Promise<{ tx: Transaction; fn: FunctionState }> {
  const reference = functionReference(name, anyPlace);
  const tx = anyPlace.at(reference);
  return { tx, fn: await getFunctionState(tx, reference) };
}

export const putFunctionConcurrency: WritingHandler<PutFunctionConcurrencyRequest, Concurrency> = async (
  { FunctionName, ReservedConcurrentExecutions },
  anyPlace,
) => {
  const { tx, fn } = await find(anyPlace, FunctionName);
  const others = (await tx.all(FunctionRecord)).filter(({ name }) => name !== fn.name);
  if (accountConcurrency - reserved(others) - ReservedConcurrentExecutions < leastUnreserved) {
    throw invalid(
      `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${leastUnreserved}].`,
    );
  }
  tx.put(FunctionRecord, { ...fn, reservedConcurrency: ReservedConcurrentExecutions });
  return { ReservedConcurrentExecutions };
};

export const getFunctionConcurrency: WritingHandler<
  GetFunctionConcurrencyRequest,
  GetFunctionConcurrencyResponse
> = async (input, anyPlace) => {
  const { fn } = await find(anyPlace, input.FunctionName);
  return fn.reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: fn.reservedConcurrency };
};

export const deleteFunctionConcurrency: WritingHandler<
  DeleteFunctionConcurrencyRequest,
  Record<string, never>
> = async (input, anyPlace) => {
  const { tx, fn } = await find(anyPlace, input.FunctionName);
  const { reservedConcurrency: _withdrawn, ...rest } = fn;
  tx.put(FunctionRecord, rest);
  return {};
};

export const getAccountSettings: WritingHandler<
  GetAccountSettingsRequest,
  GetAccountSettingsResponse
> = async (_input, tx) => {
  const functions = await tx.all(FunctionRecord);
  const packages = [
    ...functions.map(({ latest }) => latest.code),
    ...(await tx.all(VersionRecord)).map(({ code }) => code),
    ...(await tx.all(LayerVersionRecord)).map(({ code }) => code),
  ];
  return {
    AccountLimit: {
      TotalCodeSize: 80_530_636_800,
      CodeSizeUnzipped: largestUnzippedBytes,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: accountConcurrency,
      UnreservedConcurrentExecutions: accountConcurrency - reserved(functions),
    },
    AccountUsage: {
      TotalCodeSize: packages.reduce((sum, code) => sum + code.sizeBytes, 0),
      FunctionCount: functions.length,
    },
  };
};

function reserved(functions: readonly FunctionState[]): number {
  return functions.reduce((sum, fn) => sum + (fn.reservedConcurrency ?? 0), 0);
}
