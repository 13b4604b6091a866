// Removing a parameter with all its versions.

import type { Transaction } from "../../../core/transaction.ts";
import { tellChange } from "./event.ts";
import { EarlierVersion, Parameter, type ParameterState } from "./parameter.ts";

export async function removeParameter(tx: Transaction, parameter: ParameterState): Promise<void> {
  const { name, version, oldestVersion } = parameter;
  tx.delete(Parameter, name);
  for (let each = oldestVersion; each < version; each++) tx.delete(EarlierVersion, name, each);
  tellChange(tx, "Delete", parameter);
}
