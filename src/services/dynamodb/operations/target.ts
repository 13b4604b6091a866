// What every operation on items begins with: the table it names, ready to be
// read and written.

import { Fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { checkAccess } from "../settings/access.ts";
import { layoutOf, type TableLayout } from "../tables/layout.ts";
import { resolveName } from "../tables/name.ts";
import { Table } from "../tables/table.ts";

export interface Target {
  readonly table: TableLayout;
  /** At the table's own account. */
  readonly tx: Transaction;
}

export async function targetTable(tx: Transaction, text: string, action: string): Promise<Target> {
  const named = resolveName(tx, text);
  const state = await named.tx.get(Table, named.name);
  checkAccess(tx, named.tx, named.name, state, action);
  // The items of a table that is being restored cannot be reached, as on AWS.
  if (state === undefined || state.creating === true) {
    throw new Fault("dynamodb", "ResourceNotFoundException", "Requested resource not found");
  }
  return { table: layoutOf(state, named.tx), tx: named.tx };
}
