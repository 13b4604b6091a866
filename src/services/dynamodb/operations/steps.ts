// The steps of a transaction that writes, from TransactWriteItems or from
// PartiQL: each is decided on its item's state, and if all may happen, all do.

import { hash } from "node:crypto";
import { Fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  CancellationReason,
  ItemCollectionMetrics,
  ReturnConsumedCapacity,
  ReturnItemCollectionMetrics,
  TransactWriteItemsOutput,
} from "../../../model/generated/dynamodb.d.ts";
import type { ItemCondition } from "../expressions/expressions.ts";
import { dynamodbFault, EmptyKeyFault, validation } from "../faults.ts";
import { CapacityMeters, collectionMetrics, readUnits } from "../items/capacity.ts";
import type { Change } from "../items/change.ts";
import { Stored } from "../items/stored.ts";
import { writeItem } from "../items/write.ts";
import { findToken, rememberToken } from "../items/write-token.ts";
import type { TableLayout } from "../tables/layout.ts";

const transactionBytes = 4 * 1024 * 1024;

/** One member of a transaction, made ready. */
export interface Step {
  readonly table: TableLayout;
  readonly tx: Transaction;
  /** Fails where the key or what is written does not fit the table. */
  readonly changeOf: (table: TableLayout) => Change;
  readonly condition: ItemCondition | undefined;
  /** What it means that the condition does not hold; default that it failed. */
  readonly failure?: { readonly Code: string; readonly Message: string };
  /** A condition check leaves the item alone. */
  readonly writes: boolean;
  readonly showsOld: boolean;
}

type Prepared = Step & { readonly change: Change };

/** What a step would do, or why it cannot. */
type Outcome =
  | { readonly before: Stored | undefined; readonly after: Stored | undefined; readonly reason?: undefined }
  | { readonly reason: CancellationReason };

interface StepOptions {
  readonly ClientRequestToken?: string | undefined;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity | undefined;
  readonly ReturnItemCollectionMetrics?: ReturnItemCollectionMetrics | undefined;
}

/** `request` is what the token stands for; `prepare` makes the steps. */
export async function transact(
  caller: Transaction,
  request: object,
  input: StepOptions,
  prepare: () => Promise<readonly Step[]>,
): Promise<TransactWriteItemsOutput> {
  const token = input.ClientRequestToken;
  const fingerprint = token === undefined ? "" : hash("sha256", JSON.stringify(request), "base64");
  const known = token === undefined ? undefined : await findToken(caller, token);
  if (known !== undefined && known !== fingerprint) {
    throw dynamodbFault(
      "IdempotentParameterMismatchException",
      "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical",
    );
  }
  const steps = withChanges(await prepare());
  refuseRepeated(steps);
  if (known !== undefined) return repeated(steps, input);
  const outcomes: Outcome[] = [];
  for (const step of steps) outcomes.push(await decide(step));
  if (outcomes.some((outcome) => outcome.reason !== undefined)) {
    throw cancelled(outcomes.map((outcome) => outcome.reason));
  }
  return perform(steps, outcomes, input, async () => {
    if (token !== undefined) await rememberToken(caller, token, fingerprint);
  });
}

function withChanges(steps: readonly Step[]): readonly Prepared[] {
  const prepared: Prepared[] = [];
  const reasons = steps.map((step) =>
    refusalOf(() => prepared.push({ ...step, change: step.changeOf(step.table) })),
  );
  if (reasons.some((reason) => reason !== undefined)) throw cancelled(reasons);
  return prepared;
}

/** Why a member of a transaction cannot be done, whatever its item's state; undefined where it can. */
function refusalOf(attempt: () => void): CancellationReason | undefined {
  return reasonOf(attempt, (error) => error instanceof EmptyKeyFault);
}

export function reasonOf(
  attempt: () => void,
  refused: (fault: Fault) => boolean = () => false,
): CancellationReason | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault) || refused(error)) throw error;
    return { Code: "ValidationError", Message: error.message };
  }
}

function refuseRepeated(steps: readonly Prepared[]): void {
  const keys = new Set(steps.map(({ table, change }) => table.prefix + change.suffix));
  if (keys.size !== steps.length) {
    throw validation("Transaction request cannot include multiple operations on one item");
  }
}

const conditionFailed = { Code: "ConditionalCheckFailed", Message: "The conditional request failed" };

/** What only the item's state can show to be wrong cancels the transaction, as its member's reason. */
async function decide({
  table,
  tx,
  change,
  condition,
  failure = conditionFailed,
  showsOld,
}: Prepared): Promise<Outcome> {
  const before = Stored.read(await tx.raw.get(table.prefix + change.suffix));
  if (condition !== undefined && !condition.test(before?.item ?? {})) {
    return {
      reason: {
        ...failure,
        ...(showsOld && before !== undefined ? { Item: before.item } : undefined),
      },
    };
  }
  try {
    return { before, after: change.next(before) };
  } catch (error) {
    if (!(error instanceof Fault) || error instanceof EmptyKeyFault) throw error;
    return { reason: { Code: "ValidationError", Message: error.message } };
  }
}

/** In the members' order; undefined for those that could have been done. */
export function cancelled(given: readonly (CancellationReason | undefined)[]): Fault {
  const reasons = given.map((reason) => reason ?? { Code: "None" });
  const codes = reasons.map((reason) => reason.Code).join(", ");
  return dynamodbFault(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { fields: { CancellationReasons: reasons } },
  );
}

async function perform(
  steps: readonly Prepared[],
  outcomes: readonly Outcome[],
  input: StepOptions,
  finish: () => Promise<void>,
): Promise<TransactWriteItemsOutput> {
  const meters = new CapacityMeters("write");
  const metrics: Record<string, ItemCollectionMetrics[]> = {};
  let size = 0;
  for (const [at, { table, tx, change, writes }] of steps.entries()) {
    const outcome = outcomes[at]!;
    if (outcome.reason !== undefined) continue;
    const { before, after } = outcome;
    size += after?.size ?? 0;
    if (!writes) {
      meters.of(table).addTable(2 * Math.max(1, Math.ceil((before?.size ?? 0) / 1024)));
      continue;
    }
    meters.of(table).addWrite(await writeItem(tx, table, change.suffix, before, after), 2);
    const collection = collectionMetrics(table, change.key, input.ReturnItemCollectionMetrics);
    const { name } = table.state;
    if (collection !== undefined) metrics[name] = [...(metrics[name] ?? []), collection];
  }
  if (size > transactionBytes) {
    throw validation("Collective size of all items in the transaction exceeds the limit of 4 MB");
  }
  await finish();
  return {
    ...(Object.keys(metrics).length === 0 ? undefined : { ItemCollectionMetrics: metrics }),
    ...meters.report(input.ReturnConsumedCapacity, true),
  };
}

/** The same request again: nothing is written, and what was done is paid for as a read. */
async function repeated(steps: readonly Prepared[], input: StepOptions): Promise<TransactWriteItemsOutput> {
  const meters = new CapacityMeters("read");
  for (const { table, tx, change } of steps) {
    const stored = Stored.read(await tx.raw.get(table.prefix + change.suffix));
    meters.of(table).addTable(2 * readUnits(stored?.size ?? 0, true));
  }
  return meters.report(input.ReturnConsumedCapacity, true);
}
