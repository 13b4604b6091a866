// PutPermission and RemovePermission: edits of a bus's policy, by statement or as
// a whole.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { readPolicy } from "../../../lang/policy/document.ts";
import { Bus, type BusState } from "../buses/bus.ts";
import { openBus } from "../buses/open-bus.ts";
import { events, type Input, invalid, notFound, nothing, type Output } from "../model.ts";

interface Statement {
  readonly Sid?: string;
}

const mostBytes = 10_240;

export async function putPermission(
  input: Input<"PutPermission">,
  caller: Transaction,
): Promise<Output<"PutPermission">> {
  const { bus, tx } = await openBus(caller, input.EventBusName);
  if (input.Policy !== undefined) {
    if (input.Principal !== undefined || input.StatementId !== undefined || input.Action !== undefined) {
      throw invalid("Parameter Policy cannot be used with Action, Principal, StatementId or Condition.");
    }
    return store(tx, bus, input.Policy);
  }
  const { Principal, StatementId, Action, Condition } = input;
  if (Principal === undefined) throw invalid("Parameter Principal must be specified.");
  if (StatementId === undefined) throw invalid("Parameter StatementId must be specified.");
  if (Action === undefined) throw invalid("Parameter Action must be specified.");
  const statement = {
    Sid: StatementId,
    Effect: "Allow",
    Principal: Principal === "*" ? "*" : { AWS: `arn:aws:iam::${Principal}:root` },
    Action,
    Resource: bus.arn,
    ...(Condition === undefined
      ? {}
      : { Condition: { [Condition.Type]: { [Condition.Key]: Condition.Value } } }),
  };
  const others = statementsOf(bus).filter(({ Sid }) => Sid !== StatementId);
  return store(tx, bus, document([...others, statement]));
}

export async function removePermission(
  input: Input<"RemovePermission">,
  caller: Transaction,
): Promise<Output<"RemovePermission">> {
  const { bus, tx } = await openBus(caller, input.EventBusName);
  if (input.RemoveAllPermissions === true) return store(tx, bus, undefined);
  if (input.StatementId === undefined) throw invalid("Parameter StatementId must be specified.");
  const statements = statementsOf(bus);
  if (statements.length === 0) throw notFound("EventBus does not have a policy.");
  const rest = statements.filter(({ Sid }) => Sid !== input.StatementId);
  if (rest.length === statements.length) {
    throw notFound("Statement with the provided id does not exist.");
  }
  return store(tx, bus, rest.length === 0 ? undefined : document(rest));
}

function statementsOf(bus: BusState): readonly Statement[] {
  if (bus.policy === undefined) return [];
  return [
    (JSON.parse(bus.policy) as { readonly Statement?: Statement | Statement[] }).Statement ?? [],
  ].flat();
}

const document = (statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

function store(tx: Transaction, bus: BusState, policy: string | undefined): Record<string, never> {
  if (policy !== undefined) {
    if (Buffer.byteLength(policy) > mostBytes) {
      throw fault(events, "PolicyLengthExceededException", "The event bus policy is too long.");
    }
    try {
      readPolicy(policy);
    } catch (error) {
      throw invalid(`Policy is not valid. Reason: ${(error as Error).message}`);
    }
  }
  tx.put(Bus, { ...bus, policy, createdAt: bus.createdAt || tx.now, modifiedAt: tx.now });
  return nothing;
}
