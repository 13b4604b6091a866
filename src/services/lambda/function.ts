// The function resource: the current configuration and all that belongs to the
// function as a whole. One read of it is all that an unqualified Invoke needs.

import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Configuration } from "./configuration.ts";
import { functionNotFound } from "./model.ts";
import { type FunctionReference, functionArn, namedFunction } from "./name.ts";

export interface RuntimeManagement {
  readonly UpdateRuntimeOn: "Auto" | "Manual" | "FunctionUpdate";
  readonly RuntimeVersionArn?: string;
}

export interface FunctionState {
  readonly name: string;
  readonly latest: Configuration;
  /** The number of the last version published; numbers are never used twice. */
  readonly lastVersion: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
  readonly recursiveLoop?: "Allow" | "Terminate";
  /** By qualifier. */
  readonly runtimeManagement?: Readonly<Record<string, RuntimeManagement>>;
}

export const FunctionRecord = defineResource<FunctionState>()({
  service: "lambda",
  type: "function",
  key: (fn) => [fn.name],
  arn: (fn, place) => functionArn(place, fn.name),
  named: namedFunction,
  tags: (fn) => fn.tags,
  cached: true,
});

/** Wakes those that wait for a function to become active or for its update to end. */
export function functionTopic(reference: FunctionReference): string {
  return `lambda.function.${functionArn(reference, reference.name)}`;
}

/** The function named, or AWS's fault. `tx` must look at the reference's place. */
export async function getFunctionState(
  tx: Transaction,
  reference: FunctionReference,
): Promise<FunctionState> {
  const fn = await tx.get(FunctionRecord, reference.name);
  if (fn === undefined) throw functionNotFound(functionArn(reference, reference.name, reference.qualifier));
  return fn;
}
